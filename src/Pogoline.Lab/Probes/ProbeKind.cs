namespace Pogoline.Lab.Probes;

/// <summary>The debug probes that the lab has.</summary>
public enum ProbeKind
{
    /// <summary>CMSIS-DAP version 1, by HID reports: the Particle Debugger.</summary>
    CmsisDapV1,

    /// <summary>CMSIS-DAP version 2, by bulk transfers: DAPLink on a newer board.</summary>
    CmsisDapV2,

    /// <summary>ST-LINK/V2.</summary>
    StLinkV2,

    /// <summary>ST-LINK/V2-1, as on Nucleo boards.</summary>
    StLinkV21,

    /// <summary>SEGGER J-Link.</summary>
    JLink,
}

/// <summary>How kinds of probes are written.</summary>
public static class ProbeKinds
{
    static readonly Dictionary<string, ProbeKind> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cmsis-dap-v1"] = ProbeKind.CmsisDapV1, ["cmsis-dap-v2"] = ProbeKind.CmsisDapV2,
        ["stlink-v2"] = ProbeKind.StLinkV2, ["stlink-v2-1"] = ProbeKind.StLinkV21, ["jlink"] = ProbeKind.JLink,
    };

    /// <summary>All names.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>Reads a name such as <c>cmsis-dap-v2</c>.</summary>
    /// <exception cref="PogolineException">It is none.</exception>
    public static ProbeKind Parse(string name) => ByName.TryGetValue(name, out var kind) ? kind : throw new PogolineException(
        Swd.SwdLabFaults.NoProbe, $"'{name}' is no virtual probe.", $"Write one of {string.Join(", ", Names)}.");

    /// <summary>The name of a kind.</summary>
    public static string NameOf(ProbeKind kind) => ByName.First(pair => pair.Value == kind).Key;
}

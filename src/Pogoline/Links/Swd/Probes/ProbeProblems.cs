namespace Pogoline.Links.Swd.Probes;

/// <summary>What goes wrong between the host and the probe.</summary>
static class ProbeProblems
{
    public static PogolineException Nonsense(ProbeKind kind, string what) => new(SwdFaults.Probe, $"The {NameOf(kind)} probe answers nonsense: {what}.",
        "End other programs that use it (also file managers on its drive), unplug it and plug it in again.");

    public static PogolineException Gone(ProbeKind kind, TransferResult result) => new(SwdFaults.ProbeGone, $"The {NameOf(kind)} probe does not answer: the transfer ended as {result.Status}.",
        "Check its USB cable, unplug it and plug it in again, then run the same command again.");

    /// <summary>The name of a kind for people.</summary>
    public static string NameOf(ProbeKind kind) => kind switch
    {
        ProbeKind.CmsisDapV1 => "CMSIS-DAP v1",
        ProbeKind.CmsisDapV2 => "CMSIS-DAP v2",
        ProbeKind.StLink => "ST-LINK",
        _ => "J-Link",
    };
}

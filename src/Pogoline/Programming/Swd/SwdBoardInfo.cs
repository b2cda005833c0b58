using Pogoline.Links.Swd.Targets;

namespace Pogoline.Programming.Swd;

/// <summary>What can be seen of a board through its debug port without halting it.</summary>
public sealed record SwdBoardInfo
{
    /// <summary>The microcontroller.</summary>
    public required string Target { get; init; }

    /// <summary>The chip's revision; empty while it is not known.</summary>
    public required string Revision { get; init; }

    /// <summary>Whether it is locked against debuggers; read twice.</summary>
    public required bool IsLocked { get; init; }

    /// <summary>The device ID; null while it is locked.</summary>
    public string? DeviceId { get; init; }

    /// <summary>The supply in volts; null when the probe cannot measure it.</summary>
    public double? Volts { get; init; }

    /// <summary>The platform by the modules on it; null when none says.</summary>
    public string? Platform { get; init; }

    /// <summary>The modules whose headers were found.</summary>
    public IReadOnlyList<SwdModule> Modules { get; init; } = [];

    /// <summary>The write-protected sectors by number; of Gen 2.</summary>
    public IReadOnlyList<int> ProtectedSectors { get; init; } = [];

    /// <summary>Whether MBR and UICR are in place; null where there are none.</summary>
    public bool? HasFoundation { get; init; }

    /// <summary>Looks.</summary>
    /// <exception cref="PogolineException"><see cref="Links.Swd.SwdFaults"/>: the connection broke.</exception>
    public static async ValueTask<SwdBoardInfo> ReadAsync(SwdTarget target, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(target);
        var info = new SwdBoardInfo { Target = target.Definition.Mcu, Revision = target.Revision, IsLocked = target.IsLocked, Volts = target.Volts };
        if (target.IsLocked) return info;
        var platform = await SwdInventory.TryRecogniseAsync(target, stop).ConfigureAwait(false);
        return info with
        {
            DeviceId = target.DeviceId,
            Platform = platform?.Name,
            Modules = platform is null ? [] : await SwdInventory.ReadHeadersAsync(platform, target, stop).ConfigureAwait(false),
            ProtectedSectors = await target.ReadProtectedSectorsAsync(stop).ConfigureAwait(false),
            HasFoundation = platform is null || BoardFoundation.BootRecordOf(platform) is null ? null
                : await BoardFoundation.ReadAsync(platform, target, stop).ConfigureAwait(false) is not null,
        };
    }
}

/// <summary>A module by its header.</summary>
/// <param name="Name">The component.</param>
/// <param name="Version">The module version.</param>
/// <param name="Start">Where it lies.</param>
public sealed record SwdModule(string Name, ushort Version, FlashAddress Start);

using System.Text.Json.Serialization;

namespace Pogoline.Platforms;

/// <summary>How far Pogoline goes with a platform.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<PlatformSupport>))]
public enum PlatformSupport
{
    /// <summary>Named when seen, never programmed.</summary>
    [JsonStringEnumMemberName("recognised")] Recognised,

    /// <summary>Programmed by every route that the board has.</summary>
    [JsonStringEnumMemberName("full")] Full,
}

/// <summary>A memory of a board.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StorageKind>))]
public enum StorageKind
{
    /// <summary>The microcontroller's own flash; addresses are the controller's.</summary>
    [JsonStringEnumMemberName("internalFlash")] InternalFlash,

    /// <summary>The external serial flash; addresses are offsets inside the chip.</summary>
    [JsonStringEnumMemberName("externalFlash")] ExternalFlash,

    /// <summary>The device configuration table; addresses are DFU alternate 1 offsets.</summary>
    [JsonStringEnumMemberName("dct")] Dct,

    /// <summary>The network co-processor's own memory, out of reach of DFU and SWD.</summary>
    [JsonStringEnumMemberName("externalMcu")] ExternalMcu,
}

/// <summary>A kind of board, as data: everything that tells it from the others.</summary>
/// <remarks>
/// The JSON source generator gives init-only properties that the data leaves out the default of their type, not their initial value;
/// the accessors here and below turn it into the latter.
/// </remarks>
public sealed record Platform
{
    /// <summary>The platform id of module headers.</summary>
    public required int Id { get; init; }

    /// <summary>The canonical name, such as <c>boron</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The name for people, such as <c>B Series SoM (B402, B404, B404X)</c>.</summary>
    public required string DisplayName { get; init; }

    /// <summary>1 to 4, or 0 for boards outside the generations.</summary>
    public required int Generation { get; init; }

    /// <summary>The microcontroller.</summary>
    public required string Mcu { get; init; }

    /// <summary>How far Pogoline goes with it.</summary>
    public PlatformSupport Support { get; init; }

    /// <summary>USB identity in normal, listening and safe mode; null when the platform has none.</summary>
    public UsbId? Usb { get; init; }

    /// <summary>USB identity in DFU mode; null when the platform has none.</summary>
    public UsbId? DfuUsb { get; init; }

    /// <summary>The iProduct string in DFU mode.</summary>
    public string? DfuProduct { get; init; }

    /// <summary>The memories.</summary>
    public IReadOnlyList<Storage> Storages { get; init => field = value ?? []; } = [];

    /// <summary>The DFU alternate settings, in order.</summary>
    public IReadOnlyList<DfuAlternateInfo> Alternates { get; init => field = value ?? []; } = [];

    /// <summary>The parts that have a version: bootloader, system parts, SoftDevice, NCP, user part.</summary>
    public IReadOnlyList<Component> Components { get; init => field = value ?? []; } = [];

    /// <summary>Named areas that are no component: OTA region, DCT, MBR and the like.</summary>
    public IReadOnlyList<Area> Areas { get; init => field = value ?? []; } = [];

    /// <summary>What programming has to watch on this platform.</summary>
    public PlatformTraits Traits { get; init => field = value ?? new(); } = new();

    /// <summary>The releases that exist for it, as a range; null when none is known.</summary>
    public DeviceOsRange? Releases { get; init; }

    /// <summary>Names of the shared layouts that were merged in.</summary>
    public IReadOnlyList<string> Layouts { get; init => field = value ?? []; } = [];

    /// <summary>The component that a module belongs to; null when the platform has none such.</summary>
    public Component? Find(ModuleId module) =>
        Components.FirstOrDefault(c => c.Function == module.Function && c.Positions.Any(p => (p.Index ?? c.Index) == module.Index));

    /// <summary>The storage of that kind.</summary>
    /// <exception cref="KeyNotFoundException">The platform has no such memory.</exception>
    public Storage StorageOf(StorageKind kind) =>
        Storages.FirstOrDefault(s => s.Kind == kind) ?? throw new KeyNotFoundException($"{Name} has no {kind}");

    /// <summary>The area of that name for a Device OS version; null when the platform has none.</summary>
    public Area? FindArea(string name, DeviceOsVersion os) => Areas.FirstOrDefault(a => a.Name == name && a.Os.Contains(os));

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A USB vendor and product id.</summary>
/// <param name="Vendor">idVendor.</param>
/// <param name="Product">idProduct.</param>
public sealed record UsbId(ushort Vendor, ushort Product)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Vendor:x4}:{Product:x4}";
}

/// <summary>A memory with its erase units and the data-sheet times of its operations.</summary>
public sealed record Storage
{
    /// <summary>Which memory.</summary>
    public required StorageKind Kind { get; init; }

    /// <summary>The first address.</summary>
    public required FlashAddress Start { get; init; }

    /// <summary>Runs of equal erase units, ascending from <see cref="Start"/>; empty for a memory without erase.</summary>
    public IReadOnlyList<EraseRun> EraseRuns { get; init => field = value ?? []; } = [];

    /// <summary>Typical time to program one unit, in microseconds; see <see cref="ProgramUnit"/>.</summary>
    public double ProgramMicroseconds { get; init; }

    /// <summary>Bytes programmed at once.</summary>
    public int ProgramUnit { get; init => field = value == 0 ? 4 : value; } = 4;

    /// <summary>The whole memory.</summary>
    [JsonIgnore]
    public AddressRange Range => AddressRange.Of(Start, (uint)EraseRuns.Sum(run => (long)run.Count * run.Size));

    /// <summary>The erase units that a range touches, ascending.</summary>
    public IEnumerable<AddressRange> EraseUnits(AddressRange range) => EraseRunsOver(range).Select(unit => unit.Range);

    /// <summary>Typical time to erase every unit that the range touches.</summary>
    public TimeSpan EraseTime(AddressRange range) =>
        TimeSpan.FromMilliseconds(EraseRunsOver(range).Sum(unit => unit.Run.EraseMilliseconds));

    /// <summary>Typical time to program that many bytes.</summary>
    public TimeSpan ProgramTime(long bytes) =>
        TimeSpan.FromMicroseconds((bytes + ProgramUnit - 1) / ProgramUnit * ProgramMicroseconds);

    IEnumerable<(AddressRange Range, EraseRun Run)> EraseRunsOver(AddressRange range)
    {
        var at = Start;
        foreach (var run in EraseRuns)
        {
            for (var i = 0; i < run.Count; i++, at += run.Size)
            {
                var unit = AddressRange.Of(at, run.Size);
                if (unit.Overlaps(range)) yield return (unit, run);
            }
        }
    }
}

/// <summary>Equal erase units in a row.</summary>
/// <param name="Count">How many.</param>
/// <param name="Size">Bytes of one.</param>
/// <param name="EraseMilliseconds">Typical time to erase one.</param>
public sealed record EraseRun(int Count, uint Size, double EraseMilliseconds);

/// <summary>A DFU alternate setting.</summary>
public sealed record DfuAlternateInfo
{
    /// <summary>bAlternateSetting.</summary>
    public required byte Number { get; init; }

    /// <summary>The memory behind it.</summary>
    public required StorageKind Storage { get; init; }

    /// <summary>What DFU adds to an address of that storage.</summary>
    public FlashAddress Offset { get; init; }

    /// <summary>The interface strings, by the Device OS release of the bootloader.</summary>
    public required IReadOnlyList<DfuAlternateText> Texts { get; init; }

    /// <summary>The interface string that a bootloader of that release has.</summary>
    public string TextFor(DeviceOsVersion bootloaderRelease) =>
        (Texts.FirstOrDefault(t => t.Os.Contains(bootloaderRelease)) ?? Texts[^1]).Text;
}

/// <summary>An interface string, exact to the space.</summary>
/// <param name="Os">The releases whose bootloader has it.</param>
/// <param name="Text">The DfuSe memory description.</param>
public sealed record DfuAlternateText(DeviceOsRange Os, string Text);

/// <summary>A part of a board's firmware that has a version of its own.</summary>
public sealed record Component
{
    /// <summary>The stable name, such as <c>system-part1</c>; for system parts the number is the module index.</summary>
    public required string Name { get; init; }

    /// <summary>The module function.</summary>
    public required ModuleFunction Function { get; init; }

    /// <summary>The module index, where a position does not say otherwise.</summary>
    public byte Index { get; init; }

    /// <summary>Where it lives.</summary>
    public required StorageKind Storage { get; init; }

    /// <summary>Whether the device keeps only what follows the header (the SoftDevice).</summary>
    public bool DropsHeader { get; init; }

    /// <summary>Where it lies, by Device OS version; the preferred position first.</summary>
    public required IReadOnlyList<ComponentPosition> Positions { get; init; }

    /// <summary>What people should know about it.</summary>
    public string? Note { get; init; }

    /// <summary>The module of a position.</summary>
    public ModuleId IdAt(ComponentPosition position) => new(Function, position.Index ?? Index);

    /// <summary>The positions that a Device OS version knows, the preferred one first.</summary>
    public IEnumerable<ComponentPosition> PositionsFor(DeviceOsVersion os) => Positions.Where(p => p.Os.Contains(os));
}

/// <summary>Where a component lies for some Device OS versions.</summary>
public sealed record ComponentPosition
{
    /// <summary>The versions of the system that have it there.</summary>
    public DeviceOsRange Os { get; init => field = value ?? DeviceOsRange.All; } = DeviceOsRange.All;

    /// <summary>The first address.</summary>
    public required FlashAddress Start { get; init; }

    /// <summary>The address behind the last one.</summary>
    public required FlashAddress End { get; init; }

    /// <summary>The module index there, where it differs from the component's.</summary>
    public byte? Index { get; init; }

    /// <summary>The name of the file in a release, where it differs from the component's (Electron).</summary>
    public string? File { get; init; }

    /// <summary>The room for the module.</summary>
    [JsonIgnore]
    public AddressRange Range => new(Start, End);
}

/// <summary>A named range that is no component.</summary>
public sealed record Area
{
    /// <summary>The name, such as <c>ota</c>, <c>mbr</c>, <c>dct</c>, <c>eeprom</c>, <c>factory</c>, <c>fileSystem</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The memory it lies in.</summary>
    public required StorageKind Storage { get; init; }

    /// <summary>The Device OS versions that have it there.</summary>
    public DeviceOsRange Os { get; init => field = value ?? DeviceOsRange.All; } = DeviceOsRange.All;

    /// <summary>The first address.</summary>
    public required FlashAddress Start { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required uint Length { get; init; }

    /// <summary>All of it.</summary>
    [JsonIgnore]
    public AddressRange Range => AddressRange.Of(Start, Length);
}

/// <summary>What programming has to watch on a platform.</summary>
public sealed record PlatformTraits
{
    /// <summary>Photon and P1: the bootloader borrows the DCT code of the system parts, so the OTA flag must be written before they change.</summary>
    public bool DctCodeInSystemParts { get; init; }

    /// <summary>Electron: a system part carries a bootloader and installs it when the one on the board is older.</summary>
    public bool EmbedsBootloader { get; init; }

    /// <summary>Bootloaders below this module version do not reach all of the external flash (B Series SoM B523/B524); 0 for none.</summary>
    public ushort WholeExternalFlashFromBootloader { get; init; }

    /// <summary>How far those bootloaders reach, in bytes.</summary>
    public uint ExternalFlashReachOfOldBootloaders { get; init => field = value == 0 ? uint.MaxValue : value; } = uint.MaxValue;

    /// <summary>The DCT offset of the setup-done byte, and the versions that look at it; null when the platform has none.</summary>
    public SetupDoneByte? SetupDone { get; init; }

    /// <summary>The DCT offset of the OTA flag; null when the platform has none.</summary>
    public OtaFlag? OtaFlag { get; init; }
}

/// <summary>The byte that keeps a Gen 3 board out of listening mode.</summary>
/// <param name="Offset">The DCT offset.</param>
/// <param name="Os">The Device OS versions that look at it.</param>
public sealed record SetupDoneByte(ushort Offset, DeviceOsRange Os);

/// <summary>The byte that makes the system take what lies in the OTA region as a finished update.</summary>
/// <param name="Offset">The DCT offset.</param>
/// <param name="Value">The value that sets it.</param>
/// <param name="Os">The Device OS versions that look at it.</param>
public sealed record OtaFlag(ushort Offset, byte Value, DeviceOsRange Os);

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

    /// <summary>Configuration words that a restore image sets beside the flash.</summary>
    public IReadOnlyList<RegisterWord> Registers { get; init => field = value ?? []; } = [];

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

using System.Buffers;
using System.Buffers.Binary;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Hex;

/// <summary>What a region of an image is.</summary>
public enum ImageRegionKind
{
    /// <summary>A firmware module.</summary>
    Module,

    /// <summary>A SoftDevice, of which the flash holds no header.</summary>
    SoftDevice,

    /// <summary>The master boot record.</summary>
    Mbr,

    /// <summary>Non-volatile configuration registers.</summary>
    Registers,

    /// <summary>Keys, settings and data of one single board.</summary>
    DeviceData,

    /// <summary>FF at the header of a former user part, so that it is not started.</summary>
    Invalidated,

    /// <summary>Bytes in a component's place that are no module.</summary>
    Rest,

    /// <summary>An area that is no component.</summary>
    Area,

    /// <summary>Nothing that the platform knows.</summary>
    Unassigned,
}

/// <summary>A run of addresses of an image and what lies there.</summary>
/// <param name="Range">The addresses.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The component, area or register block.</param>
/// <param name="Module">The module.</param>
/// <param name="Version">The module version.</param>
/// <param name="IsIntact">Whether its checksum was right; null when it has none that can be checked.</param>
public sealed record ImageRegion(
    AddressRange Range, ImageRegionKind Kind, string Name, FirmwareModule? Module = null, ushort? Version = null, bool? IsIntact = null);

/// <summary>What an image holds: for which board, which release, and what lies where.</summary>
/// <param name="Platform">The platform; null when nothing tells it.</param>
/// <param name="System">The release of its system parts; null when it has none, or they differ.</param>
/// <param name="Regions">Everything in it, ascending.</param>
public sealed record ImageMap(Platform? Platform, DeviceOsMatch? System, IReadOnlyList<ImageRegion> Regions)
{
    // The name that the platform data gives the word from which the boot record learns where the bootloader is.
    const string BootloaderAddress = "bootloader address";

    static readonly AddressRange Uicr = new(new(0x10001000), new(0x10002000));

    /// <summary>The modules, with the SoftDevice, as a board that holds the image has them.</summary>
    public IReadOnlyList<InstalledModule> Installed { get; } =
    [
        .. Regions.Where(r => r.Version is not null).Select(r => new InstalledModule
        {
            Id = r.Module?.Id ?? new(ModuleFunction.RadioStack, 0),
            Version = r.Version!.Value,
            Range = r.Range,
            First = r.Module?.Header.Dependency1 ?? default,
            Second = r.Module?.Header.Dependency2 ?? default,
            Intact = r.IsIntact,
        }),
    ];

    /// <summary>Whether it holds bytes of that kind.</summary>
    public bool Has(ImageRegionKind kind) => Regions.Any(r => r.Kind == kind);

    /// <summary>Whether the image makes a blank chip start: boot record and address of the bootloader, where the board needs them, and a bootloader.</summary>
    /// <param name="image">The image that this is the map of.</param>
    public bool StartsBlankChip(MemoryImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (Platform is null || Installed.All(m => m.Id.Function != ModuleFunction.Bootloader)) return false;
        if (Platform.Areas.All(a => a.Name != AreaNames.Mbr)) return true;
        return Has(ImageRegionKind.Mbr) && Platform.Registers.Any(r => r.Name == BootloaderAddress && image.Touches(AddressRange.Of(r.Address, 4)));
    }

    /// <summary>Looks into an image.</summary>
    /// <param name="image">The image.</param>
    /// <param name="platform">The platform; null to take the one that the modules name.</param>
    public static ImageMap Of(MemoryImage image, Platform? platform = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        platform ??= PlatformOf(image);
        List<ImageRegion> things = platform is null ? [] : [.. Things(image, platform)];
        var regions = image.Segments.SelectMany(segment => Cut(segment.Range, things)).ToList();
        var systems = regions.Where(r => r.Module?.Id.Function == ModuleFunction.SystemPart).Select(r => r.Version!.Value).Distinct().ToList();
        return new(platform, systems is [var only] ? DeviceOsVersions.FromSystem(only) : null, regions);
    }

    // The one that most modules name, at the places of any platform.
    static Platform? PlatformOf(MemoryImage image)
    {
        var named =
            from position in PlatformCatalog.All.SelectMany(p => p.Components).Where(InFlash).SelectMany(c => c.Positions).DistinctBy(p => p.Start)
            let module = ModuleAt(image, position)
            where module is not null
            group module by module.PlatformId into same
            orderby same.Count() descending, same.Key
            select PlatformCatalog.Find(same.Key);
        return named.OfType<Platform>().FirstOrDefault(p => p.Components.Count > 0);
    }

    // What the platform has at which addresses; what comes first goes before what comes later.
    static IEnumerable<ImageRegion> Things(MemoryImage image, Platform platform)
    {
        foreach (var component in platform.Components.Where(InFlash))
        {
            foreach (var position in component.Positions.DistinctBy(p => p.Start))
            {
                if (component.DropsHeader)
                {
                    if (SoftDeviceAt(image, component, position) is { } softDevice) yield return softDevice;
                }
                else if (ModuleAt(image, position) is { } module && module.PlatformId == platform.Id && module.Id.Function == component.Function)
                {
                    yield return new(module.IsTruncated ? AddressRange.Of(position.Start, (uint)module.Image.Length) : module.Range,
                        ImageRegionKind.Module, component.Name, module, module.Version, module is { IsTruncated: false, CrcOk: true });
                }
                else if (component.Function == ModuleFunction.UserPart && BlankAt(image, position) is { } blank)
                {
                    yield return new(blank, ImageRegionKind.Invalidated, component.Name);
                }
            }
        }
        foreach (var area in platform.Areas.Where(a => a.Storage == StorageKind.InternalFlash))
        {
            yield return new(area.Range, area.Name == AreaNames.Mbr ? ImageRegionKind.Mbr
                : AreaNames.DeviceData.Contains(area.Name) ? ImageRegionKind.DeviceData : ImageRegionKind.Area, area.Name);
        }
        if (platform.Registers.Count > 0) yield return new(Uicr, ImageRegionKind.Registers, "uicr");
        foreach (var component in platform.Components.Where(InFlash))
        {
            foreach (var position in component.Positions) yield return new(position.Range, ImageRegionKind.Rest, component.Name);
        }
    }

    static IEnumerable<ImageRegion> Cut(AddressRange segment, List<ImageRegion> things)
    {
        for (var at = segment.Start; at < segment.End;)
        {
            var index = things.TakeWhile(t => !t.Range.Contains(at)).Count();
            var thing = index < things.Count ? things[index] : new(segment, ImageRegionKind.Unassigned, "");
            var interruption = things.Take(index).Where(t => t.Range.Start > at).Select(t => t.Range.Start).Append(segment.End).Min();
            var end = thing.Range.End < interruption ? thing.Range.End : interruption;
            yield return thing with { Range = new(at, end) };
            at = end;
        }
    }

    static bool InFlash(Component component) => component.Storage == StorageKind.InternalFlash;

    static FirmwareModule? ModuleAt(MemoryImage image, ComponentPosition position)
    {
        var bytes = image.Read(position.Start, position.Range.Length);
        return ModuleReader.Read(bytes).Modules is [var module, ..] && module.Header.Start == position.Start
            && !module.Flags.HasFlag(ModuleFlags.Compressed) ? module : null;
    }

    static AddressRange? BlankAt(MemoryImage image, ComponentPosition position)
    {
        var bytes = image.Read(position.Start, position.Range.Length).Span;
        var blank = bytes.IndexOfAnyExcept((byte)0xFF);
        if (blank < 0) blank = bytes.Length;
        return blank >= ModuleHeader.Size ? AddressRange.Of(position.Start, (uint)blank) : null;
    }

    // Nordic's information structure lies 0x2000 behind the start: a magic number, and the firmware id, which is the module version.
    static ImageRegion? SoftDeviceAt(MemoryImage image, Component component, ComponentPosition position)
    {
        const int magicOffset = 0x2004, versionOffset = 0x200C;
        const uint magic = 0x51B1E5DB;
        var bytes = image.Read(position.Start, position.Range.Length).Span;
        if (bytes.Length < versionOffset + 2 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[magicOffset..]) != magic) return null;
        var version = BinaryPrimitives.ReadUInt16LittleEndian(bytes[versionOffset..]);
        return new(AddressRange.Of(position.Start, (uint)bytes.Length), ImageRegionKind.SoftDevice, component.Name, null, version, IsIntact(bytes));
    }

    // The suffix, where the image has it, holds the hash of what lies before it.
    static bool? IsIntact(ReadOnlySpan<byte> bytes)
    {
        const int tail = ModuleSuffix.MinimumSize + ModuleHeader.CrcSize;
        if (bytes.Length < tail || ModuleSuffix.TryRead(bytes[..^ModuleHeader.CrcSize], out var suffix) != OperationStatus.Done
            || suffix.Size != ModuleSuffix.MinimumSize) return null;
        return Sha256Digest.Compute(bytes[..^tail]) == suffix.Sha256;
    }
}

using System.Buffers.Binary;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Hex;

/// <summary>
/// An image that a debug probe writes to a board: boot record and configuration words (Gen 3), bootloader, SoftDevice, system parts, user firmware.
/// Everything is checked before the first byte is placed, and the same input gives the same image.
/// </summary>
/// <param name="Platform">The board.</param>
/// <param name="Release">The Device OS release.</param>
/// <param name="Memory">The bytes.</param>
/// <param name="Map">What lies where.</param>
/// <param name="Warnings">What people must know before they use it.</param>
public sealed record RestoreImage(Platform Platform, DeviceOsVersion Release, MemoryImage Memory, ImageMap Map, IReadOnlyList<string> Warnings)
{
    // As long as the vendor's images have it; the header takes 24 bytes, and erasing takes the page.
    const int InvalidatedLength = 1024;

    /// <summary>Builds an image from the modules of a release.</summary>
    /// <param name="platform">The board.</param>
    /// <param name="goal">The release, its modules, and the user firmware.</param>
    /// <param name="mbr">The master boot record; null on boards without one, or to build an image that cannot start a blank chip.</param>
    /// <exception cref="PogolineException"><see cref="PlanFaults"/>: a module does not belong there, or something that it needs is missing.</exception>
    public static RestoreImage FromRelease(Platform platform, Goal goal, MasterBootRecord? mbr)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(goal);
        var warnings = new List<string>();
        if (goal.Modules.All(m => m.Id.Function != ModuleFunction.Bootloader) && EmbeddedBootloader.Find(platform, goal.Modules) is { } embedded)
        {
            warnings.Add($"The release brings no bootloader file; version {embedded.Version} was taken out of {embedded.Carrier}, which carries it.");
            goal = goal with { Modules = [.. goal.Modules, embedded.Module] };
        }
        var placed = Placement.Of(platform, goal);
        RequireComplete(platform, goal.Release, placed);
        var image = new MemoryImage();
        if (mbr is not null) image.Replace(MbrOf(platform)!.Value.Start, mbr.Page.Span);
        PlaceRegisters(platform, goal.Release, image);
        foreach (var placement in placed) Place(platform, goal.Release, placement, image);
        return Finish(platform, goal.Release, image, warnings);
    }

    /// <summary>Builds an image from another one, with the user firmware replaced.</summary>
    /// <param name="memory">The base, a complete restore image; it becomes the result.</param>
    /// <param name="app">The user firmware.</param>
    /// <param name="platform">The board; null to take the one that the base is for.</param>
    /// <param name="mbr">The master boot record for a base without one.</param>
    /// <exception cref="PogolineException">The base is not complete and intact, or the user firmware does not belong there.</exception>
    public static RestoreImage FromBase(MemoryImage memory, FirmwareModule app, Platform? platform, MasterBootRecord? mbr)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(app);
        var map = ImageMap.Of(memory, platform);
        platform = map.Platform ?? throw new PogolineException(HexFaults.Platform, "The base holds no module of any known board.", "Give a restore image as the base.");
        RequireSound(map, platform);
        var release = map.System!.Numbers.Os;
        var placement = Placement.Of(platform, new Goal { Release = release, Modules = [], App = app }).Single();
        foreach (var position in placement.Component.PositionsFor(release)) memory.Remove(position.Range);
        if (mbr is not null && !map.Has(ImageRegionKind.Mbr)) memory.Replace(MbrOf(platform)!.Value.Start, mbr.Page.Span);
        Place(platform, release, placement, memory);
        return Finish(platform, release, memory, map.System.IsExact ? [] : [$"The system parts are of no known release; they are taken for one like {release}."]);
    }

    /// <summary>Takes a file for a restore image.</summary>
    /// <param name="hex">The file, free of errors.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <exception cref="PogolineException">It is not complete and intact, or holds the data of one single board.</exception>
    public static RestoreImage Of(HexImage hex, string name)
    {
        ArgumentNullException.ThrowIfNull(hex);
        if (!hex.HasEnd) throw new PogolineException(HexFaults.End, $"{name} has no end record: it was cut off.", "Get the file again from its source.");
        var map = ImageMap.Of(hex.Memory);
        if (map.Platform is not { } platform) throw new PogolineException(HexFaults.Platform, $"{name} holds no module of any known board.", "Give a restore image.");
        RequireSound(map, platform);
        return Finish(platform, map.System!.Numbers.Os, hex.Memory, [.. hex.Problems.First.Select(problem => problem.ToString())]);
    }

    /// <summary>The page of the master boot record; null on boards without one.</summary>
    public static AddressRange? MbrOf(Platform platform) => platform?.Areas.FirstOrDefault(a => a.Name == AreaNames.Mbr)?.Range;

    /// <summary>Whether it makes a blank chip start: it has the boot record and the address of the bootloader, where the board needs them.</summary>
    public bool StartsBlankChip => Map.StartsBlankChip(Memory);

    /// <summary>What the board needs and no hex file holds, with how to get it there.</summary>
    public IReadOnlyList<string> NotIncluded => Omissions.Of(Platform, Release);

    static void PlaceRegisters(Platform platform, DeviceOsVersion release, MemoryImage image)
    {
        Span<byte> word = stackalloc byte[4];
        foreach (var register in platform.Registers.Where(r => r.Os.Contains(release)))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(word, register.Value);
            image.Replace(register.Address, word);
        }
    }

    static void Place(Platform platform, DeviceOsVersion release, Placement placement, MemoryImage image)
    {
        if (!image.Write(placement.DeviceRange.Start, placement.Module.DeviceBytes.Span, out var conflict))
        {
            throw new PogolineException(PlanFaults.Range, $"The {placement.Module.Id} of {platform.Name} {release} overlaps what lies at {conflict}.", "Take the files of one release.");
        }
        if (placement.Component.Function != ModuleFunction.UserPart) return;
        // A valid module at the former position, with the higher start, would be started instead of this one.
        foreach (var former in placement.Component.PositionsFor(release).Where(p => p.Start > placement.Position.Start))
        {
            var blank = new byte[InvalidatedLength];
            blank.AsSpan().Fill(0xFF);
            if (!image.Touches(AddressRange.Of(former.Start, InvalidatedLength))) image.Replace(former.Start, blank);
        }
    }

    static RestoreImage Finish(Platform platform, DeviceOsVersion release, MemoryImage image, List<string> warnings)
    {
        var map = ImageMap.Of(image, platform);
        foreach (var unmet in DependencyClosure.Unmet([.. map.Installed]))
        {
            if (unmet.Need.Module.Function != ModuleFunction.Ncp)
                throw new PogolineException(PlanFaults.Dependency, $"The {unmet}, which the image does not have.", "Take modules and user firmware that belong together.");
            warnings.Add($"The {unmet}. No probe reaches the NCP; the board must have it already.");
        }
        if (map.Installed.All(m => m.Id.Function != ModuleFunction.UserPart)) warnings.Add("There is no user firmware: the board will start in safe mode.");
        if (MbrOf(platform) is not null && !map.Has(ImageRegionKind.Mbr))
            warnings.Add("There is no master boot record: on a blank or chip-erased board this image does not start. Write it with sector erase only.");
        if (platform.Registers.Count > 0 && !map.Has(ImageRegionKind.Registers))
            warnings.Add("The UICR is left alone, as in the vendor's images for this release: do not erase the whole chip without restoring 0x10001014, or nothing starts.");
        return new(platform, release, image, map, warnings);
    }

    static void RequireComplete(Platform platform, DeviceOsVersion release, IReadOnlyList<Placement> placed)
    {
        foreach (var component in Needed(platform, release).Where(c => placed.All(p => p.Component != c)))
        {
            throw new PogolineException(PlanFaults.Dependency, $"Device OS {release} for {platform.DisplayName} lacks its {component.Name}; without it a blank board does not start.",
                "Name a source that has the whole release with --source.");
        }
    }

    static void RequireSound(ImageMap map, Platform platform)
    {
        if (map.Regions.FirstOrDefault(r => r.Kind == ImageRegionKind.DeviceData) is { } data)
        {
            throw new PogolineException(HexFaults.DeviceData, $"The image holds {data.Name} at {data.Range}: keys and settings of one single board, which must not go to others.",
                "Give a restore image, or keep only the ranges of the firmware with 'pogoline hex convert --range'.");
        }
        if (map.Regions.FirstOrDefault(r => r.IsIntact == false) is { } broken) throw Unsound($"its {broken.Name} at {broken.Range} is damaged");
        if (map.System is not { } system) throw Unsound("its system parts are missing, or of different releases");
        foreach (var component in Needed(platform, system.Numbers.Os))
        {
            if (map.Regions.All(r => r.Name != component.Name || r.Version is null)) throw Unsound($"it has no {component.Name}");
        }
    }

    static IEnumerable<Component> Needed(Platform platform, DeviceOsVersion release) => platform.Components.Where(c =>
        c.Function is not (ModuleFunction.UserPart or ModuleFunction.Ncp) && c.PositionsFor(release).Any());

    static PogolineException Unsound(string why) => new(HexFaults.Base, $"The image cannot be used: {why}.", "Give a complete restore image.");
}

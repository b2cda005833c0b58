using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Pogoline.Lab.Boot;
using Pogoline.Lab.Flash;
using Pogoline.Platforms;

namespace Pogoline.Lab.Board;

/// <summary>Makes boards as they leave the line: with the modules of a release, keys, no claim, and powered once.</summary>
public static class BoardFactory
{
    const string Gen3IdPrefix = "e00fce68";

    // The firmware of the network co-processors as the line programs it; it is in no release of Device OS.
    static readonly Dictionary<int, ushort> LineNcpVersions = new() { [12] = 5, [26] = 7 };

    /// <summary>Makes a board and gives it power.</summary>
    /// <param name="platform">The kind of board.</param>
    /// <param name="modules">
    /// The files of a release: bootloader, system parts, on Gen 3 the SoftDevice; a user part and NCP firmware if wanted. An Electron
    /// without a bootloader file gets the one that its system part with index 3 carries.
    /// </param>
    /// <param name="clock">How time passes for it.</param>
    /// <param name="options">What may differ; null for the defaults.</param>
    /// <exception cref="PogolineException">A file is damaged or for another board, or one is missing.</exception>
    public static VirtualBoard Make(
        Platform platform, IReadOnlyList<ReadOnlyMemory<byte>> modules, LabClock clock, FactoryOptions? options = null)
    {
        var board = new VirtualBoard(MakeHardware(platform, modules, options), clock);
        board.PowerOn();
        return board;
    }

    /// <summary>Makes a board as <see cref="Make"/> does, up to the moment before it gets its power.</summary>
    internal static BoardHardware MakeHardware(Platform platform, IReadOnlyList<ReadOnlyMemory<byte>> modules, FactoryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(modules);
        options ??= new();
        var hardware = new BoardHardware(platform, DeviceIdOf(platform, options.Number), new BoardStorage(platform))
        {
            NcpVersion = LineNcpVersions.GetValueOrDefault(platform.Id),
        };
        if (platform.Generation == 3) PrepareGen3(hardware);
        foreach (var module in modules) Place(hardware, module);
        if (options.NcpVersion is { } ncp) hardware.NcpVersion = ncp;
        DeviceKeys.Provision(hardware);
        if (hardware.BootloaderVersion is null) PlaceEmbeddedBootloader(hardware);
        RequireComplete(hardware);
        using (var firstPower = new VirtualBoard(hardware, LabClock.Immediate())) firstPower.PowerOn();
        return hardware;
    }

    /// <summary>The device ID of a board by platform and number: always the same, 24 lower-case hex digits.</summary>
    public static string DeviceIdOf(Platform platform, int number)
    {
        ArgumentNullException.ThrowIfNull(platform);
        var digits = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{platform.Name} {number}")));
        return platform.Generation == 2 ? digits[..24] : Gen3IdPrefix + digits[..16];
    }

    // The MBR comes with no release: its page holds the two words by which it is known, and nothing is run from it. The UICR is that of
    // the restore images: bootloader address, parameter page still to be set, reset pin.
    static void PrepareGen3(BoardHardware hardware)
    {
        Span<byte> vectors = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(vectors, 0x20000400);
        BinaryPrimitives.WriteUInt32LittleEndian(vectors[4..], 0x00000A81);
        hardware.Flash.Load(hardware.Flash.Range.Start, vectors);
        hardware.ProgramUicr(MasterBootRecord.BootloaderAddressOffset, hardware.BootloaderStart.Value);
        hardware.ProgramUicr(0x200, 0x12);
        hardware.ProgramUicr(0x204, 0x12);
        FileSystem.Load(hardware.Storage.External!);
    }

    static void Place(BoardHardware hardware, ReadOnlyMemory<byte> file)
    {
        var platform = hardware.Platform;
        if (!ModuleImage.TryRead(file.Span, platform.Generation, out var module) || !module.IntegrityOk)
            throw Refused($"A file of {file.Length} bytes for {platform.Name} is no module with a right CRC.");
        var header = module.Header;
        if (header.PlatformId != platform.Id)
            throw Refused($"The {header.Module} is for platform {header.PlatformId}, the board is {platform.Name} ({platform.Id}).");
        if (header.Module.Function == ModuleFunction.Ncp)
        {
            hardware.NcpVersion = header.Version;
            return;
        }
        var image = file[..(int)header.ImageLength];
        if ((header.Flags & ModuleHeader.DropHeader) != 0) image = image[ModuleHeader.Size..];
        if (header.Start < hardware.Flash.Range.Start || (long)header.Start.Value + image.Length > hardware.Flash.Range.End.Value)
            throw Refused($"The {header.Module} from {header.Start} on does not lie in the flash of {platform.Name}.");
        hardware.Flash.Load(header.Start, image.Span);
    }

    static void PlaceEmbeddedBootloader(BoardHardware hardware)
    {
        if (hardware.Platform.Traits.EmbedsBootloader
            && EmbeddedBootloader.TryFind(hardware.Flash.Cells.ToArray(), hardware.Platform.Id, out var image, out var header))
            hardware.Flash.Load(header.Start, image.Span);
    }

    static void RequireComplete(BoardHardware hardware)
    {
        var platform = hardware.Platform;
        if (hardware.BootloaderVersion is not { } bootloader) throw Missing(platform, new(ModuleFunction.Bootloader, 0));
        if (!ApplicationTest.TryFindSystem(hardware, bootloader, out var system)) throw Missing(platform, new(ModuleFunction.SystemPart, 1));
        var modules = new FlashModules(hardware, system.Version);
        foreach (var row in modules.Map.Bounds)
        {
            var isThere = row.Module.Function switch
            {
                ModuleFunction.SystemPart => (modules.Check(row) & ModuleChecks.Integrity) != 0,
                ModuleFunction.RadioStack => modules.RadioStackVersion != ushort.MaxValue,
                _ => true,
            };
            if (!isThere) throw Missing(platform, row.Module);
        }
    }

    static PogolineException Refused(string facts) => new(LabFaults.Module, facts, "Give the files of a release for this board.");

    static PogolineException Missing(Platform platform, ModuleId module) => new(
        LabFaults.Incomplete, $"The files for {platform.Name} lack the {module}; without it the board does not start.",
        "Give all files of the release.");
}

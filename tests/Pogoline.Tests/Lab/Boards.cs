using Pogoline.Lab.Board;
using Pogoline.Lab.Boot;
using Pogoline.Platforms;

namespace Pogoline.Tests.Lab;

/// <summary>Virtual boards that hold real release files.</summary>
static class Boards
{
    public static readonly string[] Names = ["photon", "p1", "electron", "argon", "boron", "bsom", "b5som", "tracker"];

    /// <summary>Every board with every release that the packages have for it.</summary>
    public static TheoryData<string, string> WithReleases
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var name in Names)
            {
                foreach (var os in Releases(name)) data.Add(name, os);
            }
            return data;
        }
    }

    public static IEnumerable<string> Releases(string board) =>
        [.. board == "tracker" ? Array.Empty<string>() : ["1.5.2"], "2.2.0", IsGen2(board) ? "2.3.1" : "4.0.2"];

    /// <summary>The module files of a release for a board.</summary>
    public static IReadOnlyList<string> Files(string board, string os, bool tinker = true)
    {
        var package = PackageOf(os);
        var files = Firmware.Files(package).Where(path => Path.GetFileName(path) is var file
            && file.StartsWith($"{board}-", StringComparison.Ordinal) && file.Contains($"@{os}", StringComparison.Ordinal)).ToList();
        if (tinker) files.Add(Firmware.File("2.16.0", TinkerName(board)));
        return files;
    }

    public static byte[] File(string board, string os, string module) =>
        System.IO.File.ReadAllBytes(Files(board, os).Single(path => Path.GetFileName(path).StartsWith($"{board}-{module}@", StringComparison.Ordinal)));

    public static byte[] Tinker(string board) => Firmware.Read("2.16.0", TinkerName(board));

    public static VirtualBoard Make(string board, string os, LabClock? clock = null, bool tinker = true, FactoryOptions? options = null) =>
        BoardFactory.Make(
            PlatformCatalog.Require(board), [.. Files(board, os, tinker).Select(path => (ReadOnlyMemory<byte>)System.IO.File.ReadAllBytes(path))],
            clock ?? LabClock.Immediate(), options);

    /// <summary>A board set up to run its application.</summary>
    public static VirtualBoard MakeRunning(string board, string os, LabClock? clock = null)
    {
        var made = Make(board, os, clock);
        made.Hardware.WifiNetworks = [new("lab", 3, 1, "password")];
        if (!IsGen2(board)) made.Hardware.Storage.Dct.Write(8134, [0x01]);
        made.CutPower();
        made.PowerOn();
        return made;
    }

    public static bool IsGen2(string board) => board is "photon" or "p1" or "electron";

    /// <summary>Erases what the bytes cover and puts them there, as a host would by DFU.</summary>
    public static void Program(this VirtualBoard board, uint address, ReadOnlySpan<byte> data)
    {
        board.Hardware.Flash.Erase(AddressRange.Of(new(address), (uint)data.Length));
        board.Hardware.Flash.Program(new(address), data);
    }

    public static void Erase(this VirtualBoard board, uint address, uint length = 1) =>
        board.Hardware.Flash.Erase(AddressRange.Of(new(address), length));

    /// <summary>Puts an image into the OTA area of the system that runs and sets the OTA flag.</summary>
    public static void PrepareOtaFlag(this VirtualBoard board, ReadOnlySpan<byte> image)
    {
        var map = MapOf(board);
        var memory = board.Hardware.MemoryOf(map.UpdateDevice)!;
        memory.Erase(AddressRange.Of(map.Ota, (uint)image.Length));
        memory.Program(map.Ota, image);
        board.Hardware.Storage.Dct.Write(1753, [0xA5]);
    }

    public static FirmwareMap MapOf(VirtualBoard board)
    {
        Assert.True(board.Hardware.TryReadHeader(new(IsGen2(board.Hardware.Platform.Name) ? 0x08020000u : 0x30000u), out var system));
        return FirmwareMap.For(board.Hardware.Platform, system.Version);
    }

    public static void RequestDfu(this VirtualBoard board)
    {
        board.Hardware.Retained.BootRequest = RetainedState.RequestDfu;
        board.Reset();
    }

    static string PackageOf(string os) => os switch { "1.5.2" => "2.6.0", "2.2.0" => "2.16.0", _ => "3.9.0" };

    static string TinkerName(string board) => board switch
    {
        "photon" or "p1" => $"tinker-0.4.5-{board}.bin",
        "electron" => "electron_tinker.bin",
        "bsom" => "tinker-1.1.0-rc.1-bsom.bin",
        "b5som" => "tinker-1.5.0-b5som.bin",
        "tracker" => "tracker-tinker@1.5.4-rc.1.bin",
        _ => $"tinker-0.8.0-rc.27-{board}.bin",
    };
}

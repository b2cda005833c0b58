using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using Pogoline.Hex;
using Pogoline.Lab.Board;
using Pogoline.Lab.Probes;
using Pogoline.Lab.UsbIp;
using Pogoline.Platforms;
using Pogoline.Tests;

namespace Pogoline.Perf;

/// <summary>
/// Side by side with OpenOCD on the same virtual probe, with the erase, program and bus times of the real parts: the same image is erased, written and checked. Both
/// programs run under tests/usb/mock, so both pay for it.
/// </summary>
static class SwdComparison
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);

    sealed record Run(double Seconds, long Packets);

    public static async Task<int> RunAsync(string program, string[] probes)
    {
        var kinds = probes.Length > 0 ? probes.Select(ProbeKinds.Parse) : [ProbeKind.CmsisDapV2];
        var isGood = true;
        Console.WriteLine("probe         board  job                             OpenOCD     ours   ratio  target   packets/KiB OpenOCD  ours   flash floor");
        foreach (var kind in kinds)
        {
            isGood &= await CompareAsync(program, kind, "photon", "erase, write, verify", 0.60, "", all: true);
            isGood &= await CompareAsync(program, kind, "boron", "by pages", 1.00, "", all: true);
            isGood &= await CompareAsync(program, kind, "boron", "mass erase allowed", 0.45, "--allow-mass-erase", all: true);
            isGood &= await CompareAsync(program, kind, "boron", "only user firmware differs", 0.25, "", all: false);
        }
        return isGood ? 0 : 1;
    }

    static async Task<bool> CompareAsync(string program, ProbeKind kind, string board, string job, double target, string options, bool all)
    {
        var folder = Directory.CreateTempSubdirectory("pogoline-swd-");
        try
        {
            var platform = PlatformCatalog.Require(board);
            var hex = Path.Combine(folder.FullName, "image.hex");
            var image = ImageOf(board);
            var text = new ArrayBufferWriter<byte>();
            image.WriteTo(new HexWriter(text));
            await File.WriteAllBytesAsync(hex, text.WrittenMemory);
            var openOcd = await MeasureAsync(kind, platform, image, all, "openocd",
            [
                "-c", "adapter driver cmsis-dap", "-c", $"cmsis_dap_backend {(kind == ProbeKind.CmsisDapV1 ? "hid" : "usb_bulk")}", "-c", "transport select swd", "-c", "adapter speed 4000",
                "-c", "gdb_port disabled", "-c", "tcl_port disabled", "-c", "telnet_port disabled", "-f", platform.Generation == 2 ? "target/stm32f2x.cfg" : "target/nrf52.cfg",
                "-c", "adapter speed 4000", "-c", $"init; reset halt; {(platform.Generation == 2 ? "flash protect 0 0 8 off; " : "")}flash write_image erase {hex}; verify_image {hex}; reset; exit",
            ]);
            List<string> ours = ["flash", "--swd", hex, "--allow-uicr", "--allow-option-bytes", "--json"];
            if (options.Length > 0) ours.Add(options);
            var pogoline = await MeasureAsync(kind, platform, image, all, program, ours);
            var ratio = pogoline.Seconds / openOcd.Seconds;
            var kilobytes = image.Bytes / 1024.0;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{ProbeKinds.NameOf(kind),-13} {board,-6} {job,-30} {openOcd.Seconds,7:F1} s {pogoline.Seconds,7:F1} s {ratio,6:F2}  ≤ {target:F2}  {openOcd.Packets / kilobytes,14:F1} {pogoline.Packets / kilobytes,10:F1} {Floor(platform, image, options.Length > 0, all),9:F1} s"));
            return ratio <= target;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Every module of a release with Tinker; on Gen 3 also the first page and UICR, as the restore images have them.</summary>
    internal static MemoryImage ImageOf(string board)
    {
        var image = new MemoryImage();
        foreach (var module in RealReleases.Of(board, "2.2.0").Append(RealReleases.Tinker(board))) image.Replace(module.Range.Start, module.DeviceBytes.Span);
        if (PlatformCatalog.Require(board).Generation == 2) return image;
        var record = Make(board).Hardware.Storage.Internal.Read(default, 4096);
        image.Replace(default, record);
        image.Replace(new(0x10001014), [0x00, 0x40, 0x0F, 0x00]);
        image.Replace(new(0x10001200), [0x12, 0, 0, 0, 0x12, 0, 0, 0]);
        return image;
    }

    internal static VirtualBoard Make(string board, LabClock? clock = null) => BoardFactory.Make(PlatformCatalog.Require(board),
        [.. RealReleases.Of(board, "2.2.0").Append(RealReleases.Tinker(board)).Where(m => m.Id.Function != ModuleFunction.Ncp).Select(m => m.Image)], clock ?? LabClock.Immediate(), null);

    static async Task<Run> MeasureAsync(ProbeKind kind, Platform platform, MemoryImage image, bool all, string program, IReadOnlyList<string> arguments)
    {
        var clock = new LabClock(LabTiming.Datasheet, TimeProvider.System);
        var board = Make(platform.Name, clock);
        Scramble(board, platform, image, all);
        board.PowerOn();
        var unit = new VirtualUnit(board, clock, "lab-1");
        await using (unit)
        {
            var probe = unit.AttachProbe(kind);
            await using var server = UsbIpServer.Start([board], clock, 0, [probe]);
            var start = new ProcessStartInfo(Path.Combine(Root(), "tests/usb/mock"),
                ["--port", server.Port.ToString(CultureInfo.InvariantCulture), "--busid", UsbIpServer.BusIdOf(1), "--timeout", "420", "--", program, .. arguments])
            { RedirectStandardOutput = true, RedirectStandardError = true };
            start.Environment["DOTNET_EnableDiagnostics"] = "0";
            var before = probe.Traffic;
            var started = Stopwatch.GetTimestamp();
            using var process = Process.Start(start)!;
            var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            using var deadline = new CancellationTokenSource(Limit);
            await process.WaitForExitAsync(deadline.Token);
            var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await output}{await errors}");
            foreach (var segment in image.Segments.Where(s => s.Start.Value < 0x10000000))
            {
                if (!board.Hardware.Storage.Internal.Read(segment.Start, segment.Bytes.Length).SequenceEqual(segment.Bytes.Span)) throw new InvalidOperationException($"{program} did not write {segment.Range}");
            }
            return new(seconds, probe.Traffic.PacketsToProbe + probe.Traffic.PacketsToHost - before.PacketsToProbe - before.PacketsToHost);
        }
    }

    /// <summary>Something else where the image goes to, so that all of it has to be erased and written; or only the user firmware.</summary>
    internal static void Scramble(VirtualBoard board, Platform platform, MemoryImage image, bool all)
    {
        var user = platform.Components.Single(c => c.Function == ModuleFunction.UserPart).Positions[0].Start;
        var flash = board.Hardware.Storage.Internal;
        foreach (var segment in image.Segments.Where(s => s.Start.Value < 0x10000000 && (all || s.Start == user)))
        {
            flash.Erase(segment.Range);
            flash.Program(segment.Start, segment.Bytes.ToArray().Select(b => (byte)~b).ToArray());
        }
        // What was done here is nothing that a controller still has to do.
        flash.TakeBusyTime();
    }

    /// <summary>Erasing and programming what differs, by the data sheets; by pages or all at once.</summary>
    internal static double Floor(Platform platform, MemoryImage image, bool atOnce, bool all)
    {
        const double eraseAllSeconds = 0.169;
        var storage = platform.StorageOf(StorageKind.InternalFlash);
        var user = platform.Components.Single(c => c.Function == ModuleFunction.UserPart).Positions[0].Start;
        var segments = image.Segments.Where(s => s.Start.Value < 0x10000000 && (all || s.Start == user)).ToList();
        var program = segments.Sum(s => storage.ProgramTime(s.Bytes.Length).TotalSeconds);
        return program + (atOnce ? eraseAllSeconds : segments.SelectMany(s => storage.EraseUnits(s.Range)).Distinct().Sum(u => storage.EraseTime(u).TotalSeconds));
    }

    static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}

using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Bundles;
using Pogoline.Links.Listening;
using Pogoline.Modules;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline serial flash FILE</c>: one module file through the console, nothing planned.</summary>
static class SerialFlashCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A module file (.bin)." };
        var options = new SerialOptions();
        var command = new ExampleCommand("flash", "Send one module file through the console; the board validates it, restarts and applies it. 'pogoline flash --serial' also plans and checks.",
            "pogoline serial flash boron-bootloader@2.2.0.bin", "pogoline serial flash tinker.bin --port /dev/ttyACM0") { file };
        options.AddTo(command);
        command.SetAction((parsed, stop) => options.RunAsync(parsed, async (channel, port) =>
        {
            var module = ModuleReader.Require(await SerialFiles.ReadAsync(parsed.GetValue(file)!, stop), parsed.GetValue(file)!);
            var started = TimeProvider.System.GetTimestamp();
            await new ListeningConsole(channel, TimeProvider.System).SendFirmwareAsync(module.Image, null, stop);
            // The board took the module and found it right; that it is applied only a later report can show.
            SerialFiles.Report(parsed.GetValue(options.Json), new(1, "unverified", port) { Bytes = module.Image.Length }, started);
            return ExitCode.Unverified;
        }, stop));
        return command;
    }
}

/// <summary><c>pogoline serial send FILE</c>: YMODEM to whatever receives it.</summary>
static class SerialSendCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Any file." };
        var options = new SerialOptions();
        var command = new ExampleCommand("send", "Send a file by YMODEM with 1024-byte packets to any receiver, such as 'rb'.", "pogoline serial send image.bin --port /dev/ttyUSB0") { file };
        options.AddTo(command);
        command.SetAction((parsed, stop) => options.RunAsync(parsed, async (channel, port) =>
        {
            var path = parsed.GetValue(file)!;
            var content = await SerialFiles.ReadAsync(path, stop);
            var started = TimeProvider.System.GetTimestamp();
            await new YmodemSender(channel, TimeProvider.System, YmodemDialect.Standard).SendAsync(Path.GetFileName(path), content, null, stop);
            SerialFiles.Report(parsed.GetValue(options.Json), new(1, "passed", port) { Bytes = content.Length }, started);
            return ExitCode.Passed;
        }, stop));
        return command;
    }
}

/// <summary>What both have in common.</summary>
static class SerialFiles
{
    // Beyond every board's memory.
    const long LargestFile = 64L * 1024 * 1024;

    public static async Task<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken stop)
    {
        MachineLock.Default.RequireUnlocked(path);
        try
        {
            var size = new FileInfo(path).Length;
            return size is > 0 and <= LargestFile ? await File.ReadAllBytesAsync(path, stop)
                : throw new PogolineException(DfuDownloadCommand.FileFault, $"{path} has {size} bytes.", "Check the name.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(DfuDownloadCommand.FileFault, $"{path} cannot be read: {e.Message}", "Check the name.", e);
        }
    }

    public static void Report(bool json, ConsoleReport report, long started)
    {
        report = report with { Seconds = Math.Round(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 3) };
        if (json) Terminal.Json(report, ModeJson.Default.ConsoleReport);
        else ConsoleView.Print(report);
    }
}

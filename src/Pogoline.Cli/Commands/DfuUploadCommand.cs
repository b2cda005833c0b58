using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Usb;
using Pogoline.Links.Dfu;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline dfu upload FILE</c>: from the device into a file.</summary>
static class DfuUploadCommand
{
    const long LargestPlainUpload = 256L * 1024 * 1024;

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Where to; it must not exist yet." };
        var options = new DfuOptions();
        var length = new Option<string?>("--length") { Description = "How many bytes; without it to the end of what can be read.", HelpName = "bytes" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("upload", "Read a device's memory into a file.") { file, length, json };
        options.AddTo(command, withMemory: true);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            await using var bus = LibUsbBus.Open(TimeProvider.System);
            var seen = await options.ChooseAsync(parsed, bus, inDfuMode: true, stop);
            await using var pipe = await bus.OpenAsync(seen.Device, stop);
            var device = await DfuOptions.OpenAsync(seen, pipe, stop);
            var alternate = options.Alternate(parsed, device);
            var wanted = Length(parsed.GetValue(length));
            await using var output = Create(parsed.GetValue(file)!);
            var bytes = options.Address(parsed) is { } address
                ? await ReadRangeAsync(device, alternate, address, wanted, output, stop)
                : alternate.Memory is not null ? throw new PogolineException(UnitFaults.Usage, $"Alternate {alternate.Number} is memory with addresses.", "Add --address.")
                : await new PlainDfu(device).UploadAsync(alternate.Number, output, wanted ?? LargestPlainUpload, null, stop);
            DfuDownloadCommand.Print(new(1, "passed", seen.Device.Id.ToString(), seen.Device.Port, alternate.Number, bytes, "none",
                Math.Round(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 3), DfuDownloadCommand.PollNotes(device)), parsed.GetValue(json), "read");
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static async Task<long> ReadRangeAsync(DfuDevice device, DfuAlternate alternate, uint address, long? wanted, FileStream output, CancellationToken stop)
    {
        var flash = new DfuSeFlash(device, alternate);
        var length = wanted ?? flash.ReadableFrom(address);
        if (length is <= 0 or > int.MaxValue) throw new PogolineException(UnitFaults.Usage, $"How much is to be read at 0x{address:X8} is not known.", "Add --length.");
        flash.Require(address, (uint)length, DfuAccess.Read);
        var content = new byte[length];
        await device.ReadAsync(alternate.Number, address, content, null, stop);
        await output.WriteAsync(content, stop);
        return length;
    }

    static long? Length(string? text)
    {
        if (text is null) return null;
        return FlashAddress.TryParse(text, out var value) && value.Value > 0 ? value.Value : throw new PogolineException(UnitFaults.Usage, $"'{text}' is no length.", "Write it as 0x1000 or 4096.");
    }

    static FileStream Create(string path)
    {
        try
        {
            return new(path, FileMode.CreateNew, FileAccess.Write);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(DfuDownloadCommand.FileFault, $"{path} cannot be made: {e.Message}", "Give a path where no file is yet.", e);
        }
    }
}

using System.Buffers;
using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Bundles;
using Pogoline.Host.Usb;
using Pogoline.Links.Dfu;
using Pogoline.Platforms;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline dfu download FILE</c>: from a file into the device, read back where the device allows it.</summary>
static class DfuDownloadCommand
{
    const byte EraseCommand = 0x41;
    const byte ReadUnprotectCommand = 0x92;

    /// <summary>A file cannot be read or made.</summary>
    public static readonly FaultCode FileFault = new("dfu-path", ExitCode.BadInput, "The path is misspelt, taken, or permission is missing.");

    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "Raw bytes, with or without a DFU suffix, or a DfuSe container (.dfu)." };
        var options = new DfuOptions();
        var leave = new Option<bool>("--leave") { Description = "Leave DFU mode afterwards (DfuSe)." };
        var massErase = new Option<bool>("--mass-erase") { Description = "Erase everything behind the alternate first, if the device knows the command (DfuSe)." };
        var unprotect = new Option<bool>("--unprotect") { Description = "Only take the read protection off, which erases the device, if it knows the command (DfuSe)." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("download", "Write a file into a device's memory and read it back.") { file, leave, massErase, unprotect, json };
        options.AddTo(command, withMemory: true);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            MachineLock.Default.RequireUnlocked(parsed.GetValue(file)!);
            var content = await ReadAsync(parsed.GetValue(file)!, stop);
            await using var bus = LibUsbBus.Open(TimeProvider.System);
            var seen = await options.ChooseAsync(parsed, bus, inDfuMode: true, stop);
            RequireFit(content, seen);
            await using var connection = bus.Connect(seen.Device);
            await using var pipe = new UsbControlPipe(connection);
            var device = await DfuOptions.OpenAsync(seen, pipe, stop);
            var places = Places(content, () => options.Alternate(parsed, device), device, options.Address(parsed));
            var notes = new List<string>();
            var verified = true;
            if (places[0].Address is null)
            {
                if (parsed.GetValue(leave) || parsed.GetValue(massErase) || parsed.GetValue(unprotect))
                    throw new PogolineException(UnitFaults.Usage, "--leave, --mass-erase and --unprotect are commands of DfuSe.", "Leave them out for this device, or add --address.");
                verified = await DownloadPlainAsync(connection, device, places[0], notes, stop);
            }
            else
            {
                foreach (var place in places) RequireWritable(seen, place);
                await PrepareAsync(device, places[0].Alternate.Number, parsed.GetValue(massErase), parsed.GetValue(unprotect), stop);
                if (parsed.GetValue(unprotect))
                {
                    notes.Add("The read protection is being taken off: the device erases itself and restarts. Nothing was written; run the command again without --unprotect when it is back.");
                    Print(Report(seen, places[0].Alternate, 0, "none", started, notes), parsed.GetValue(json), "written");
                    return (int)ExitCode.Unverified;
                }
                foreach (var place in places)
                {
                    var flash = new DfuSeFlash(device, place.Alternate) { EraseAddresses = parsed.GetValue(massErase) ? (_, _) => [] : EraseAddresses(seen, place.Alternate.Number) };
                    verified &= await flash.WriteAsync(place.Address!.Value, place.Data, null, stop);
                }
                if (parsed.GetValue(leave)) await device.LeaveToAsync(places[0].Alternate.Number, places[0].Address!.Value, stop);
            }
            if (!verified) notes.Add("The device gives nothing back: what was written could not be checked.");
            notes.AddRange(PollNotes(device));
            Print(Report(seen, places[0].Alternate, places.Sum(p => (long)p.Data.Length), verified ? "readback" : "none", started, notes), parsed.GetValue(json), "written");
            return (int)(verified ? ExitCode.Passed : ExitCode.Unverified);
        }));
        return command;
    }

    /// <summary>What people should know of a device that asks for long waits.</summary>
    public static IReadOnlyList<string> PollNotes(DfuDevice device) => device.LongestPollTime > DfuDevice.PollTimeCap
        ? [$"The device asked for waits of up to {device.LongestPollTime.TotalMilliseconds} ms; it was asked again after {DfuDevice.PollTimeCap.TotalMilliseconds} ms each time."] : [];

    public static void Print(DfuTransferReport report, bool json, string verb)
    {
        if (json)
        {
            Terminal.Json(report, DeviceJson.Default.DfuTransferReport);
            return;
        }
        foreach (var note in report.Notes) Terminal.Error.MarkupLineInterpolated($"[yellow]note[/] {note}");
        Terminal.Out.MarkupLineInterpolated($"{report.Outcome}: {Terminal.Bytes(report.Bytes)} bytes {verb}{(report.Verified == "readback" ? " and read back" : "")} in {report.Seconds:F1} s.");
    }

    static DfuTransferReport Report(DfuSighting seen, DfuAlternate alternate, long bytes, string verified, long started, IReadOnlyList<string> notes) => new(
        1, verified == "readback" ? "passed" : "unverified", seen.Device.Id.ToString(), seen.Device.Port, alternate.Number, bytes, verified,
        Math.Round(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 3), notes);

    static async Task<DfuFile> ReadAsync(string path, CancellationToken stop)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(path, stop);
            if (DfuFile.TryRead(bytes, out var file, out var problem) != OperationStatus.Done) throw new PogolineException(DfuFaults.File, $"{path} is damaged: {problem}.", "Get the file again.");
            return file!.Elements.Any(e => !e.Data.IsEmpty) ? file : throw new PogolineException(DfuFaults.File, $"{path} is empty.", "Give the firmware file.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(FileFault, $"{path} cannot be read: {e.Message}", "Correct the path.", e);
        }
    }

    static void RequireFit(DfuFile file, DfuSighting seen)
    {
        if (file.Suffix is { } suffix && !suffix.Fits(seen.Device.Id.Vendor, seen.Device.Id.Product))
        {
            throw new PogolineException(DfuFaults.File, $"The file is for {suffix.Vendor:x4}:{suffix.Product:x4}, the device is {seen.Device.Id}.", "Give a file for this device, or choose the device with --device.");
        }
    }

    static List<Place> Places(DfuFile file, Func<DfuAlternate> alternate, DfuDevice device, uint? address)
    {
        if (!file.HasPlaces)
        {
            var chosen = alternate();
            if (address is null && chosen.Memory is not null) throw new PogolineException(UnitFaults.Usage, $"Alternate {chosen.Number} ({chosen.Text}) is memory with addresses.", "Add --address.");
            if (address is not null && !device.IsDfuSe) throw new PogolineException(DfuFaults.NotSupported, "The device has plain DFU, which knows no addresses.", "Leave --address out.");
            return [new(chosen, address, file.Elements[0].Data)];
        }
        if (address is not null) throw new PogolineException(UnitFaults.Usage, "The DfuSe file says itself where its content goes.", "Leave --address out.");
        return [.. file.Elements.Select(e => new Place(device.Alternate(e.Alternate!.Value), e.Address, e.Data))];
    }

    /// <summary>Of a board that is known, the running bootloader is not to be written, whatever its descriptor allows.</summary>
    static void RequireWritable(DfuSighting seen, Place place)
    {
        if (PlatformCatalog.Find(seen.Device.Id)?.Platform is not { } platform || platform.Alternates.FirstOrDefault(a => a.Number == place.Alternate.Number) is not { } alternate) return;
        var at = (long)place.Address!.Value - alternate.Offset.Value;
        var bootloader = platform.Components.Where(c => c.Function == ModuleFunction.Bootloader && c.Storage == alternate.Storage).SelectMany(c => c.Positions)
            .FirstOrDefault(p => at < p.End.Value && at + place.Data.Length > p.Start.Value);
        if (bootloader is not null)
        {
            throw new PogolineException(DfuFaults.Range, $"0x{place.Address:X8} and {place.Data.Length} bytes reach into the bootloader at {bootloader.Range}, which is running.",
                "Let 'pogoline restore' bring the bootloader by the OTA region.");
        }
    }

    /// <summary>The sectors of a known board as they really are; some of its bootloaders describe them wrongly.</summary>
    static Func<uint, uint, IEnumerable<uint>>? EraseAddresses(DfuSighting seen, byte number)
    {
        if (PlatformCatalog.Find(seen.Device.Id)?.Platform is not { } platform || platform.Alternates.FirstOrDefault(a => a.Number == number) is not { } alternate) return null;
        var storage = platform.StorageOf(alternate.Storage);
        return (address, length) => storage.EraseUnits(AddressRange.Of(new(address - alternate.Offset.Value), length)).Select(u => u.Start.Value + alternate.Offset.Value);
    }

    static async Task PrepareAsync(DfuDevice device, byte alternate, bool massErase, bool unprotect, CancellationToken stop)
    {
        if (!massErase && !unprotect) return;
        var commands = await device.ReadCommandsAsync(alternate, stop);
        var wanted = unprotect ? ReadUnprotectCommand : EraseCommand;
        if (!commands.Contains(wanted))
        {
            throw new PogolineException(DfuFaults.NotSupported, $"The device does not know command 0x{wanted:X2}; it lists {string.Join(' ', commands.Select(c => $"{c:X2}"))}.",
                unprotect ? "Leave --unprotect out." : "Leave --mass-erase out: what is written is erased before.");
        }
        if (unprotect) await device.ReadUnprotectAsync(alternate, stop);
        else await device.MassEraseAsync(alternate, stop);
    }

    static async Task<bool> DownloadPlainAsync(UsbConnection connection, DfuDevice device, Place place, List<string> notes, CancellationToken stop)
    {
        var plain = new PlainDfu(device);
        switch (await plain.DownloadAsync(place.Alternate.Number, place.Data, null, stop))
        {
            case DfuManifestation.Idle when device.Interface.CanUpload:
                using (var back = new MemoryStream())
                {
                    await plain.UploadAsync(place.Alternate.Number, back, place.Data.Length, null, stop);
                    if (back.Length < place.Data.Length) return false;
                    return back.GetBuffer().AsSpan(0, place.Data.Length).SequenceEqual(place.Data.Span) ? true
                        : throw new PogolineException(DfuFaults.Mismatch, "What the device gives back is not what was written.", "Run the same command again.");
                }
            case DfuManifestation.WaitsForReset:
                await connection.ResetAsync(stop);
                notes.Add("The device was reset, as it asked for.");
                return false;
            default:
                return false;
        }
    }

    /// <summary>Bytes, and where they go; no address for plain DFU.</summary>
    sealed record Place(DfuAlternate Alternate, uint? Address, ReadOnlyMemory<byte> Data);
}

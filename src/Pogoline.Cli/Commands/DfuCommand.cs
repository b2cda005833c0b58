using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Usb;
using Pogoline.Links.Dfu;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline dfu</c>: the raw protocol, for every DFU 1.1 and DfuSe device.</summary>
static class DfuCommand
{
    public static Command Create() => new("dfu", "USB DFU 1.1 and DfuSe by hand, for every device that has it.")
    {
        CreateList(), DfuDownloadCommand.Create(), DfuUploadCommand.Create(), CreateDetach(),
    };

    static Command CreateList()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("list", "Every device with a DFU interface, with its alternate settings.") { json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            await using var bus = LibUsbBus.Open(TimeProvider.System);
            var devices = new List<DfuDeviceRow>();
            foreach (var seen in await DfuSighting.LookAsync(bus, stop)) devices.Add(await DescribeAsync(bus, seen, stop));
            if (parsed.GetValue(json)) Terminal.Json(new(1, devices), DeviceJson.Default.DfuDeviceList);
            else Print(devices);
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static Command CreateDetach()
    {
        var options = new DfuOptions();
        var json = new Option<bool>("--json") { Description = "Print an error as a JSON object." };
        var command = new Command("detach", "Tell a device with run-time DFU to go to DFU mode.") { json };
        options.AddTo(command, withMemory: false);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            await using var bus = LibUsbBus.Open(TimeProvider.System);
            var seen = await options.ChooseAsync(parsed, bus, inDfuMode: false, stop);
            await using var connection = bus.Connect(seen.Device);
            await using var pipe = new UsbControlPipe(connection);
            var (interfaces, _) = await DfuDevice.ReadInterfacesAsync(pipe, stop);
            var target = interfaces.FirstOrDefault(i => !i.IsDfuMode) ?? (interfaces.Count > 0 ? interfaces[0] : null)
                ?? throw new PogolineException(DfuFaults.NotDfu, $"{seen} shows no usable DFU interface.", "Look at 'pogoline dfu list'.");
            var device = await DfuDevice.OpenAsync(pipe, TimeProvider.System, new() { Interface = target.Number }, stop);
            await device.DetachAsync(stop);
            // One that does not detach by itself waits for a bus reset, wDetachTimeOut long (USB DFU 1.1 §5.1).
            if (!target.WillDetach) await connection.ResetAsync(stop);
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static async Task<DfuDeviceRow> DescribeAsync(LibUsbBus bus, DfuSighting seen, CancellationToken stop)
    {
        var row = new DfuDeviceRow(seen.Device.Id.ToString(), seen.Device.Port, Text(seen.Details.SerialNumber), Text(seen.Details.Product), [], DeviceProblem.Of(seen.Details.Problem));
        if (row.Problem is not null) return row;
        try
        {
            await using var pipe = await bus.OpenAsync(seen.Device, stop);
            var (interfaces, _) = await DfuDevice.ReadInterfacesAsync(pipe, stop);
            var rows = new List<DfuInterfaceRow>();
            foreach (var i in interfaces)
            {
                var alternates = await DfuDevice.ReadAlternatesAsync(pipe, i, stop);
                rows.Add(new(i.Number, i.IsDfuMode ? "dfu" : "runtime", $"{i.Version >> 8:x}.{i.Version & 0xFF:x2}", i.TransferSize, i.CanDownload, i.CanUpload,
                    i.IsManifestationTolerant, i.WillDetach, i.DetachTimeout.TotalMilliseconds, [.. alternates.Select(a => new DfuAlternateRow(a.Number, a.Text, a.Memory?.Name))]));
            }
            return row with { Interfaces = rows };
        }
        catch (PogolineException e)
        {
            return row with { Problem = new(e.Code.Name, e.Message, e.Remedy) };
        }
    }

    static void Print(List<DfuDeviceRow> devices)
    {
        if (devices.Count == 0) Terminal.Out.MarkupLine("No device with DFU is connected.");
        foreach (var device in devices)
        {
            Terminal.Out.MarkupLineInterpolated($"[bold]{device.Usb}[/] {device.Product ?? ""} at {device.Port}, serial number {device.SerialNumber ?? "none"}");
            foreach (var i in device.Interfaces)
            {
                Terminal.Out.MarkupLineInterpolated($"  interface {i.Number}, {(i.Mode == "dfu" ? "DFU mode" : "run time")}, DFU {i.Version}, {i.TransferSize} bytes a block");
                foreach (var a in i.Alternates) Terminal.Out.MarkupLineInterpolated($"    alternate {a.Number}: {a.Text}");
            }
            if (device.Problem is { } problem) Terminal.Out.MarkupLineInterpolated($"  [yellow]{problem.Code}[/]: {problem.Message}\n    [green]→[/] {problem.Remedy}");
        }
    }

    static string? Text(string value) => value.Length > 0 ? value : null;
}

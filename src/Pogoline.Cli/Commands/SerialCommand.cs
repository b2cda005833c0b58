using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Serial;
using Pogoline.Links;
using Pogoline.Links.Listening;
using Pogoline.Platforms;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline serial</c>: the console of a board in listening mode by hand; it changes no mode.</summary>
static class SerialCommand
{
    public static Command Create() => new("serial", "The serial console of a board in listening mode, by hand.")
    {
        CreateList(),
        Ask("identify", "Device ID, serial number, IMEI, ICCID.", async (console, report, stop) =>
        {
            var said = await console.IdentifyAsync(stop);
            return report with { DeviceId = said.DeviceId, SerialNumber = said.SerialNumber, Imei = said.Imei, Iccid = said.Iccid, RadioVersion = said.RadioVersion };
        }),
        Ask("inspect", "The modules that the board holds, and what its system finds wrong with them.", async (console, report, stop) =>
        {
            var said = await console.InspectAsync(stop);
            return report with { PlatformId = said.PlatformId, Modules = [.. said.Modules.Select(Describe)] };
        }),
        Ask("version", "The Device OS version.", async (console, report, stop) => report with { Release = await console.GetVersionAsync(stop) }),
        Ask("mac", "The MAC address.", async (console, report, stop) => report with { Mac = await console.FindMacAddressAsync(stop) ?? "none" }),
        CreateClaim(),
        CreateWifi(),
        SerialFlashCommand.Create(),
        SerialSendCommand.Create(),
    };

    static ExampleCommand CreateList()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("list", "Every serial port of this machine, with its USB identity.", "pogoline serial list") { json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), () =>
        {
            var rows = new LibSerialPorts(TimeProvider.System).List()
                .Select(p => new SerialPortRow(p.Name, p.Usb?.ToString(), p.SerialNumber, p.Usb is { } id ? PlatformCatalog.Find(id)?.Platform.Name : null)).ToList();
            if (parsed.GetValue(json))
            {
                Terminal.Json(new(1, rows), ModeJson.Default.SerialPortList);
                return Task.FromResult((int)ExitCode.Passed);
            }
            var table = Terminal.Table("Port", "USB", "Serial number", "Platform");
            foreach (var row in rows) table.AddRow(new[] { row.Name, row.Usb, row.SerialNumber, row.Platform }.Select(v => Markup.Escape(v ?? "–")).ToArray());
            if (rows.Count > 0) Terminal.Out.Write(table);
            else Terminal.Out.WriteLine("This machine has no serial port.");
            return Task.FromResult((int)ExitCode.Passed);
        }));
        return command;
    }

    static ExampleCommand CreateClaim()
    {
        var code = new Argument<string?>("CODE") { Description = "The claim code to store, 63 characters; without it only whether the board is claimed.", Arity = ArgumentArity.ZeroOrOne };
        var command = new ExampleCommand("claim", "Whether the board is claimed; with a code, store it.", "pogoline serial claim", "pogoline serial claim --port /dev/ttyACM0") { code };
        return Ask(command, async (console, report, parsed, stop) =>
        {
            if (parsed.GetValue(code) is { } value) await console.SetClaimCodeAsync(value, stop);
            return report with { Claimed = await console.IsClaimedAsync(stop) };
        });
    }

    static ExampleCommand CreateWifi()
    {
        var ssid = new Argument<string>("SSID") { Description = "The name of the network." };
        var password = new Option<string>("--password") { Description = "The password; without it the network is open.", DefaultValueFactory = _ => "" };
        var security = new Option<WifiSecurity?>("--security") { Description = "How it is secured, where the board's own scan does not find it: none, wep, wpa or wpa2." };
        var cipher = new Option<WifiCipher>("--cipher") { Description = "How it enciphers, where the board asks: aes, tkip or aesTkip.", DefaultValueFactory = _ => WifiCipher.Aes };
        var command = new ExampleCommand("wifi", "Store the credentials of a Wi-Fi network; the board then leaves listening mode.",
            "pogoline serial wifi MyNetwork --password secret12") { ssid, password, security, cipher };
        return Ask(command, async (console, report, parsed, stop) =>
        {
            var network = new WifiNetwork(parsed.GetValue(ssid)!, parsed.GetValue(password)!) { Cipher = parsed.GetValue(cipher) };
            await console.SetWifiAsync(parsed.GetValue(security) is { } chosen ? network with { Security = chosen } : network, stop);
            return report;
        });
    }

    static ExampleCommand Ask(string name, string description, Func<ListeningConsole, ConsoleReport, CancellationToken, Task<ConsoleReport>> ask) =>
        Ask(new ExampleCommand(name, description, $"pogoline serial {name}", $"pogoline serial {name} --port /dev/ttyACM0 --json"), (console, report, _, stop) => ask(console, report, stop));

    static ExampleCommand Ask(ExampleCommand command, Func<ListeningConsole, ConsoleReport, ParseResult, CancellationToken, Task<ConsoleReport>> ask)
    {
        var options = new SerialOptions();
        options.AddTo(command);
        command.SetAction((parsed, stop) => options.RunAsync(parsed, async (channel, port) =>
        {
            var report = await ask(new(channel, TimeProvider.System), new(1, "passed", port), parsed, stop);
            if (parsed.GetValue(options.Json)) Terminal.Json(report, ModeJson.Default.ConsoleReport);
            else ConsoleView.Print(report);
            return ExitCode.Passed;
        }, stop));
        return command;
    }

    static ConsoleModule Describe(DeviceModule module) => new(module.Id.Function, module.Id.Index, module.Version, $"{module.Store}".ToLowerInvariant(), module.Size,
        [.. Enum.GetValues<ModuleChecks>().Where(c => c != ModuleChecks.None && module.Failed.HasFlag(c)).Select(c => $"{c}".ToLowerInvariant())],
        [.. module.Dependencies.Select(d => new ConsoleDependency(d.Module.Function, d.Module.Index, d.Version))]);
}

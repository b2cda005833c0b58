using Pogoline.Cli.Output;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary>What the console said, for people.</summary>
static class ConsoleView
{
    public static void Print(ConsoleReport report)
    {
        var values = new (string Name, string? Value)[]
        {
            ("Device ID", report.DeviceId), ("Serial number", report.SerialNumber), ("IMEI", report.Imei), ("ICCID", report.Iccid), ("Radio version", report.RadioVersion),
            ("Device OS", report.Release), ("MAC address", report.Mac), ("Claimed", report.Claimed switch { true => "yes", false => "no", null => null }),
            ("Sent", report.Bytes is { } bytes ? $"{Terminal.Bytes(bytes)} bytes in {report.Seconds:F1} s" : null),
        };
        foreach (var (name, value) in values.Where(v => v.Value is not null)) Terminal.Out.WriteLine($"{name}: {value}");
        if (report.Modules is not { } modules) return;
        var table = Terminal.Table("Module", "Version", "Place", "Room", "Depends on", "Failed checks");
        foreach (var m in modules)
        {
            table.AddRow(new[]
            {
                $"{new ModuleId(m.Function, m.Index)}", $"{m.Version}", m.Store, Terminal.Bytes(m.Size),
                string.Join('\n', m.Dependencies.Select(d => $"{new ModuleDependency(new(d.Function, d.Index), (ushort)d.Version)}")),
                m.Failed.Count == 0 ? "none" : string.Join(", ", m.Failed),
            }.Select(Markup.Escape).ToArray());
        }
        Terminal.Out.Write(table);
    }
}

using Pogoline.Programming.Identify;
using Spectre.Console;

namespace Pogoline.Cli.Output;

/// <summary>Who boards are, for people.</summary>
static class IdentityView
{
    public static void Write(IReadOnlyList<UnitIdentity> identities)
    {
        var table = Terminal.Table("Platform", "Device ID", "Serial number", "ICCID", "IMEI", "MAC", "Device OS", "Mode", "Port");
        foreach (var i in identities)
        {
            table.AddRow(new[] { i.Platform, i.DeviceId, i.SerialNumber, i.Iccid, i.Imei, i.Mac, i.Release, $"{i.Mode}".ToLowerInvariant(), i.Port }.Select(v => Markup.Escape(v ?? "–")).ToArray());
        }
        Terminal.Out.Write(table);
        foreach (var i in identities.Where(i => i.Modules.Count > 0))
        {
            var versions = string.Join(", ", i.Modules.Select(m => $"{new ModuleId(m.Function, m.Index)} {m.Version}{(m.Ok ? "" : " (not in order)")}"));
            Terminal.Out.WriteLine($"…{i.DeviceId[^Math.Min(6, i.DeviceId.Length)..]}: {versions}");
        }
        foreach (var note in identities.SelectMany(i => i.Notes).Distinct()) Terminal.Out.WriteLine(note);
    }
}

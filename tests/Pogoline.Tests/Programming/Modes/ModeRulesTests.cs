using Pogoline.Programming.Modes;

namespace Pogoline.Tests.Programming.Modes;

public class ModeRulesTests
{
    // One row a mode that the board is in: ways to normal, listening, safe, DFU.
    const string Table = """
        Normal     -                    Control,Touch  Control   Control,Touch
        Listening  Control,Console      -              Control   Control,Touch
        Safe       Control,VendorReset  Control,Touch  -         Control,Touch
        Dfu        LeaveDfu             LeaveDfu       LeaveDfu  -
        Absent     -                    -              -         -
        """;

    [Fact]
    public void The_ways_from_every_mode_to_every_other()
    {
        foreach (var row in Table.Split('\n', StringSplitOptions.TrimEntries).Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            DeviceMode[] wanted = [DeviceMode.Normal, DeviceMode.Listening, DeviceMode.Safe, DeviceMode.Dfu];
            for (var i = 0; i < wanted.Length; i++)
            {
                var ways = ModeRules.Ways(Enum.Parse<DeviceMode>(row[0]), wanted[i]);
                Assert.Equal($"{row[0]} → {wanted[i]}: {row[i + 1]}", $"{row[0]} → {wanted[i]}: {(ways.Count == 0 ? "-" : string.Join(',', ways))}");
            }
        }
    }
}

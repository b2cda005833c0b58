using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using Pogoline.Tests.Lab;

namespace Pogoline.Witness;

/// <summary>
/// What <c>lsusb -v</c> says of every board is kept in Snapshots. When it changes on purpose, look at the difference and run the tests
/// with <c>POGOLINE_UPDATE_SNAPSHOTS=1</c>.
/// </summary>
public sealed partial class LsusbTests
{
    [WitnessTheory(Need.Mock | Need.Lsusb)]
    [InlineData(DeviceMode.Normal, "system")]
    [InlineData(DeviceMode.Listening, "system")]
    [InlineData(DeviceMode.Safe, "system")]
    [InlineData(DeviceMode.Dfu, "dfu")]
    public async Task Describes_every_board_as_the_snapshot_does(DeviceMode mode, string snapshot)
    {
        await using var lab = await RunningLab.StartAsync(mode, [.. Boards.Names.Select(name => $"{name}@2.2.0")]);
        var output = (await Runner.MockAllAsync(lab, "lsusb", "-v")).Require();
        AssertSnapshot($"lsusb-{snapshot}.txt", Normalised(output));
    }

    // Device numbers and the link speed are the mock's, not the board's.
    static string Normalised(string output)
    {
        var text = new StringBuilder();
        foreach (var line in output.ReplaceLineEndings("\n").Split('\n'))
        {
            if (line.StartsWith("Negotiated speed", StringComparison.Ordinal)) continue;
            text.Append(DeviceLine().Replace(line, "Device").TrimEnd()).Append('\n');
        }
        return text.ToString().Trim() + "\n";
    }

    static void AssertSnapshot(string name, string actual, [CallerFilePath] string here = "")
    {
        var source = Path.Combine(Path.GetDirectoryName(here)!, "Snapshots", name);
        if (Environment.GetEnvironmentVariable("POGOLINE_UPDATE_SNAPSHOTS") == "1") File.WriteAllText(source, actual);
        Assert.Equal(File.ReadAllText(source), actual);
    }

    [GeneratedRegex("^Bus 001 Device [0-9]{3}")]
    private static partial Regex DeviceLine();
}

using System.CommandLine;
using System.Security.Cryptography;
using Pogoline.Cli.Output;
using Pogoline.Hex;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline hex build</c>: restore images for debug probes.</summary>
static class HexBuildCommand
{
    public static Option<string> Output() => new("--output", "-o") { Description = "The result; it appears when it is whole.", HelpName = "file", Required = true };

    public static Command Create()
    {
        var what = new HexImageOptions();
        var output = Output();
        var json = HexCommand.Json();
        var command = new ExampleCommand("build", "Builds the image that a debug probe writes: from a release, or from a restore image with its user firmware replaced.",
            "pogoline hex build --os 2.2.0 --platform boron --app my.bin --mbr good-board.bin --output boron.hex",
            "pogoline hex build --bundle line.zip --platform photon --output photon.hex",
            "pogoline hex build --base restore.hex --app my.bin --output line.hex");
        what.AddTo(command);
        command.Options.Add(output);
        command.Options.Add(json);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var (image, notes) = await what.BuildAsync(parsed, stop);
            var bytes = HexWriter.ToBytes(image.Memory);
            var target = parsed.GetValue(output)!;
            await OutputFile.WriteAllAsync(target, bytes, HexFaults.Output, stop);
            Report(ReportOf(target, bytes, image, notes), parsed.GetValue(json));
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    /// <summary>What is told of an image and the file that it went into.</summary>
    public static HexBuildReport ReportOf(string target, ReadOnlySpan<byte> written, RestoreImage image, IEnumerable<string> notes) =>
        new(1, "passed", target, Convert.ToHexStringLower(SHA256.HashData(written)), image.Platform.Name, image.Release.ToString(), image.Memory.Bytes,
            image.StartsBlankChip, [.. image.Map.Regions.Select(HexRegionRow.Of)], [.. image.Warnings, .. notes], image.NotIncluded);

    public static void Report(HexBuildReport report, bool json)
    {
        if (json) Terminal.Json(report, HexJson.Default.HexBuildReport);
        else HexView.Built(report);
    }
}

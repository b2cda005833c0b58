using System.CommandLine;
using System.Security.Cryptography;
using Pogoline.Cli.Output;
using Pogoline.Hex;
using Pogoline.Hex.Kit;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline hex kit FILE</c>: what a manufacturer without our tools needs.</summary>
static class HexKitCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("FILE") { Description = "A restore image, as 'pogoline hex build' makes it." };
        var probe = new Option<string>("--probe") { Description = "The debug probe that OpenOCD's script is for.", DefaultValueFactory = _ => ProgrammerData.Probes[0].Name };
        probe.AcceptOnlyFromAmong([.. ProgrammerData.Probes.Select(p => p.Name)]);
        var output = HexBuildCommand.Output();
        var json = HexCommand.Json();
        var command = new ExampleCommand("kit",
            "Makes a zip for a manufacturer who has none of our tools: the image, an instruction, scripts for OpenOCD, J-Link, nrfjprog or STM32CubeProgrammer, checksums.",
            "pogoline hex kit boron.hex --probe jlink --output boron-kit.zip") { file, probe, output, json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var path = parsed.GetValue(file)!;
            var content = await ReadAsync(path, stop);
            var image = RestoreImage.Of(HexReader.Read(content).Require(path), path);
            var kit = ProgrammerKit.Make(image, content, ProgrammerData.Probes.Single(p => p.Name == parsed.GetValue(probe)));
            var zip = kit.ToZip();
            var target = parsed.GetValue(output)!;
            await HexOutputFile.WriteAsync(target, async (written, token) => { await written.WriteAsync(zip, token); return true; }, stop);
            HexBuildCommand.Report(new(1, "passed", target, Convert.ToHexStringLower(SHA256.HashData(zip)), image.Platform.Name, image.Release.ToString(), image.Memory.Bytes,
                image.StartsBlankChip, [.. image.Map.Regions.Select(HexRegionRow.Of)], image.Warnings, image.NotIncluded), parsed.GetValue(json));
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static async Task<byte[]> ReadAsync(string path, CancellationToken stop)
    {
        // As text, an image has less than three characters a byte.
        const long longest = 3L * MemoryImage.Maximum;
        await using var file = HexInput.Open(path);
        if (file.Length > longest) throw new PogolineException(HexFaults.TooLarge, $"{path} has {file.Length} bytes, more than the image of a board.", "Give a restore image.");
        var content = new byte[file.Length];
        await file.ReadExactlyAsync(content, stop);
        return content;
    }
}

using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Hex;
using Pogoline.Hex.Kit;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline hex kit [FILE]</c>: what a manufacturer without our tools needs.</summary>
static class HexKitCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("FILE") { Description = "A restore image, as 'pogoline hex build' makes it; without it one is built as by 'hex build'.", Arity = ArgumentArity.ZeroOrOne };
        var what = new HexImageOptions();
        var probe = new Option<string>("--probe") { Description = "The debug probe that OpenOCD's script is for.", DefaultValueFactory = _ => ProgrammerData.Probes[0].Name };
        probe.AcceptOnlyFromAmong([.. ProgrammerData.Probes.Select(p => p.Name)]);
        var output = HexBuildCommand.Output();
        var json = HexCommand.Json();
        var command = new ExampleCommand("kit",
            "Makes a zip for a manufacturer who has none of our tools: the image, an instruction, scripts for OpenOCD, J-Link, nrfjprog or STM32CubeProgrammer, checksums.",
            "pogoline hex kit boron.hex --probe jlink --output boron-kit.zip",
            "pogoline hex kit --bundle line.zip --platform photon --probe stlink --output photon-kit.zip") { file, probe };
        what.AddTo(command);
        command.Options.Add(output);
        command.Options.Add(json);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var (image, content, notes) = await TakeAsync(parsed.GetValue(file), what, parsed, stop);
            var zip = ProgrammerKit.Make(image, content, ProgrammerData.Probes.Single(p => p.Name == parsed.GetValue(probe))).ToZip();
            var target = parsed.GetValue(output)!;
            await OutputFile.WriteAllAsync(target, zip, HexFaults.Output, stop);
            HexBuildCommand.Report(HexBuildCommand.ReportOf(target, zip, image, notes), parsed.GetValue(json));
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static async Task<(RestoreImage Image, byte[] Hex, IReadOnlyList<string> Notes)> TakeAsync(string? path, HexImageOptions what, ParseResult parsed, CancellationToken stop)
    {
        if ((path is not null) == what.IsMeant(parsed))
            throw new PogolineException(UnitFaults.Usage, "A kit is made of one image.", "Give a restore image, or say what one is built of: --os, --bundle or --base.");
        if (path is null)
        {
            var (built, notes) = await what.BuildAsync(parsed, stop);
            return (built, HexWriter.ToBytes(built.Memory), notes);
        }
        var content = await ReadAsync(path, stop);
        return (RestoreImage.Of(HexReader.Read(content).Require(path), path), content, []);
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

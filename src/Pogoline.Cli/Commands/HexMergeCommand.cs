using System.CommandLine;
using System.Security.Cryptography;
using Pogoline.Cli.Output;
using Pogoline.Hex;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline hex merge FILE… --output OUT</c>.</summary>
static class HexMergeCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = HexInput.Description, Arity = ArgumentArity.OneOrMore };
        var output = HexBuildCommand.Output();
        var replace = new Option<bool>("--replace") { Description = "Where files differ, the later one wins; without it that is an error." };
        var (lenient, json) = (HexCommand.Lenient(), HexCommand.Json());
        var command = new ExampleCommand("merge", "Joins images into one Intel HEX file, sorted by address.",
            "pogoline hex merge system.hex app.bin --output all.hex", "pogoline hex merge softdevice.hex page.bin@0xD4000 -o all.hex") { files, output, replace, lenient, json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var merged = new MemoryImage();
            HexEntry? entry = null;
            var warnings = new List<string>();
            foreach (var path in parsed.GetValue(files)!)
            {
                var image = await HexInput.ReadAsync(path, HexCommand.Mode(parsed, lenient), stop);
                warnings.AddRange(image.Problems.First.Select(problem => $"{path}: {problem}"));
                foreach (var segment in image.Memory.Segments)
                {
                    if (merged.Write(segment.Start, segment.Bytes.Span, out var conflict)) continue;
                    var what = $"{path} has another byte at {conflict} than the files before it";
                    if (!parsed.GetValue(replace)) throw new PogolineException(HexFaults.Overlap, $"{what}.", "Leave one of them out, or add --replace to let the later one win.");
                    warnings.Add($"{what}; it wins.");
                }
                entry = image.Entry ?? entry;
            }
            var bytes = HexWriter.ToBytes(merged, entry);
            var target = parsed.GetValue(output)!;
            await OutputFile.WriteAllAsync(target, bytes, HexFaults.Output, stop);
            var map = ImageMap.Of(merged);
            HexBuildCommand.Report(new(1, "passed", target, Convert.ToHexStringLower(SHA256.HashData(bytes)), map.Platform?.Name, map.System?.Numbers.Os.ToString(),
                merged.Bytes, map.Platform is null ? null : map.StartsBlankChip(merged), [.. map.Regions.Select(HexRegionRow.Of)], warnings, []), parsed.GetValue(json));
            return (int)ExitCode.Passed;
        }));
        return command;
    }
}

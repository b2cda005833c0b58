using System.CommandLine;
using System.Security.Cryptography;
using Pogoline.Cli.Output;
using Pogoline.Hex;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline hex build</c>: restore images for debug probes.</summary>
static class HexBuildCommand
{
    public static Option<string> Output() => new("--output", "-o") { Description = "The result; it appears when it is whole.", HelpName = "file", Required = true };

    public static Command Create()
    {
        var os = new Option<string?>("--os") { Description = "Build from this Device OS release: a version (2.2.0), a line (2.x), a range, lts or latest.", HelpName = "release" };
        var from = new Option<string?>("--base") { Description = "Build from this restore image, with its user firmware replaced.", HelpName = "file" };
        var platform = new Option<string?>("--platform", "-p") { Description = "The board; with --base the image tells it.", HelpName = "name" };
        var app = new Option<string?>("--app") { Description = "The user firmware. Without it the release's own (Tinker), where the source has it.", HelpName = "file" };
        var withoutApp = new Option<bool>("--without-app") { Description = "Build without user firmware: the board starts in safe mode." };
        var mbr = new Option<string?>("--mbr") { Description = "Where Gen 3's master boot record comes from: a restore image, Nordic's SoftDevice hex, or bytes read from a good board.", HelpName = "file" };
        var withoutMbr = new Option<bool>("--without-mbr") { Description = "Build without it: the image does not start a blank or chip-erased board." };
        var output = Output();
        var sources = new SourceOptions();
        var json = HexCommand.Json();
        var command = new ExampleCommand("build", "Builds the image that a debug probe writes: from a release, or from a restore image with its user firmware replaced.",
            "pogoline hex build --os 2.2.0 --platform boron --app my.bin --mbr good-board.bin --output boron.hex",
            "pogoline hex build --base restore.hex --app my.bin --output line.hex") { os, from, platform, app, withoutApp, mbr, withoutMbr, output };
        sources.AddTo(command);
        command.Options.Add(json);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var known = parsed.GetValue(platform) is { } name ? PlatformCatalog.Require(name) : null;
            var given = parsed.GetValue(app) is { } path ? await AppFile.ReadAsync(path, stop) : null;
            var notes = new List<string>();
            RestoreImage image;
            switch (parsed.GetValue(os), parsed.GetValue(from))
            {
                case ({ } request, null):
                    if (known is null) throw Usage("Which board the image is for is not said.", "Add --platform, such as --platform boron.");
                    using (var store = sources.Open(parsed))
                    {
                        var (choice, release) = await store.GetAsync(ReleaseRequest.Parse(request), known, stop);
                        given ??= parsed.GetValue(withoutApp) ? null : release.Find(ModuleFunction.UserPart)?.Module ?? throw new PogolineException(HexFaults.NoApp,
                            $"No user firmware was given, and the source of {release} brings none.", "Add --app FILE, or --without-app for a board that starts in safe mode.");
                        var goal = new Goal { Release = release.Version, Modules = Probed(release), App = given };
                        image = RestoreImage.FromRelease(known, goal, await MbrAsync(parsed.GetValue(mbr), parsed.GetValue(withoutMbr), known, stop));
                        notes.AddRange(new[] { choice.Advice }.OfType<string>().Concat(release.Notes));
                    }
                    break;
                case (null, { } file):
                    if (given is null) throw Usage("What replaces the user firmware is not said.", "Add --app FILE.");
                    var read = await HexInput.ReadAsync(file, HexMode.Strict, stop);
                    if (!read.HasEnd) throw new PogolineException(HexFaults.End, $"{file} has no end record: it was cut off.", "Get the file again from its source.");
                    notes.AddRange(read.Problems.First.Select(problem => $"{file}: {problem}"));
                    known ??= ImageMap.Of(read.Memory).Platform;
                    var has = known is null || RestoreImage.MbrOf(known) is not { } page || read.Memory.Touches(page);
                    image = RestoreImage.FromBase(read.Memory, given, known, has ? null : await MbrAsync(parsed.GetValue(mbr), parsed.GetValue(withoutMbr), known!, stop));
                    break;
                default:
                    throw Usage("An image is built either from a release or from another image.", "Give one of --os and --base.");
            }
            var bytes = HexWriter.ToBytes(image.Memory);
            var target = parsed.GetValue(output)!;
            await HexOutputFile.WriteAsync(target, async (written, token) => { await written.WriteAsync(bytes, token); return true; }, stop);
            Report(new(1, "passed", target, Convert.ToHexStringLower(SHA256.HashData(bytes)), image.Platform.Name, image.Release.ToString(), image.Memory.Bytes,
                image.StartsBlankChip, [.. image.Map.Regions.Select(HexRegionRow.Of)], [.. image.Warnings, .. notes], image.NotIncluded), parsed.GetValue(json));
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    public static void Report(HexBuildReport report, bool json)
    {
        if (json) Terminal.Json(report, HexJson.Default.HexBuildReport);
        else HexView.Built(report);
    }

    // No probe reaches the NCP.
    static IReadOnlyList<FirmwareModule> Probed(Release release) =>
        [.. GoalOptions.SystemModules(release).Where(m => m.Id.Function != ModuleFunction.Ncp)];

    static async Task<MasterBootRecord?> MbrAsync(string? path, bool without, Platform platform, CancellationToken stop)
    {
        if (RestoreImage.MbrOf(platform) is not { } page)
        {
            return path is null ? null : throw Usage($"{platform.DisplayName} has no master boot record.", "Leave --mbr out.");
        }
        if (path is not null)
        {
            var bootloader = platform.Components.First(c => c.Function == ModuleFunction.Bootloader).Positions[0].Start;
            return MasterBootRecord.Take((await HexInput.ReadRawAsync(path, page.Start, stop)).Memory, path, bootloader);
        }
        return without ? null : throw new PogolineException(HexFaults.NoMbr, $"{platform.DisplayName} needs a master boot record to start, and none was given.",
            "Add --mbr FILE: a restore image, Nordic's SoftDevice hex, or the first 4096 bytes read from a good board; or --without-mbr for boards that have one.");
    }

    static PogolineException Usage(string message, string remedy) => new(UnitFaults.Usage, message, remedy);
}

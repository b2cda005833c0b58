using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Modules;
using Pogoline.Platforms;
using Pogoline.Releases;
using Pogoline.Releases.Bundles;

namespace Pogoline.Cli.Commands;

/// <summary><c>bundle create</c>.</summary>
static class BundleCreateCommand
{
    public static Command Create()
    {
        var os = new Option<string>("--os") { Description = "The Device OS release: a version (1.5.2), a line (2.x), a range ('>=2 <3'), lts or latest.", HelpName = "release", Required = true };
        var platforms = new Option<string[]>("--platform", "-p")
        {
            Description = "The platforms, such as boron; several separated by commas.", HelpName = "name", Required = true, AllowMultipleArgumentsPerToken = true,
        };
        var apps = new Option<string[]>("--app") { Description = "User firmware; its header says for which of the platforms. May be given again.", HelpName = "file" };
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; without it pogoline-RELEASE-PLATFORMS.zip.", HelpName = "file" };
        var sign = new Option<string?>("--sign") { Description = "Sign it with a key of 'keys create', or a PEM file.", HelpName = "key" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var sources = new SourceOptions();
        var command = new ExampleCommand("create", "Makes a bundle; the same content gives the same bytes.",
            "pogoline bundle create --os 1.5.2 --platform boron,argon", "pogoline bundle create --os 2.2.0 -p boron --app firmware.bin --sign line -o line.zip")
        {
            os, platforms, apps, output, sign,
        };
        sources.AddForLabTo(command);
        command.Options.Add(json);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var request = ReleaseRequest.Parse(parsed.GetRequiredValue(os));
            var boards = parsed.GetRequiredValue(platforms).SelectMany(name => name.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
                .Distinct().Select(PlatformCatalog.Require).ToList();
            var firmware = await ReadAppsAsync(parsed.GetValue(apps) ?? [], boards, stop);
            using var key = parsed.GetValue(sign) is { } name ? KeyPassword.Open(name) : null;
            using var store = sources.OpenForLab(parsed);
            var release = CommonRelease(request, boards);
            var builder = new BundleBuilder(release);
            foreach (var board in boards) builder.Add(await store.GetAsync(release, board, stop), firmware.GetValueOrDefault(board));
            var path = parsed.GetValue(output) ?? $"pogoline-{release}-{string.Join('+', boards.Select(b => b.Name).Order(StringComparer.Ordinal))}.zip";
            var bytes = builder.Build(key);
            var bundle = ReleaseBundle.Require(path, bytes);
            await BundleCheck.RequireAsync(bundle, stop);
            await OutputFile.WriteAllAsync(path, bytes, BundleFaults.Write, stop);
            BundleCommand.Write(bundle, parsed.GetValue(json), verified: true);
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    /// <summary>What a line or range means may differ from platform to platform; a bundle is for one release.</summary>
    static DeviceOsVersion CommonRelease(ReleaseRequest request, IReadOnlyList<Platform> boards)
    {
        var choices = boards.Select(board => (Board: board.Name, ReleaseSelector.Choose(request, board, ReleaseCatalog.Default).Version)).ToList();
        return choices.Select(c => c.Version).Distinct().Count() == 1 ? choices[0].Version : throw new PogolineException(
            UnitFaults.Usage, $"'{request}' is not one release for these platforms: {string.Join(", ", choices.Select(c => $"{c.Board} {c.Version}"))}.",
            "Name the version exactly, or make a bundle for each.");
    }

    static async Task<Dictionary<Platform, FirmwareModule>> ReadAppsAsync(IEnumerable<string> paths, List<Platform> boards, CancellationToken stop)
    {
        var apps = new Dictionary<Platform, FirmwareModule>();
        foreach (var path in paths)
        {
            var app = await AppFile.ReadAsync(path, stop);
            var board = boards.Find(b => b.Id == app.Header.PlatformId) ?? throw new PogolineException(
                UnitFaults.Usage, $"{path} is for {PlatformCatalog.Find(app.Header.PlatformId)?.Name ?? $"platform id {app.Header.PlatformId}"}, which is not among the platforms of the bundle.",
                "Add the platform, or leave the file out.");
            if (!apps.TryAdd(board, app)) throw new PogolineException(UnitFaults.Usage, $"{path} is a second user firmware for {board.Name}.", "Give one for each platform.");
        }
        return apps;
    }
}

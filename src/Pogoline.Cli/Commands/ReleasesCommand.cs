using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Releases;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Cli.Commands;

/// <summary><c>releases list|show|fetch</c>: which Device OS releases exist, which one a request means, and their files.</summary>
static class ReleasesCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object." };
    static readonly Argument<string> Request = new("request") { Description = "A version (2.2.0), a line (2.x), a range ('>=2 <3'), lts or latest." };

    public static Command Create() => new("releases", "Device OS releases: what exists, what a request means, and the files.") { List(), Show(), Fetch() };

    static ExampleCommand List()
    {
        var platform = Platforms(required: false);
        var all = new Option<bool>("--all") { Description = "Also list pre-releases." };
        var tools = new Option<bool>("--tools") { Description = "List the versions of the vendor's command line with the releases that each carried, and what 'update' takes." };
        var command = new ExampleCommand("list", "Lists the releases that exist, and where they can be had.",
            "pogoline releases list --platform boron", "pogoline releases list --tools") { platform, all, tools, Json };
        command.SetAction((parse, _) => Terminal.GuardAsync(parse.GetValue(Json), () =>
        {
            var platforms = Named(parse.GetValue(platform));
            if (parse.GetValue(tools))
            {
                var report = ToolListReport.Of(platforms);
                if (parse.GetValue(Json)) Terminal.Json(report, ReleasesJson.Default.ToolListReport);
                else ReleasesView.WriteTools(report);
                return Task.FromResult((int)ExitCode.Passed);
            }
            var releases = ReleaseCatalog.Default.Releases
                .Where(r => parse.GetValue(all) || !r.Version.IsPreRelease)
                .Where(r => platforms.Count == 0 || platforms.Any(p => r.Has(p.Name))).Reverse()
                .Select(r => Listed(r, platforms)).ToList();
            if (parse.GetValue(Json)) Terminal.Json(new(releases), ReleasesJson.Default.ReleaseListReport);
            else ReleasesView.WriteList(releases);
            return Task.FromResult((int)ExitCode.Passed);
        }));
        return command;
    }

    static ExampleCommand Show()
    {
        var platform = Platforms(required: true);
        var sources = new SourceOptions();
        var command = new ExampleCommand("show", "Shows which release a request means and why, and its files when they are on this machine.",
            "pogoline releases show 2.x --platform photon", "pogoline releases show '>=2 <3' -p argon,boron --json") { Request, platform, Json };
        sources.AddTo(command);
        command.SetAction((parse, stop) => Terminal.GuardAsync(parse.GetValue(Json), async () =>
        {
            var request = ReleaseRequest.Parse(parse.GetRequiredValue(Request));
            using var store = sources.Open(parse, offline: true);
            var reports = new List<ReleaseReport>();
            foreach (var p in Named(parse.GetValue(platform)))
            {
                var choice = ReleaseSelector.Choose(request, p, store.Catalog);
                reports.Add(ReleaseReport.Of(request, p.Name, choice, await AtHandAsync(store, choice, p, stop), error: null));
            }
            Write(parse, reports);
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static ExampleCommand Fetch()
    {
        var platform = Platforms(required: true);
        var sources = new SourceOptions();
        var command = new ExampleCommand("fetch", "Fetches a release into the cache and checks every file.",
            "pogoline releases fetch 2.2.0 --platform boron,argon") { Request, platform, Json };
        sources.AddTo(command);
        command.SetAction((parse, stop) => Terminal.GuardAsync(parse.GetValue(Json), async () =>
        {
            var request = ReleaseRequest.Parse(parse.GetRequiredValue(Request));
            using var store = sources.Open(parse);
            var reports = new List<ReleaseReport>();
            var exit = ExitCode.Passed;
            foreach (var p in Named(parse.GetValue(platform)))
            {
                try
                {
                    var (choice, release) = await store.GetAsync(request, p, stop);
                    reports.Add(ReleaseReport.Of(request, p.Name, choice, release, error: null));
                }
                catch (PogolineException e)
                {
                    // The other platforms are still worth having.
                    if (exit == ExitCode.Passed) exit = e.Code.Exit;
                    reports.Add(ReleaseReport.Of(request, p.Name, choice: null, release: null, e));
                }
            }
            Write(parse, reports);
            return (int)exit;
        }));
        return command;
    }

    static async Task<Release?> AtHandAsync(ReleaseStore store, ReleaseChoice choice, Platform platform, CancellationToken stop)
    {
        try
        {
            return await store.GetAsync(choice.Version, platform, stop);
        }
        catch (PogolineException e) when (e.Code.Exit == ExitCode.Unavailable)
        {
            return null;
        }
    }

    static void Write(ParseResult parse, IReadOnlyList<ReleaseReport> reports)
    {
        if (!parse.GetValue(Json)) ReleasesView.WriteReports(reports);
        else if (reports is [var only]) Terminal.Json(only, ReleasesJson.Default.ReleaseReport);
        else Terminal.Json(new(reports), ReleasesJson.Default.ReleaseReports);
    }

    static ListedRelease Listed(CatalogRelease release, IReadOnlyList<Platform> wanted)
    {
        var catalog = ReleaseCatalog.Default;
        var line = catalog.LineOf(release.Version);
        return new(
            release.Version.ToString(), line.Name, line.Kind, [.. release.Platforms.Where(IsWanted)], [.. release.Assumed.Where(IsWanted)],
            [.. NpmPackage.All.Where(package => package.Releases.Any(r => r.Version == release.Version)).Select(package => package.Package)],
            [.. PlatformCatalog.All.Where(p => IsWanted(p.Name) && catalog.Recommended(p) == release).Select(p => p.Name)]);

        bool IsWanted(string name) => wanted.Count == 0 || wanted.Any(p => p.Name == name);
    }

    static Option<string[]> Platforms(bool required) => new("--platform", "-p")
    {
        Description = "The platforms, such as boron; several separated by commas.", HelpName = "name", Required = required, AllowMultipleArgumentsPerToken = true,
    };

    static IReadOnlyList<Platform> Named(string[]? names) =>
        [.. (names ?? []).SelectMany(name => name.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct().Select(Known)];

    // Files may be had for a platform that is only recognised; it just cannot be programmed.
    static Platform Known(string name) => PlatformCatalog.Find(name) ?? PlatformCatalog.Require(name);
}

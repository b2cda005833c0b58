using System.CommandLine;
using Pogoline.Host.Bundles;
using Pogoline.Host.FactoryData;
using Pogoline.Host.Releases;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Cli.Commands;

/// <summary>The options that say what a board is to hold.</summary>
sealed class GoalOptions
{
    readonly Option<string?> _os = new("--os")
    {
        Description = "The Device OS release: a version (2.2.0), a line (2.x), a range ('>=2 <3'), lts or latest.", HelpName = "release",
    };

    readonly Option<string?> _app = new("--app") { Description = "User firmware to install; without it the one on the board stays.", HelpName = "file" };
    readonly Option<bool> _tinker = new("--tinker") { Description = "Install Tinker, the vendor's default user firmware, from where the release comes from." };
    readonly Option<bool> _keepApp = new("--keep-app") { Description = "The user firmware on the board must stay; refuse if it is missing, broken or could not run." };
    readonly Option<bool> _allowDowngrade = new("--allow-downgrade") { Description = "Let a line or range choose an older release than the board has; a version that is named exactly needs no leave." };

    readonly Option<string?> _factory = new("--factory-data")
    {
        Description = "Write values of each board (claimCode, setupCode, serverKey) from a CSV file; each row is for one board for ever.", HelpName = "file",
    };

    readonly Option<string?> _route = RouteOption();
    FactoryTable? _table;

    /// <summary>The option that holds a job to one route.</summary>
    public static Option<string?> RouteOption()
    {
        var option = new Option<string?>("--route")
        {
            Description = "Use this way in only: dfu, serial or control; without it whichever are open, as the vendor recommends.", HelpName = "route",
        };
        option.AcceptOnlyFromAmong([.. Enum.GetValues<Route>().Select(r => r.Name())]);
        return option;
    }

    /// <summary>The routes that a value of the option means.</summary>
    public static IReadOnlyList<Route> Routes(string? name) => name is null ? Enum.GetValues<Route>() : [Enum.GetValues<Route>().Single(r => r.Name() == name)];

    public void AddTo(Command command)
    {
        command.Options.Add(_os);
        command.Options.Add(_app);
        command.Options.Add(_tinker);
        command.Options.Add(_keepApp);
        command.Options.Add(_allowDowngrade);
        command.Options.Add(_route);
        command.Options.Add(_factory);
        command.Validators.Add(result =>
        {
            if (new Option[] { _app, _tinker, _keepApp }.Count(o => result.GetResult(o) is { Implicit: false }) > 1) result.AddError("Give one of --app, --tinker and --keep-app.");
        });
    }

    /// <summary>The routes that may be used.</summary>
    public IReadOnlyList<Route> Routes(ParseResult parsed) => Routes(parsed.GetValue(_route));

    /// <summary>The release that was asked for, else that of the bundle; null when neither names one.</summary>
    public async Task<ReleaseRequest?> RequestAsync(ParseResult parsed, ReleaseStore? store, CancellationToken stop) =>
        await RequestAsync(parsed.GetValue(_os), store, stop);

    /// <summary>The release that was named, else that of the bundle; null when neither names one.</summary>
    public static async Task<ReleaseRequest?> RequestAsync(string? os, ReleaseStore? store, CancellationToken stop) =>
        os is not null ? ReleaseRequest.Parse(os)
        : store?.Bundle is { } bundle ? ReleaseRequest.Exactly((await bundle.OpenAsync(stop)).Manifest.Release)
        : null;

    /// <summary>The table of factory data; null when none was named.</summary>
    public FactoryTable? Factory(ParseResult parsed) => parsed.GetValue(_factory) is { } path ? _table ??= FactoryTable.Read(path) : null;

    /// <summary>Chooses the release, gets its files and the user firmware.</summary>
    public async Task<ChosenGoal> ChooseAsync(ParseResult parsed, ReleaseRequest request, Platform platform, ReleaseStore store, CancellationToken stop)
    {
        var app = await AppFile.FindAsync(parsed.GetValue(_app), parsed.GetValue(_keepApp) || parsed.GetValue(_tinker), platform, store, stop);
        var (choice, release) = await store.GetAsync(request, platform, stop);
        if (parsed.GetValue(_tinker))
        {
            app = release.Find(ModuleFunction.UserPart)?.Module ?? throw new PogolineException(ReleaseFaults.Unavailable,
                $"No source of Device OS {release.Version} has Tinker for {platform.DisplayName}.", "Give user firmware with --app FILE.");
        }
        return new(choice, release, new()
        {
            Release = release.Version,
            Modules = SystemModules(release),
            App = app,
            FactoryFields = Factory(parsed)?.Fields ?? [],
            MustKeepApp = parsed.GetValue(_keepApp),
            MayDowngrade = request.Range.IsExact(out _) || parsed.GetValue(_allowDowngrade),
        });
    }

    /// <summary>All but the user firmware.</summary>
    public static IReadOnlyList<FirmwareModule> SystemModules(Release release) =>
        [.. release.Files.Where(f => f.Component.Function != ModuleFunction.UserPart).Select(f => f.Module)];
}

/// <summary>Reads user firmware.</summary>
static class AppFile
{
    /// <summary>The user firmware that was named, else that of the bundle; null for none.</summary>
    /// <param name="named">The path that was given; null for none.</param>
    /// <param name="withoutBundles">Whether that of the bundle is not wanted.</param>
    /// <param name="platform">The platform.</param>
    /// <param name="store">Where the release comes from.</param>
    /// <param name="stop">Ends the reading.</param>
    public static async Task<FirmwareModule?> FindAsync(string? named, bool withoutBundles, Platform platform, ReleaseStore store, CancellationToken stop)
    {
        if (store.Bundle is not { } source) return named is null ? null : await ReadAsync(named, stop);
        if (named is not null)
        {
            if (source.Policy.Locked is not null) MachineLock.Default.RequireUnlocked(named);
            if (source.Policy.RequiresSignature) source.Policy.RequireSigner(named, null);
            return await ReadAsync(named, stop);
        }
        return !withoutBundles && (await source.OpenAsync(stop)).App(platform.Name) is { } app ? ModuleReader.Require(app, $"the user firmware of {source.Name}") : null;
    }

    /// <summary>Reads a file of user firmware.</summary>
    public static async Task<FirmwareModule> ReadAsync(string path, CancellationToken stop)
    {
        try
        {
            var module = ModuleReader.Require(await File.ReadAllBytesAsync(path, stop), path);
            return module.Id.Function == ModuleFunction.UserPart ? module : throw new PogolineException(
                ModuleFaults.Function, $"{path} holds a {module.Id}, no user firmware.", "Give the user firmware; the release brings the rest.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(ModuleFaults.Unreadable, $"{path} cannot be read: {e.Message}", "Correct the path given with --app.", e);
        }
    }
}

/// <summary>A goal, and why it is this release.</summary>
sealed record ChosenGoal(ReleaseChoice Choice, Release Release, Goal Goal)
{
    /// <summary>The reason for the release, the vendor's advice, and what is peculiar about its files.</summary>
    public IEnumerable<string> Sentences => new[] { Choice.Reason, Choice.Advice }.OfType<string>().Concat(Release.Notes);
}

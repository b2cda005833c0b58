using System.CommandLine;
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
    readonly Option<bool> _allowDowngrade = new("--allow-downgrade") { Description = "Let a line or range choose an older release than the board has." };

    public void AddTo(Command command)
    {
        command.Options.Add(_os);
        command.Options.Add(_app);
        command.Options.Add(_allowDowngrade);
    }

    /// <summary>The release that was asked for; null when none was.</summary>
    public ReleaseRequest? Request(ParseResult parsed) => parsed.GetValue(_os) is { } os ? ReleaseRequest.Parse(os) : null;

    /// <summary>Chooses the release, gets its files and the user firmware.</summary>
    public async Task<ChosenGoal> ChooseAsync(ParseResult parsed, ReleaseRequest request, Platform platform, ReleaseStore store, CancellationToken stop)
    {
        var app = parsed.GetValue(_app) is { } path ? await AppFile.ReadAsync(path, stop) : null;
        var (choice, release) = await store.GetAsync(request, platform, stop);
        return new(choice, release, new()
        {
            Release = release.Version,
            Modules = SystemModules(release),
            App = app,
            MayDowngrade = request.Range.IsExact(out _) || parsed.GetValue(_allowDowngrade),
        });
    }

    /// <summary>Bootloader, SoftDevice and system parts.</summary>
    public static IReadOnlyList<FirmwareModule> SystemModules(Release release) =>
        [.. release.Files.Where(f => f.Component.Function is not (ModuleFunction.UserPart or ModuleFunction.Ncp)).Select(f => f.Module)];
}

/// <summary>Reads user firmware.</summary>
static class AppFile
{
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

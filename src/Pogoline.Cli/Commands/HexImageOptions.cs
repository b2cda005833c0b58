using System.CommandLine;
using Pogoline.Hex;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Cli.Commands;

/// <summary>The options that say of what a restore image is built: of a release, from wherever releases come, or of another image.</summary>
sealed class HexImageOptions
{
    readonly Option<string?> _os = new("--os")
    {
        Description = "Build from this Device OS release: a version (2.2.0), a line (2.x), a range, lts or latest; with --bundle the bundle tells it.", HelpName = "release",
    };

    readonly Option<string?> _base = new("--base") { Description = "Build from this restore image, with its user firmware replaced.", HelpName = "file" };
    readonly Option<string?> _platform = new("--platform", "-p") { Description = "The board; with --base the image tells it.", HelpName = "name" };
    readonly Option<string?> _app = new("--app") { Description = "The user firmware. Without it the bundle's, else the release's own (Tinker), where the source has it.", HelpName = "file" };
    readonly Option<bool> _withoutApp = new("--without-app") { Description = "Build without user firmware: the board starts in safe mode." };

    readonly Option<string?> _mbr = new("--mbr")
    {
        Description = "Where Gen 3's master boot record comes from: a restore image, Nordic's SoftDevice hex, or bytes read from a good board.", HelpName = "file",
    };

    readonly Option<bool> _withoutMbr = new("--without-mbr") { Description = "Build without it: the image does not start a blank or chip-erased board." };
    readonly SourceOptions _sources = new();

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _os, _base, _platform, _app, _withoutApp, _mbr, _withoutMbr }) command.Options.Add(option);
        _sources.AddTo(command);
    }

    /// <summary>Whether an image is to be built at all.</summary>
    public bool IsMeant(ParseResult parsed) =>
        new[] { _os, _base, _platform, _app, _mbr }.Any(o => parsed.GetValue(o) is not null) || parsed.GetValue(_withoutApp) || parsed.GetValue(_withoutMbr) || _sources.IsBundleNamed(parsed);

    /// <summary>Builds the image, from what is named; everything is checked before.</summary>
    /// <returns>The image, and what is to be told with it.</returns>
    /// <exception cref="PogolineException">What is named contradicts itself, cannot be had, or is not right.</exception>
    public async Task<(RestoreImage Image, IReadOnlyList<string> Notes)> BuildAsync(ParseResult parsed, CancellationToken stop)
    {
        var platform = parsed.GetValue(_platform) is { } name ? PlatformCatalog.Require(name) : null;
        var isOfRelease = parsed.GetValue(_os) is not null || _sources.IsBundleNamed(parsed);
        return (isOfRelease, parsed.GetValue(_base)) switch
        {
            (true, null) => await OfReleaseAsync(parsed, platform ?? throw Usage("Which board the image is for is not said.", "Add --platform, such as --platform boron."), stop),
            (false, { } file) => await OfImageAsync(parsed, file, platform, stop),
            _ => throw Usage("An image is built either from a release or from another image.", "Give one of --os, --bundle and --base."),
        };
    }

    async Task<(RestoreImage, IReadOnlyList<string>)> OfReleaseAsync(ParseResult parsed, Platform platform, CancellationToken stop)
    {
        using var store = _sources.Open(parsed);
        var request = await GoalOptions.RequestAsync(parsed.GetValue(_os), store, stop) ?? throw Usage("No release was named.", "Add --os, such as --os 2.2.0.");
        var without = parsed.GetValue(_withoutApp);
        var app = await AppFile.FindAsync(parsed.GetValue(_app), without, platform, store, stop);
        var (choice, release) = await store.GetAsync(request, platform, stop);
        app ??= without ? null : release.Find(ModuleFunction.UserPart)?.Module ?? throw new PogolineException(HexFaults.NoApp,
            $"No user firmware was given, and the source of {release} brings none.", "Add --app FILE, or --without-app for a board that starts in safe mode.");
        var goal = new Goal { Release = release.Version, Modules = Probed(release), App = app };
        return (RestoreImage.FromRelease(platform, goal, await MbrAsync(parsed, platform, stop)), [.. new[] { choice.Advice }.OfType<string>().Concat(release.Notes)]);
    }

    async Task<(RestoreImage, IReadOnlyList<string>)> OfImageAsync(ParseResult parsed, string file, Platform? platform, CancellationToken stop)
    {
        if (parsed.GetValue(_app) is not { } path) throw Usage("What replaces the user firmware is not said.", "Add --app FILE.");
        var app = await AppFile.ReadAsync(path, stop);
        var read = await HexInput.ReadAsync(file, HexMode.Strict, stop);
        if (!read.HasEnd) throw new PogolineException(HexFaults.End, $"{file} has no end record: it was cut off.", "Get the file again from its source.");
        platform ??= ImageMap.Of(read.Memory).Platform;
        var has = platform is null || RestoreImage.MbrOf(platform) is not { } page || read.Memory.Touches(page);
        var image = RestoreImage.FromBase(read.Memory, app, platform, has ? null : await MbrAsync(parsed, platform!, stop));
        return (image, [.. read.Problems.First.Select(problem => $"{file}: {problem}")]);
    }

    async Task<MasterBootRecord?> MbrAsync(ParseResult parsed, Platform platform, CancellationToken stop)
    {
        var path = parsed.GetValue(_mbr);
        if (RestoreImage.MbrOf(platform) is not { } page)
        {
            return path is null ? null : throw Usage($"{platform.DisplayName} has no master boot record.", "Leave --mbr out.");
        }
        if (path is not null)
        {
            var bootloader = platform.Components.First(c => c.Function == ModuleFunction.Bootloader).Positions[0].Start;
            return MasterBootRecord.Take((await HexInput.ReadRawAsync(path, page.Start, stop)).Memory, path, bootloader);
        }
        return parsed.GetValue(_withoutMbr) ? null : throw new PogolineException(HexFaults.NoMbr, $"{platform.DisplayName} needs a master boot record to start, and none was given.",
            "Add --mbr FILE: a restore image, Nordic's SoftDevice hex, or the first 4096 bytes read from a good board; or --without-mbr for boards that have one.");
    }

    // No probe reaches the NCP.
    static IReadOnlyList<FirmwareModule> Probed(Release release) =>
        [.. GoalOptions.SystemModules(release).Where(m => m.Id.Function != ModuleFunction.Ncp)];

    static PogolineException Usage(string message, string remedy) => new(UnitFaults.Usage, message, remedy);
}

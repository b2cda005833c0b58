using System.CommandLine;
using Pogoline.Host.Bundles;
using Pogoline.Host.Releases;
using Pogoline.Lab.Faults;
using Pogoline.Signing;

namespace Pogoline.Cli.Commands;

/// <summary>The options that say where release files come from; the same on every command that needs some.</summary>
sealed class SourceOptions
{
    readonly Option<string[]> _sources = new("--source") { Description = "A folder or release archive to look in first; may be given again.", HelpName = "path" };
    readonly Option<bool> _offline = new("--offline") { Description = "Make any use of the network an error." };
    readonly Option<string?> _bundle = new("--bundle") { Description = "Take everything from this bundle; neither network nor cache are asked.", HelpName = "file" };
    readonly Option<bool> _requireSigned = new("--require-signed") { Description = "Refuse a bundle or plan without a signature by a key that is trusted here." };

    public void AddTo(Command command)
    {
        AddForLabTo(command);
        command.Options.Add(_bundle);
        command.Options.Add(_requireSigned);
    }

    /// <summary>Adds what the files of virtual boards come from; a bundle is never asked for those.</summary>
    public void AddForLabTo(Command command)
    {
        command.Options.Add(_sources);
        command.Options.Add(_offline);
    }

    /// <summary>Whether everything is to come from a bundle.</summary>
    public bool IsBundleNamed(ParseResult parsed) => parsed.GetValue(_bundle) is not null;

    /// <summary>The sources that were asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="offline">Whether the network is not used in any case.</param>
    /// <param name="hasPlan">Whether a plan file says what is done; it may be what has to be signed.</param>
    public ReleaseStore Open(ParseResult parsed, bool offline = false, bool hasPlan = false)
    {
        var policy = Policy(parsed);
        if (parsed.GetValue(_bundle) is { } bundle)
        {
            // Virtual boards may come with a release that the bundle does not hold; their files are not what is installed.
            if (parsed.GetValue(_sources) is { Length: > 0 } && parsed.GetResult("--lab") is null) throw new PogolineException(
                UnitFaults.Usage, "Beside a bundle no other source is asked.", "Give one of --bundle and --source.");
            return ReleaseSources.Of(new BundleReleaseSource(bundle, policy));
        }
        if (policy.Locked is not null) MachineLock.Default.RequireUnlocked("Any other source of files");
        if (policy.RequiresSignature && !hasPlan) throw new PogolineException(
            SigningFaults.Unsigned, "Release files outside of a bundle bear no signature of this line's.", "Give a signed bundle with --bundle.");
        return OpenForLab(parsed, offline);
    }

    /// <summary>Where the files on virtual boards come from.</summary>
    public ReleaseStore OpenForLab(ParseResult parsed, bool offline = false) =>
        ReleaseSources.Default(new() { Paths = parsed.GetValue(_sources) ?? [], Offline = offline || parsed.GetValue(_offline), Wire = UnitOptions.FaultsOf(parsed) is { } plan ? new FaultyDownloads(plan) : null });

    /// <summary>Which bundles and plans are accepted.</summary>
    public BundlePolicy Policy(ParseResult parsed) => BundlePolicy.Default(parsed.GetValue(_requireSigned));
}

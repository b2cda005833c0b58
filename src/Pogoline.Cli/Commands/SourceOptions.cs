using System.CommandLine;
using Pogoline.Host.Releases;

namespace Pogoline.Cli.Commands;

/// <summary>The options that say where release files come from; the same on every command that needs some.</summary>
sealed class SourceOptions
{
    readonly Option<string[]> _sources = new("--source") { Description = "A folder or release archive to look in first; may be given again.", HelpName = "path" };
    readonly Option<bool> _offline = new("--offline") { Description = "Make any use of the network an error." };

    public void AddTo(Command command)
    {
        command.Options.Add(_sources);
        command.Options.Add(_offline);
    }

    /// <summary>The sources that were asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="offline">Whether the network is not used in any case.</param>
    public ReleaseStore Open(ParseResult parsed, bool offline = false) =>
        ReleaseSources.Default(new() { Paths = parsed.GetValue(_sources) ?? [], Offline = offline || parsed.GetValue(_offline) });
}

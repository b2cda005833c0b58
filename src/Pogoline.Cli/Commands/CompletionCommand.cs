using System.CommandLine;
using Pogoline.Cli.Output;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline completion</c>: scripts that let a shell complete the command line; the words come from the program itself.</summary>
static class CompletionCommand
{
    /// <summary>The hidden command that the scripts call.</summary>
    const string Words = "complete";

    // The other names of --help.
    static readonly string[] Help = ["-?", "/?", "-h", "/h"];

    static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = """
            # pogoline completion for bash. Load it now with: eval "$(pogoline completion bash)"
            # For every shell: pogoline completion bash > ~/.local/share/bash-completion/completions/pogoline
            _pogoline() {
                local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]}
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" complete -- "$line" 2>/dev/null)" -- "$word"))
                [ ${#COMPREPLY[@]} -gt 0 ] || compopt -o default
            }
            complete -F _pogoline pogoline
            """,
        ["zsh"] = """
            #compdef pogoline
            # pogoline completion for zsh. Load it now with: source <(pogoline completion zsh)
            _pogoline() {
                local -a words_found
                words_found=("${(@f)$("${words[1]}" complete -- "${words[1,CURRENT]}" 2>/dev/null)}")
                if [[ -n "${words_found[1]}" ]]; then compadd -a words_found; else _files; fi
            }
            if [ "${funcstack[1]}" = "_pogoline" ]; then _pogoline "$@"; else compdef _pogoline pogoline; fi
            """,
        ["fish"] = """
            # pogoline completion for fish. Keep it with: pogoline completion fish > ~/.config/fish/completions/pogoline.fish
            complete -c pogoline -a '(pogoline complete -- (commandline -cp) 2>/dev/null)'
            """,
        ["pwsh"] = """
            # pogoline completion for PowerShell. Add to $PROFILE: pogoline completion pwsh | Out-String | Invoke-Expression
            Register-ArgumentCompleter -Native -CommandName pogoline -ScriptBlock {
                param($wordToComplete, $commandAst, $cursorPosition)
                $line = $commandAst.ToString().PadRight($cursorPosition).Substring(0, $cursorPosition)
                pogoline complete -- "$line" 2>$null | ForEach-Object {
                    [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
                }
            }
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = $"One of {string.Join(", ", Scripts.Keys)}." };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new ExampleCommand("completion", "Prints a script that lets a shell complete the command line.",
            "eval \"$(pogoline completion bash)\"", "pogoline completion fish > ~/.config/fish/completions/pogoline.fish")
        {
            shell,
        };
        command.SetAction(parsed => Console.Out.WriteLine(Scripts[parsed.GetRequiredValue(shell)]));
        return command;
    }

    /// <summary>Prints the words that can stand at the end of a command line, a line each.</summary>
    public static Command CreateWords()
    {
        var line = new Argument<string>("LINE") { Description = "The command line up to the cursor." };
        var command = new Command(Words, "The words that can stand at the end of a command line.") { line };
        command.Hidden = true;
        command.SetAction(parsed =>
        {
            var root = parsed.RootCommandResult.Command;
            foreach (var word in Complete(root, parsed.GetRequiredValue(line))) Console.Out.WriteLine(word);
        });
        return command;
    }

    static IEnumerable<string> Complete(Command root, string line)
    {
        // The first word is the program, by whatever path it was called.
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var rest = space < 0 ? "" : line[(space + 1)..];
        var completions = root.Parse(rest).GetCompletions(rest.Length);
        return completions.Select(c => c.InsertText ?? c.Label).Where(word => word.Length > 0 && !Help.Contains(word)).Distinct();
    }
}

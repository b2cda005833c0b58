using System.Diagnostics;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Cli;

public class CompletionCommandTests
{
    [Theory]
    [InlineData("pogoline pla", "plan platforms")]
    [InlineData("pogoline explain dfu-mis", "dfu-mismatch")]
    [InlineData("pogoline restore --timing d", "datasheet")]
    public async Task Bash_completes_what_the_script_lets_it(string line, string expected)
    {
        if (OperatingSystem.IsWindows()) return;
        using var folder = new TemporaryFolder();
        // A program of the name that people type.
        var program = folder.Write("pogoline", System.Text.Encoding.UTF8.GetBytes($"#!/bin/sh\nexec {PogolineProgram.Shell} \"$@\"\n"));
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var script = $$"""
            set -e
            PATH="{{folder.Path}}:$PATH"
            eval "$(pogoline completion bash)"
            COMP_LINE='{{line}}'; COMP_POINT=${#COMP_LINE}; COMP_WORDS=({{line}}); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            compopt() { :; }
            _pogoline
            echo "${COMPREPLY[@]}"
            """;
        using var bash = Process.Start(new ProcessStartInfo("bash", ["--norc", "-c", script]) { RedirectStandardOutput = true })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.Equal((0, expected), (bash.ExitCode, output.Trim()));
    }

    [Theory, InlineData("bash", "complete -F"), InlineData("zsh", "compdef"), InlineData("fish", "complete -c pogoline"), InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task Every_shell_has_its_script_and_another_one_is_a_usage_error(string shell, string word)
    {
        using var folder = new TemporaryFolder();
        var end = await new CommandLine(folder.Path).RunAsync("completion", shell);
        Assert.Equal(0, end.Exit);
        Assert.Contains(word, end.Output, StringComparison.Ordinal);
        Assert.Contains("complete -- ", end.Output, StringComparison.Ordinal);
        Assert.Equal((int)ExitCode.Usage, (await new CommandLine(folder.Path).RunAsync("completion", $"{shell}2")).Exit);
    }
}

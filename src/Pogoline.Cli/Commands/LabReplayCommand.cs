using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Lab.Replay;

namespace Pogoline.Cli.Commands;

/// <summary><c>replay FILE…</c>: plays recordings of real device code against the virtual boards.</summary>
static class LabReplayCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "Recordings: JSON lines, plain, .gz or .br.",
        };
        var command = new ExampleCommand("replay", "Plays recordings of real device code against the virtual boards; prints a JSON object.",
            "pogoline lab replay dfu-gen3.jsonl dfu-gen2.jsonl.br") { files };
        command.SetAction(async (result, stop) =>
        {
            var replayer = new Replayer();
            foreach (var file in result.GetRequiredValue(files)) await replayer.PlayAsync(file, stop);
            var report = replayer.Report;
            await result.InvocationConfiguration.Output.WriteLineAsync(report.ToJson());
            return (int)report.Exit;
        });
        return command;
    }
}

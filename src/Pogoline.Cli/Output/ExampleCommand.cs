using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Pogoline.Cli.Output;

/// <summary>A command whose own help ends with examples.</summary>
sealed class ExampleCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;
}

/// <summary>The usual help, and the examples of the command behind it.</summary>
sealed class ExampleHelp : SynchronousCommandLineAction
{
    readonly HelpAction _usual;

    ExampleHelp(HelpAction usual) => _usual = usual;

    /// <summary>A help option that shows examples.</summary>
    public static HelpOption Option()
    {
        var option = new HelpOption { Recursive = true };
        option.Action = new ExampleHelp((HelpAction)option.Action!);
        return option;
    }

    public override int Invoke(ParseResult parseResult)
    {
        var exit = _usual.Invoke(parseResult);
        if (parseResult.CommandResult.Command is ExampleCommand { Examples: { Count: > 0 } examples })
        {
            var output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (var example in examples) output.WriteLine($"  {example}");
            output.WriteLine();
        }
        return exit;
    }
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Pogoline.Cli.Output.Diary;
using Pogoline.Programming;
using Spectre.Console;

namespace Pogoline.Cli.Output;

/// <summary>How commands speak: tables and sentences for people, one JSON object for programs, errors with the next action.</summary>
static class Terminal
{
    /// <summary>For people; plain text when it is no terminal.</summary>
    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected);

    /// <summary>For errors and progress, so that standard output stays the result's.</summary>
    public static IAnsiConsole Error { get; } = Create(Console.Error, Console.IsErrorRedirected);

    /// <summary>Prints one JSON object and a line end.</summary>
    public static void Json<T>(T value, JsonTypeInfo<T> type)
    {
        using var output = Console.OpenStandardOutput();
        output.Write(JsonSerializer.SerializeToUtf8Bytes(value, type));
        output.Write("\n"u8);
    }

    /// <summary>Runs a command's work; a fault becomes its message, its remedy and its exit code.</summary>
    /// <param name="json">Whether the error goes to standard output as an object.</param>
    /// <param name="work">The work; its value is the exit code.</param>
    public static async Task<int> GuardAsync(bool json, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (PogolineException e)
        {
            RunLog.Faulted(RunDiary.Current.Log, e.Code.Name, e.Message, e.Remedy, e.InnerException);
            if (json) Json(new(1, ErrorSummary.Of(e)), CliJson.Default.ErrorObject);
            else Complain(ErrorSummary.Of(e));
            return (int)e.Code.Exit;
        }
        catch (OperationCanceledException)
        {
            Error.MarkupLine("[yellow]Stopped.[/]");
            return (int)ExitCode.Cancelled;
        }
#pragma warning disable CA1031 // The last stop before the process ends.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var error = new ErrorSummary(ProgrammingFaults.Defect.Name, $"{e.GetType().Name}: {e.Message}", "Report this with the command line and the lines below; it is a defect of Pogoline.");
            RunLog.Faulted(RunDiary.Current.Log, error.Code, error.Message, error.Remedy, e);
            if (json) Json(new(1, error), CliJson.Default.ErrorObject);
            else Complain(error);
            await Console.Error.WriteLineAsync(e.StackTrace);
            return (int)ProgrammingFaults.Defect.Exit;
        }
    }

    /// <summary>An error for people: code, facts, next action.</summary>
    public static void Complain(ErrorSummary error)
    {
        Error.MarkupLineInterpolated($"[red]error[/] [bold]{error.Code}[/]: {error.Message}");
        Error.MarkupLineInterpolated($"  [green]→[/] {error.Remedy}");
    }

    // What goes to a file or a pipe has no colours, and its tables keep their lines whole.
    static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        const int unbounded = 400;
        var isPlain = isRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new()
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
        });
        if (isRedirected) console.Profile.Width = unbounded;
        return console;
    }

    /// <summary>A table in the house style.</summary>
    public static Table Table(params string[] columns)
    {
        var table = new Table { Border = TableBorder.Rounded };
        foreach (var column in columns) table.AddColumn(new TableColumn(new Markup($"[bold]{Markup.Escape(column)}[/]")));
        return table;
    }

    /// <summary>Bytes in thousands for people.</summary>
    public static string Bytes(long bytes) => bytes.ToString("N0", System.Globalization.CultureInfo.InvariantCulture).Replace(',', ' ');
}

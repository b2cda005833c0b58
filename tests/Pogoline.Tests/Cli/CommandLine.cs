using System.Diagnostics;
using System.Text.Json;

namespace Pogoline.Tests.Cli;

/// <summary>The program as a process of its own, with its folders in a temporary place.</summary>
sealed class CommandLine(string state)
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>The configuration folder; that of the user unless it is said.</summary>
    public string? Configuration { get; init; }

    /// <summary>A process that is not started yet.</summary>
    public ProcessStartInfo Start(params string[] arguments)
    {
        var start = PogolineProgram.Start(arguments);
        start.Environment["POGOLINE_STATE"] = state;
        if (Configuration is not null) start.Environment["POGOLINE_CONFIG"] = Configuration;
        return start;
    }

    /// <summary>Runs a command to its end.</summary>
    public async Task<CommandEnd> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(Start(arguments))!;
        using var deadline = new CancellationTokenSource(Deadline);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            return new(process.ExitCode, output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }
}

/// <summary>How a command ended.</summary>
sealed record CommandEnd(int Exit, string Output, string Errors)
{
    /// <summary>Standard output as one JSON object.</summary>
    public JsonElement Json
    {
        get
        {
            Assert.True(Output.StartsWith('{'), $"exit {Exit}: {Output}{Errors}");
            using var parsed = JsonDocument.Parse(Output);
            return parsed.RootElement.Clone();
        }
    }
}

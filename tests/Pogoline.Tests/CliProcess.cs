using System.Diagnostics;
using System.Text.Json;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests;

/// <summary>The command line as a process of its own, with its own configuration folder; the network leads nowhere.</summary>
sealed class CliProcess : IDisposable
{
    static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    readonly TemporaryFolder _folder = new();

    public string Folder => _folder.Path;

    /// <summary>Where the files on virtual boards come from.</summary>
    public string Cache { get; init; } = "";

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string Write(string name, ReadOnlySpan<byte> content) => _folder.Write(name, content);

    /// <summary>Runs a command that prints a JSON object.</summary>
    public async Task<(int Exit, JsonElement Output)> JsonAsync(params string[] arguments)
    {
        var (exit, output, errors) = await RunAsync([.. arguments, "--json"]);
        Assert.True(output.StartsWith('{'), $"{output}{errors}");
        using var parsed = JsonDocument.Parse(output);
        return (exit, parsed.RootElement.Clone());
    }

    /// <summary>Runs a command that has to be refused, and gives the code of the fault.</summary>
    public async Task<string> FaultAsync(params string[] arguments)
    {
        var (exit, output) = await JsonAsync(arguments);
        Assert.NotEqual(0, exit);
        return output.GetProperty("error").GetProperty("code").GetString()!;
    }

    public async Task<(int Exit, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        using var deadline = new CancellationTokenSource(Limit);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, output, await errors);
    }

    public Process Start(params string[] arguments)
    {
        var start = PogolineProgram.Start(arguments);
        start.WorkingDirectory = Folder;
        start.Environment["POGOLINE_CACHE"] = Cache.Length > 0 ? Cache : PathOf("cache");
        start.Environment["POGOLINE_CONFIG"] = PathOf("config");
        start.Environment["POGOLINE_RELEASES_URL"] = "http://127.0.0.1:9/";
        return Process.Start(start)!;
    }

    public void Dispose() => _folder.Dispose();
}

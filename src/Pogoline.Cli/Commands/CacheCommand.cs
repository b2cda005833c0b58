using System.CommandLine;
using System.Text.Json.Serialization;
using Pogoline.Cli.Output;
using Pogoline.Host;
using Pogoline.Host.Releases;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>cache list|verify|export|import</c>: the files on this machine, and the way to one without network.</summary>
static class CacheCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object." };

    public static Command Create() => new("cache", "The release files on this machine, and the way to one without network.") { List(), Verify(), Export(), Import() };

    static ExampleCommand List() => Does(new("list", "Lists what the cache holds.", "pogoline cache list") { Json }, async (_, cache, stop) =>
    {
        var (files, dropped) = await CacheArchive.ListAsync(cache, stop);
        return new(files, Dropped: Names(dropped));
    });

    static ExampleCommand Verify() => Does(new("verify", "Checks the hash of every file; what is damaged is dropped, and the command fails.", "pogoline cache verify") { Json }, async (_, cache, stop) =>
    {
        var (files, dropped) = await CacheArchive.ListAsync(cache, stop);
        return new(files, Dropped: Names(dropped)) { Exit = dropped.Count == 0 ? ExitCode.Passed : ExitCode.Failed };
    });

    static ExampleCommand Export()
    {
        var path = new Argument<string>("FILE") { Description = "The file to write." };
        return Does(new("export", "Writes the whole cache to one file.", "pogoline cache export cache.zip") { path, Json },
            async (parsed, cache, stop) => new(await CacheArchive.ExportAsync(cache, parsed.GetRequiredValue(path), stop), Dropped: []));
    }

    static ExampleCommand Import()
    {
        var path = new Argument<string>("FILE") { Description = "A file that 'cache export' wrote." };
        return Does(new("import", "Takes what an exported cache holds and this one does not; every hash is checked first.", "pogoline cache import cache.zip") { path, Json },
            async (parsed, cache, stop) =>
            {
                var (added, kept) = await CacheArchive.ImportAsync(cache, parsed.GetRequiredValue(path), stop);
                return new(added, Dropped: []) { Kept = kept.Count };
            });
    }

    static ExampleCommand Does(ExampleCommand command, Func<ParseResult, ContentCache, CancellationToken, Task<CacheReport>> work)
    {
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(Json), async () =>
        {
            var report = await work(parsed, new(HostPaths.Cache), stop);
            if (parsed.GetValue(Json)) Terminal.Json(report, CacheReportJson.Default.CacheReport);
            else Write(report);
            return (int)report.Exit;
        }));
        return command;
    }

    static void Write(CacheReport report)
    {
        var table = Terminal.Table("Source", "Release", "Platform", "File", "Bytes", "SHA-256");
        foreach (var file in report.Files) table.AddRow([.. new[] { file.Source, file.Release, file.Platform, file.File, Terminal.Bytes(file.Bytes), file.Sha256[..16] + "…" }.Select(Markup.Escape)]);
        Terminal.Out.Write(table);
        foreach (var dropped in report.Dropped) Terminal.Error.MarkupLineInterpolated($"[red]damaged, dropped[/]: {dropped}");
        if (report.Kept is { } kept) Terminal.Out.MarkupLineInterpolated($"{report.Files.Count} files were added, {kept} were here already.");
    }

    static List<string> Names(IEnumerable<CacheKey> keys) => [.. keys.Select(key => key.ToString())];
}

/// <summary>What <c>cache --json</c> prints.</summary>
/// <param name="Files">What is there, was exported, or was added.</param>
/// <param name="Dropped">What was damaged.</param>
/// <param name="Schema">The version of this format.</param>
sealed record CacheReport(IReadOnlyList<CachedFile> Files, IReadOnlyList<string> Dropped, [property: JsonPropertyOrder(-1)] int Schema = 1)
{
    /// <summary>After an import: how many were here already.</summary>
    public int? Kept { get; init; }

    [JsonIgnore]
    public ExitCode Exit { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(CacheReport))]
sealed partial class CacheReportJson : JsonSerializerContext;

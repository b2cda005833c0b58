using System.Text.Json.Serialization;
using Pogoline.Hex;
using Pogoline.Modules;

namespace Pogoline.Cli.Commands;

/// <summary>What <c>hex show --json</c> prints.</summary>
sealed record HexShowReport(int Schema, string Path, string? Platform, string? Release, long Bytes, bool StartsBlankChip, IReadOnlyList<HexRegionRow> Regions,
    IReadOnlyList<HexProblemRow> Problems);

/// <summary>A region of an image. The end is exclusive.</summary>
sealed record HexRegionRow(string Start, string End, long Bytes, string Kind, string Name, ModuleFunction? Function, int? Index, int? Version, string? Release,
    string? Check)
{
    public static HexRegionRow Of(ImageRegion region) => new($"{region.Range.Start}", $"{region.Range.End}", region.Range.Length, KindName(region.Kind), region.Name,
        region.Module?.Id.Function ?? (region.Kind == ImageRegionKind.SoftDevice ? ModuleFunction.RadioStack : null), region.Module?.Id.Index, region.Version,
        ReleaseOf(region), region.IsIntact switch { true => "ok", false => "bad", null => null });

    static string KindName(ImageRegionKind kind) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(kind.ToString());

    static string? ReleaseOf(ImageRegion region) => region.Module?.Id.Function switch
    {
        ModuleFunction.SystemPart => DeviceOsVersions.FromSystem(region.Module.Version) is { } match ? $"{(match.IsExact ? "" : "after ")}{match.Numbers.Os}" : null,
        ModuleFunction.Bootloader => DeviceOsVersions.WithBootloader(region.Module.Version).Select(n => n.Os.ToString()).ToList() switch
        {
            [] => null,
            [var only] => only,
            [var first, .., var last] => $"{first} … {last}",
        },
        _ => null,
    };
}

/// <summary>A problem of a file.</summary>
sealed record HexProblemRow(string Severity, string Code, long? Line, string Message)
{
    public static IReadOnlyList<HexProblemRow> Of(HexProblems problems) => [.. problems.First.Select(p =>
        new HexProblemRow(p.IsError ? "error" : "warning", p.Code.Name, p.Line > 0 ? p.Line : null, p.Message))];
}

/// <summary>What <c>hex check --json</c> and <c>hex convert --json</c> print.</summary>
sealed record HexCheckReport(int Schema, string Outcome, IReadOnlyList<HexCheckedFile> Files);

/// <summary>A checked file.</summary>
sealed record HexCheckedFile(string Path, string Outcome, long Lines, long Bytes, long Errors, long Warnings, bool IsAscending, bool HasEnd,
    IReadOnlyList<HexRange> Runs, long RunCount, IReadOnlyList<HexRange> Repeated, IReadOnlyList<HexProblemRow> Problems)
{
    const int Shown = 100;

    public static HexCheckedFile Of(string path, HexSummary summary) => new(path, summary.Problems.Errors > 0 ? "failed" : "passed", summary.Lines, summary.Bytes,
        summary.Problems.Errors, summary.Problems.Warnings, summary.IsAscending, summary.HasEnd, HexRange.Of(summary.Runs.Take(Shown)), summary.Runs.Count,
        HexRange.Of(summary.Repeated.Take(Shown)), HexProblemRow.Of(summary.Problems));
}

/// <summary>A run of addresses, the end exclusive.</summary>
sealed record HexRange(string Start, string End)
{
    public static IReadOnlyList<HexRange> Of(IEnumerable<AddressRange> ranges) => [.. ranges.Select(r => new HexRange($"{r.Start}", $"{r.End}"))];
}

/// <summary>What <c>hex diff --json</c> prints.</summary>
sealed record HexDiffReport(int Schema, bool Equal, IReadOnlyList<HexDiffRow> Differences);

/// <summary>A range in which two images differ.</summary>
sealed record HexDiffRow(string Start, string End, long Bytes, string Kind, bool Blank, string? Component);

/// <summary>What <c>hex build</c>, <c>hex merge</c> and <c>hex kit</c> print with <c>--json</c>.</summary>
sealed record HexBuildReport(int Schema, string Outcome, string Path, string Sha256, string? Platform, string? Release, long Bytes, bool? StartsBlankChip,
    IReadOnlyList<HexRegionRow> Regions, IReadOnlyList<string> Warnings, IReadOnlyList<string> NotIncluded);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HexShowReport))]
[JsonSerializable(typeof(HexCheckReport))]
[JsonSerializable(typeof(HexDiffReport))]
[JsonSerializable(typeof(HexBuildReport))]
sealed partial class HexJson : JsonSerializerContext;

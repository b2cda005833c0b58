using System.Text.Json.Serialization;
using Pogoline.Modules;
using Pogoline.Releases;

namespace Pogoline.Cli.Commands;

/// <summary>What <c>releases list --json</c> prints.</summary>
sealed record ReleaseListReport(IReadOnlyList<ListedRelease> Releases, [property: JsonPropertyOrder(-1)] int Schema = 1);

/// <summary>A release in a list.</summary>
sealed record ListedRelease(
    string Version, string Line, ReleaseLineKind Kind, IReadOnlyList<string> Platforms, IReadOnlyList<string> Assumed,
    IReadOnlyList<string> Packages, IReadOnlyList<string> RecommendedFor);

/// <summary>What <c>releases list --tools --json</c> prints: update tools with what they carried, and what this build's <c>update</c> takes.</summary>
sealed record ToolListReport(IReadOnlyList<ToolReport> Tools, IReadOnlyList<CarriedRelease> Pinned, [property: JsonPropertyOrder(-1)] int Schema = 1)
{
    public static ToolListReport Of(IReadOnlyList<Platforms.Platform> wanted)
    {
        return new([.. ToolRelease.All.Select(t => new ToolReport(t.Tool, t.Version, t.Carries, Those(t.Releases), t.Note)).Where(t => t.Releases.Count > 0)], Those(ToolRelease.Pinned));

        IReadOnlyList<CarriedRelease> Those(IReadOnlyList<PackagedRelease> releases) =>
            [.. releases.Select(r => new CarriedRelease(r.Version.ToString(), [.. r.Platforms.Where(name => wanted.Count == 0 || wanted.Any(p => p.Name == name))])).Where(r => r.Platforms.Count > 0)];
    }
}

/// <summary>A version of an update tool.</summary>
sealed record ToolReport(string Tool, string Version, IReadOnlyList<ModuleFunction> Carries, IReadOnlyList<CarriedRelease> Releases, string? Note);

/// <summary>A release that a tool carried, with the platforms it was for.</summary>
sealed record CarriedRelease(string Version, IReadOnlyList<string> Platforms);

/// <summary>What <c>releases show|fetch --json</c> prints for several platforms.</summary>
sealed record ReleaseReports(IReadOnlyList<ReleaseReport> Releases, [property: JsonPropertyOrder(-1)] int Schema = 1);

/// <summary>What <c>releases show|fetch --json</c> prints for one platform: the choice, and the files when they are on this machine.</summary>
sealed record ReleaseReport(
    string Request, string Platform, string? Version, string? Line, ReleaseLineKind? Kind, string? Reason, string? Advice,
    IReadOnlyList<ReleaseFileReport>? Files, IReadOnlyList<string> Notes, ReleaseErrorReport? Error, [property: JsonPropertyOrder(-1)] int Schema = 1)
{
    public static ReleaseReport Of(ReleaseRequest request, string platform, ReleaseChoice? choice, Release? release, PogolineException? error) => new(
        request.Text, platform, choice?.Version.ToString(), choice?.Line.Name, choice?.Line.Kind, choice?.Reason, choice?.Advice,
        release?.Files.Select(ReleaseFileReport.Of).ToList(), release?.Notes ?? [],
        error is null ? null : new(error.Code.Name, error.Message, error.Remedy));
}

/// <summary>A file of a release.</summary>
sealed record ReleaseFileReport(
    string Name, string Component, ModuleFunction Function, int Index, int Version, int Bytes, string Crc32, string Sha256, string Source)
{
    public static ReleaseFileReport Of(ReleaseFile file)
    {
        FirmwareModule module = file.Module;
        return new(file.Name, file.Component.Name, module.Id.Function, module.Id.Index, module.Version, module.Image.Length,
            $"{module.StoredCrc32:x8}", file.Sha256, file.Source);
    }
}

/// <summary>Why a release could not be had.</summary>
sealed record ReleaseErrorReport(string Code, string Message, string Remedy);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ReleaseListReport))]
[JsonSerializable(typeof(ReleaseReport))]
[JsonSerializable(typeof(ToolListReport))]
[JsonSerializable(typeof(ReleaseReports))]
sealed partial class ReleasesJson : JsonSerializerContext;

using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline.Releases.Bundles;

/// <summary>What a file of a bundle is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BundleFileKind>))]
public enum BundleFileKind
{
    /// <summary>A file of the release: <c>1.5.2/boron/boron-bootloader@1.5.2.bin</c>.</summary>
    [JsonStringEnumMemberName("module")] Module,

    /// <summary>User firmware: <c>apps/boron.bin</c>.</summary>
    [JsonStringEnumMemberName("app")] App,

    /// <summary>A plan for a board of which nothing is known: <c>plans/boron.json</c>.</summary>
    [JsonStringEnumMemberName("plan")] Plan,

    /// <summary>What to know of licences: <c>NOTICE.txt</c>.</summary>
    [JsonStringEnumMemberName("notice")] Notice,
}

/// <summary>A file of a bundle.</summary>
/// <param name="Path">Its name in the zip.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">SHA-256 of its content, lower-case hex.</param>
/// <param name="Platform">The platform that it is for; null for all.</param>
public sealed record BundleFile(string Path, BundleFileKind Kind, long Bytes, string Sha256, string? Platform = null);

/// <summary>The entry <c>bundle.json</c>: everything else that is in the bundle, by hash. Its own hash stands for the whole bundle.</summary>
public sealed record BundleManifest
{
    /// <summary>The name of the entry.</summary>
    public const string EntryName = "bundle.json";

    /// <summary>The most bytes that it may have.</summary>
    public const int MaximumLength = 1 << 20;

    /// <summary>The version of the format: 1.</summary>
    public required int Schema { get; init; }

    /// <summary>The Device OS release.</summary>
    public required DeviceOsVersion Release { get; init; }

    /// <summary>Names of the platforms, in alphabetical order.</summary>
    public required IReadOnlyList<string> Platforms { get; init; }

    /// <summary>Where the publisher describes the release.</summary>
    public required string ReleaseNotes { get; init; }

    /// <summary>Every other file but signature and key, by path in ordinal order.</summary>
    public required IReadOnlyList<BundleFile> Files { get; init; }

    /// <summary>The files of a platform.</summary>
    public IEnumerable<BundleFile> For(string platform, BundleFileKind kind) => Files.Where(f => f.Platform == platform && f.Kind == kind);

    internal byte[] ToBytes() => [.. JsonSerializer.SerializeToUtf8Bytes(this, BundleJson.Default.BundleManifest), (byte)'\n'];
}

// One line end everywhere, so that the same bundle has the same bytes on every system.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", MaxDepth = 8,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(BundleManifest))]
sealed partial class BundleJson : JsonSerializerContext;

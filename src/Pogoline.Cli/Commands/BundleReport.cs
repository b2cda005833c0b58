using System.Text.Json.Serialization;
using Pogoline.Host.Bundles;
using Pogoline.Releases.Bundles;

namespace Pogoline.Cli.Commands;

/// <summary>What <c>bundle create|show|verify --json</c> prints.</summary>
sealed record BundleReport(string Path, string Sha256, string Release, IReadOnlyList<string> Platforms, string ReleaseNotes, BundleSigner? Signer,
    bool? Verified, IReadOnlyList<BundleFile> Files, [property: JsonPropertyOrder(-1)] int Schema = 1)
{
    public static BundleReport Of(ReleaseBundle bundle, KeyStore keys, bool? verified) => new(
        bundle.Name, bundle.Sha256, bundle.Manifest.Release.ToString(), bundle.Manifest.Platforms, bundle.Manifest.ReleaseNotes,
        bundle.Signer is { } signer ? new(signer.Id, keys.FindTrusted(signer)?.Name) : null, verified, bundle.Manifest.Files);
}

/// <summary>Whose signature a bundle bears.</summary>
/// <param name="KeyId">The key.</param>
/// <param name="TrustedAs">Its name here; null when it is not trusted.</param>
sealed record BundleSigner(string KeyId, string? TrustedAs);

/// <summary>What <c>bundle lock|unlock --json</c> prints.</summary>
sealed record LockReport(LockedBundle? Locked, [property: JsonPropertyOrder(-1)] int Schema = 1);

/// <summary>What <c>keys --json</c> prints.</summary>
sealed record KeyList(IReadOnlyList<KeyReport> Keys, [property: JsonPropertyOrder(-1)] int Schema = 1);

/// <summary>A key in a list.</summary>
sealed record KeyReport(string Name, string Id, bool CanSign, bool Trusted)
{
    public static KeyReport Of(StoredKey key) => new(key.Name, key.Key.Id, key.HasPrivate, key.IsTrusted);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(BundleReport))]
[JsonSerializable(typeof(LockReport))]
[JsonSerializable(typeof(KeyList))]
sealed partial class BundleReportJson : JsonSerializerContext;

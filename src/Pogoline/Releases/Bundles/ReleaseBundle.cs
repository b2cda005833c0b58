using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Pogoline.Modules;
using Pogoline.Signing;

namespace Pogoline.Releases.Bundles;

/// <summary>
/// One file with all that a line needs: the modules of a release for some platforms, user firmware, a plan for each, and hashes of everything.
/// What can be had of this class is whole: the manifest keeps the format's rules, every file has its hash, none is missing and none is there that
/// the manifest does not name. A signature, when there is one, is right; whether its key is to be trusted is for the caller to say.
/// </summary>
public sealed class ReleaseBundle
{
    readonly Dictionary<string, ReadOnlyMemory<byte>> _content;

    ReleaseBundle(string name, BundleManifest manifest, string sha256, VerifyingKey? signer, Dictionary<string, ReadOnlyMemory<byte>> content) =>
        (Name, Manifest, Sha256, Signer, _content) = (name, manifest, sha256, signer, content);

    /// <summary>What people call it: its path.</summary>
    public string Name { get; }

    /// <summary>What it holds.</summary>
    public BundleManifest Manifest { get; }

    /// <summary>SHA-256 of the manifest, lower-case hex. It stands for the whole bundle, because the manifest has the hash of everything else.</summary>
    public string Sha256 { get; }

    /// <summary>Whose signature it bears; null when it has none.</summary>
    public VerifyingKey? Signer { get; }

    /// <summary>The content of a file by its path in <see cref="BundleManifest.Files"/>.</summary>
    public ReadOnlyMemory<byte> this[string path] => _content[path];

    /// <summary>The user firmware for a platform; null when it brings none.</summary>
    public ReadOnlyMemory<byte>? App(string platform) => Get(BundleRules.AppPath(platform));

    /// <summary>The plan for a board of which nothing is known.</summary>
    public ReadOnlyMemory<byte> Plan(string platform) => _content[BundleRules.PlanPath(platform)];

    /// <summary>The release's files for a platform.</summary>
    public IFileSet Modules(string platform) =>
        new MemoryFileSet($"bundle {Name}", Manifest.For(platform, BundleFileKind.Module).ToDictionary(f => f.Path, f => _content[f.Path]));

    /// <summary>The content with a hash; null when it is not in the bundle.</summary>
    public ReadOnlyMemory<byte>? Find(string sha256) => Manifest.Files.FirstOrDefault(f => f.Sha256 == sha256) is { } file ? _content[file.Path] : default(ReadOnlyMemory<byte>?);

    /// <summary>Reads a bundle whole and checks all of it.</summary>
    /// <exception cref="PogolineException">The reason that <see cref="TryRead"/> gives.</exception>
    public static ReleaseBundle Require(string name, ReadOnlyMemory<byte> zip) =>
        TryRead(name, zip, out var bundle, out var problem) ? bundle : throw problem.ToException(name);

    /// <summary>Reads a bundle whole and checks all of it.</summary>
    /// <param name="name">What people call it.</param>
    /// <param name="zip">The file.</param>
    /// <param name="bundle">The bundle.</param>
    /// <param name="problem">Why it is refused: <see cref="BundleFaults"/>, the archive's <see cref="ModuleFaults"/>, <see cref="SigningFaults"/>.</param>
    public static bool TryRead(string name, ReadOnlyMemory<byte> zip, [NotNullWhen(true)] out ReleaseBundle? bundle, [NotNullWhen(false)] out ModuleProblem? problem)
    {
        bundle = null;
        if (!SafeArchive.TryRead(zip, out var files, out problem)) return false;
        var content = files.ToDictionary(f => f.Name, f => f.Content);
        if (!TryReadManifest(content, out var manifest, out problem)) return false;
        if (!TryReadSignature(content, out var signer, out problem)) return false;
        var bytes = content[BundleManifest.EntryName];
        foreach (var own in OwnEntries) content.Remove(own);
        problem = CheckFiles(manifest, content);
        if (problem is not null) return false;
        bundle = new(name, manifest, Sha256Digest.Compute(bytes.Span).ToString(), signer, content);
        return true;
    }

    static readonly string[] OwnEntries =
        [BundleManifest.EntryName, BundleManifest.EntryName + DetachedSignature.SignatureSuffix, BundleManifest.EntryName + DetachedSignature.KeySuffix];

    static bool TryReadManifest(
        Dictionary<string, ReadOnlyMemory<byte>> content, [NotNullWhen(true)] out BundleManifest? manifest, [NotNullWhen(false)] out ModuleProblem? problem)
    {
        (manifest, problem) = (null, null);
        if (!content.TryGetValue(BundleManifest.EntryName, out var bytes)) problem = Bad(BundleFaults.Invalid, $"It has no {BundleManifest.EntryName}.");
        else if (bytes.Length > BundleManifest.MaximumLength) problem = Bad(BundleFaults.Invalid, $"Its manifest has {bytes.Length} bytes; {BundleManifest.MaximumLength} is the most.");
        if (problem is not null) return false;
        try
        {
            manifest = JsonSerializer.Deserialize(bytes.Span, BundleJson.Default.BundleManifest);
            if (manifest is null) problem = Bad(BundleFaults.Invalid, "Its manifest is empty.");
            else if (BundleRules.Broken(manifest) is not { } why) return true;
            else problem = Bad(BundleFaults.Invalid, $"Its manifest is refused: {why}.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or FormatException)
        {
            problem = Bad(BundleFaults.Invalid, $"Its manifest cannot be read: {BundleRules.Printable(e.Message)}");
        }
        manifest = null;
        return false;
    }

    static bool TryReadSignature(Dictionary<string, ReadOnlyMemory<byte>> content, out VerifyingKey? signer, [NotNullWhen(false)] out ModuleProblem? problem)
    {
        (signer, problem) = (null, null);
        var hasSignature = content.TryGetValue(OwnEntries[1], out var signature);
        var hasKey = content.TryGetValue(OwnEntries[2], out var key);
        if (!hasSignature && !hasKey) return true;
        if (!hasSignature || !hasKey) problem = Bad(SigningFaults.Wrong, $"It has {(hasKey ? "a key without a signature" : "a signature without its key")}.");
        else if (!new DetachedSignature(signature, key).TryVerify(content[BundleManifest.EntryName].Span, out signer, out var fault))
        {
            problem = Bad(fault, fault == SigningFaults.Wrong ? "Its signature is not one of its manifest." : "The key that comes with its signature is no public P-256 key.");
        }
        return problem is null;
    }

    // 'null' alone would become an empty memory.
    ReadOnlyMemory<byte>? Get(string path) => _content.TryGetValue(path, out var content) ? content : default(ReadOnlyMemory<byte>?);

    static ModuleProblem? CheckFiles(BundleManifest manifest, Dictionary<string, ReadOnlyMemory<byte>> content)
    {
        foreach (var file in manifest.Files)
        {
            if (!content.TryGetValue(file.Path, out var bytes)) return Bad(BundleFaults.Missing, $"Its manifest names {file.Path}, which is not there.");
            if (bytes.Length != file.Bytes || Sha256Digest.Compute(bytes.Span).ToString() != file.Sha256)
                return Bad(BundleFaults.Hash, $"{file.Path} is not the file of {file.Bytes} bytes with SHA-256 {file.Sha256[..16]}… that its manifest names.");
        }
        return content.Count == manifest.Files.Count ? null
            : Bad(BundleFaults.Extra, $"It has '{BundleRules.Printable(content.Keys.Except(manifest.Files.Select(f => f.Path)).First())}', which its manifest does not name.");
    }

    static ModuleProblem Bad(FaultCode code, string message) =>
        new(code, ProblemSeverity.Error, message, "Get the bundle again from whoever made it; do not change what is inside.");
}

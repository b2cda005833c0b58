using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Pogoline.Modules;

/// <summary>A file that an application needs on the device besides its code.</summary>
/// <param name="Name">The name under which the application asks for it.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="Sha256">Their hash.</param>
public sealed record BundleAsset(string Name, ReadOnlyMemory<byte> Content, Sha256Digest Sha256);

/// <summary>An application with its assets in one zip archive: the image at the root, the assets in <c>assets/</c>, perhaps environment variables.</summary>
/// <param name="ApplicationName">The file name of the image.</param>
/// <param name="Application">The image.</param>
/// <param name="Assets">The assets, in the order of the archive.</param>
/// <param name="Environment">The environment variables as JSON; null when there are none.</param>
public sealed record FirmwareBundle(
    string ApplicationName, FirmwareModule Application, IReadOnlyList<BundleAsset> Assets, ReadOnlyMemory<byte>? Environment)
{
    /// <summary>The most bytes of environment variables.</summary>
    public const int MaximumEnvironmentLength = 16 * 1024;

    /// <summary>The most environment variables.</summary>
    public const int MaximumVariables = 100;

    const string AssetFolder = "assets/";

    /// <summary>Whether the files are laid out as a bundle: one image at the root, everything else an asset or environment variables.</summary>
    public static bool IsBundle(IReadOnlyList<ArchiveFile> files) =>
        files.Count(IsApplication) == 1 && files.All(file => IsApplication(file) || IsAsset(file) || IsEnvironment(file));

    /// <summary>Reads a bundle.</summary>
    /// <param name="archive">The zip file.</param>
    /// <param name="bundle">The bundle; its application has no errors.</param>
    /// <param name="problem">Why it is refused: the archive, its layout, the application, or an asset that is not as the application says.</param>
    public static bool TryRead(
        ReadOnlyMemory<byte> archive, [NotNullWhen(true)] out FirmwareBundle? bundle, [NotNullWhen(false)] out ModuleProblem? problem)
    {
        bundle = null;
        return SafeArchive.TryRead(archive, out var files, out problem) && TryAssemble(files, out bundle, out problem);
    }

    /// <summary>Makes a bundle of the files of an archive.</summary>
    public static bool TryAssemble(
        IReadOnlyList<ArchiveFile> files, [NotNullWhen(true)] out FirmwareBundle? bundle, [NotNullWhen(false)] out ModuleProblem? problem)
    {
        bundle = null;
        problem = null;
        if (!IsBundle(files))
        {
            problem = Bad(ModuleFaults.Bundle, "A bundle has one image at its root, and otherwise only files directly in assets/ and environment variables.");
            return false;
        }
        var application = files.First(IsApplication);
        var read = ModuleReader.Read(application.Content);
        problem = read.FirstError;
        if (problem is null && read.Modules is not [{ Id.Function: ModuleFunction.UserPart }])
        {
            problem = Bad(ModuleFaults.Bundle, $"{application.Name} is no user firmware.");
        }
        var assets = files.Where(IsAsset).Select(f => new BundleAsset(f.Name[AssetFolder.Length..], f.Content, Sha256Digest.Compute(f.Content.Span))).ToList();
        problem ??= CheckAssets(read.Modules[0], assets);
        var environment = files.FirstOrDefault(IsEnvironment)?.Content;
        if (environment is { } variables) problem ??= CheckEnvironment(variables);
        if (problem is not null) return false;
        bundle = new(application.Name, read.Modules[0], assets, environment);
        return true;
    }

    static ModuleProblem? CheckAssets(FirmwareModule application, List<BundleAsset> assets)
    {
        var wanted = application.Extensions.OfType<ModuleExtension.AssetDependency>().ToList();
        foreach (var dependency in wanted)
        {
            var asset = assets.Find(candidate => candidate.Name == dependency.AssetName);
            if (asset is null) return Bad(ModuleFaults.BundleAsset, $"The asset '{dependency.AssetName}' is missing.");
            if (asset.Sha256 != dependency.Sha256)
            {
                return Bad(ModuleFaults.BundleAsset, $"The asset '{asset.Name}' has SHA-256 {asset.Sha256}, the application wants {dependency.Sha256}.");
            }
        }
        var extra = assets.Find(asset => !wanted.Exists(dependency => dependency.AssetName == asset.Name));
        return extra is null ? null : Bad(ModuleFaults.BundleAsset, $"The application does not ask for the asset '{extra.Name}'.");
    }

    static ModuleProblem? CheckEnvironment(ReadOnlyMemory<byte> json)
    {
        if (json.Length > MaximumEnvironmentLength) return Bad(ModuleFaults.Bundle, $"The environment has {json.Length} bytes; {MaximumEnvironmentLength} is the most.");
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.EnumerateObject().All(variable => variable.Value.ValueKind == JsonValueKind.String))
            {
                return Bad(ModuleFaults.Bundle, "The environment is no JSON object of texts.");
            }
            var count = root.EnumerateObject().Count();
            return count > MaximumVariables ? Bad(ModuleFaults.Bundle, $"The environment has {count} variables; {MaximumVariables} is the most.") : null;
        }
        catch (JsonException e)
        {
            return Bad(ModuleFaults.Bundle, $"The environment is no JSON: {e.Message}");
        }
    }

    static bool IsApplication(ArchiveFile file) => !file.Name.Contains('/') && file.Name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase);

    static bool IsAsset(ArchiveFile file) => file.Name.StartsWith(AssetFolder, StringComparison.Ordinal) && !file.Name[AssetFolder.Length..].Contains('/');

    // The vendor's tool writes the second one.
    static bool IsEnvironment(ArchiveFile file) => file.Name is "env.json" or "env/env-vars.json";

    static ModuleProblem Bad(FaultCode code, string message) => ModuleProblems.Error(code, message, "Make the bundle again from application and assets.");
}

using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Releases;

/// <summary>A Device OS release for a platform: complete, and every file checked.</summary>
/// <param name="Version">The release.</param>
/// <param name="Platform">The platform.</param>
/// <param name="Files">Its files in the order of the platform's components; optional ones only when they were there.</param>
/// <param name="Notes">What to tell people: optional parts that are missing, published peculiarities.</param>
public sealed record Release(DeviceOsVersion Version, Platform Platform, IReadOnlyList<ReleaseFile> Files, IReadOnlyList<string> Notes)
{
    /// <summary>The file of a component; null when the release has none.</summary>
    public ReleaseFile? Find(Component component) => Files.FirstOrDefault(file => file.Component.Name == component.Name);

    /// <summary>The file of the first component with that function; null when the release has none.</summary>
    public ReleaseFile? Find(ModuleFunction function) => Files.FirstOrDefault(file => file.Component.Function == function);

    /// <inheritdoc/>
    public override string ToString() => $"{Version} for {Platform.Name}";
}

/// <summary>A checked file of a release.</summary>
/// <param name="Name">The file's name without folders.</param>
/// <param name="Component">What it is on the platform; Tinker and tracker-edge are the <c>user-part</c>.</param>
/// <param name="Module">The image.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="Sha256">SHA-256 of the whole file, lower-case hex.</param>
/// <param name="Note">What is peculiar about it; null for nothing.</param>
public sealed record ReleaseFile(string Name, Component Component, FirmwareModule Module, string Source, string Sha256, string? Note = null);

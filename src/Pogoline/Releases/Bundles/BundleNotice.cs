namespace Pogoline.Releases.Bundles;

/// <summary>What whoever gets a bundle should know of where its content comes from.</summary>
static class BundleNotice
{
    public static string ReleaseNotes(DeviceOsVersion release) => $"https://github.com/particle-iot/device-os/releases/tag/v{release}";

    public static string Text(DeviceOsVersion release, IReadOnlyList<string> platforms, string notes) =>
        $"""
        Device OS {release} for {string.Join(", ", platforms)}

        Release notes: {notes}

        {FirmwareNotice.Text(release)} bundle.json has the size and SHA-256 of every file.

        """.ReplaceLineEndings("\n");
}

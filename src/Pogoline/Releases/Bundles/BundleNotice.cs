namespace Pogoline.Releases.Bundles;

/// <summary>What whoever gets a bundle should know of where its content comes from.</summary>
static class BundleNotice
{
    public static string ReleaseNotes(DeviceOsVersion release) => $"https://github.com/particle-iot/device-os/releases/tag/v{release}";

    public static string Text(DeviceOsVersion release, IReadOnlyList<string> platforms, string notes) =>
        $"""
        Device OS {release} for {string.Join(", ", platforms)}

        Release notes: {notes}

        The firmware in this file is not part of Pogoline and not under its licence.

        Bootloaders, system parts and Tinker are Device OS by Particle Industries, Inc. Licence and source of the release:
        https://github.com/particle-iot/device-os/tree/v{release}
        A SoftDevice is the work of Nordic Semiconductor ASA, for use on its chips, under its own licence:
        https://www.nordicsemi.com/Products/Development-software/s140/download
        An NCP image is built on ESP-IDF by Espressif Systems; its licence is published with the image.
        User firmware in apps/ belongs to whoever built it.

        Read these licences before you pass this file on. bundle.json has the size and SHA-256 of every file.

        """.ReplaceLineEndings("\n");
}

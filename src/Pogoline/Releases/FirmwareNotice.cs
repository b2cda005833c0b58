namespace Pogoline.Releases;

/// <summary>
/// Whose work the firmware for boards is, and where its licences are: for everybody who gets some from us. Sources: the credits in Device OS's
/// repository, Nordic's download page of the SoftDevice, and the description of the NCP firmware's repository.
/// </summary>
static class FirmwareNotice
{
    /// <summary>The sentences for a release.</summary>
    public static string Text(DeviceOsVersion release) =>
        $"""
        The firmware in this file is not part of Pogoline and not under its licence.

        Bootloaders, system parts and Tinker are Device OS by Particle Industries, Inc. Source and licences of the release, and whose work it
        contains besides:
        https://github.com/particle-iot/device-os/tree/v{release}
        On Photon and P1 it also contains Broadcom's WICED SDK, which is under its own licence.
        A SoftDevice, and the master boot record that belongs to it, are the work of Nordic Semiconductor ASA, for use on its chips, under its own
        licence, which comes with the download:
        https://www.nordicsemi.com/Products/Development-software/s140/download
        Firmware for a network co-processor is Particle's, based on ESP-IDF and the AT application of Espressif Systems. Source and licences:
        https://github.com/particle-iot/argon-ncp-firmware
        User firmware belongs to whoever built it.

        Read these licences before you pass this file on.
        """.ReplaceLineEndings("\n");
}

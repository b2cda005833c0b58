using Pogoline.Platforms;

namespace Pogoline.Hex;

/// <summary>What a board needs beside its flash image, and how it gets there.</summary>
static class Omissions
{
    public static IReadOnlyList<string> Of(Platform platform, DeviceOsVersion release)
    {
        var sentences = new List<string>();
        if (platform.Storages.Any(s => s.Kind == StorageKind.ExternalFlash) && platform.Generation == 3)
        {
            sentences.Add("Device configuration (keys, claim code, setup done, Wi-Fi networks) and files lie in the external flash, which no probe writes; "
                + "a new board makes its keys at the first start, a used one keeps what it has.");
        }
        else
        {
            sentences.Add("Device configuration (keys, claim code, Wi-Fi networks) and EEPROM lie in flash sectors of their own and are not in the image: "
                + "erase by sector and they stay; after a chip erase the board makes new keys, which 'particle keys doctor DEVICE' makes known to the cloud.");
        }
        if (platform.Traits.SetupDone is { } setup && setup.Os.Contains(release))
        {
            sentences.Add($"Setup done (configuration byte {setup.Offset}): a new board starts in listening mode until it is set; set it by USB with 'pogoline usb setup-done' or 'particle usb setup-done'.");
        }
        if (platform.Components.FirstOrDefault(c => c.Function == ModuleFunction.Ncp) is { } ncp)
        {
            sentences.Add($"NCP firmware lies in the co-processor and goes there over USB from the running system. {ncp.Note}");
        }
        return sentences;
    }
}

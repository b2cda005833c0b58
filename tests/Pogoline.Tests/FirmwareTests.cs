namespace Pogoline.Tests;

public class FirmwareTests
{
    [Fact]
    public void Packages_are_unpacked_once_and_hold_the_release_files()
    {
        Assert.All(Firmware.Versions, version => Assert.True(Firmware.Files(version).Count > 30));
        Assert.Equal(42028, Firmware.Read("2.6.0", "boron-bootloader@1.5.2.bin").Length);
        Assert.Equal(510938, Firmware.Read("3.9.0", "boron-system-part1@4.0.2.bin").Length);
    }
}

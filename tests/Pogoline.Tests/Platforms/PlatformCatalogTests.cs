using Pogoline.Platforms;

namespace Pogoline.Tests.Platforms;

public class PlatformCatalogTests
{
    [Fact]
    public void What_the_data_leaves_out_has_its_initial_value()
    {
        Assert.Equal(20, PlatformCatalog.All.Count);
        var core = PlatformCatalog.Find("core")!;
        Assert.Empty(core.Components);
        Assert.Empty(core.Layouts);
        var boron = PlatformCatalog.Require("boron");
        Assert.Equal(4, boron.StorageOf(StorageKind.Dct).ProgramUnit);
        Assert.Equal(uint.MaxValue, boron.Traits.ExternalFlashReachOfOldBootloaders);
        Assert.Equal(DeviceOsRange.All, boron.Components.Single(c => c.Function == ModuleFunction.Bootloader).Positions[0].Os);
    }
}

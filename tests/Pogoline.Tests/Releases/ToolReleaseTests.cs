using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Tests.Releases;

public class ToolReleaseTests
{
    [Fact]
    public void What_a_tool_carried_is_what_its_package_has()
    {
        var both = NpmPackage.All.Join(ToolRelease.All, package => package.Package, tool => tool.ToString(), (package, tool) => (package, tool)).ToList();
        Assert.Equal(NpmPackage.All.Count, both.Count);
        Assert.All(both, pair => Assert.Equal(Spelled(pair.package.Releases), Spelled(pair.tool.Releases)));

        static IEnumerable<string> Spelled(IReadOnlyList<PackagedRelease> releases) => releases.Select(r => $"{r.Version} {string.Join(' ', r.Platforms.Order())}").Order();
    }

    [Fact]
    public void Every_release_that_a_tool_carried_is_in_the_catalog_for_its_platforms_from_where_that_begins()
    {
        foreach (var tool in ToolRelease.All)
        {
            Assert.DoesNotContain(ModuleFunction.Ncp, tool.Carries);
            Assert.All(tool.Releases.Where(r => r.Version >= ReleaseCatalog.Default.Releases[0].Version), r => Assert.All(r.Platforms, name =>
                Assert.True(ReleaseCatalog.Default.Find(r.Version)?.Has(name), $"{tool}: {r.Version} for {name}")));
        }
    }

    [Fact]
    public void Each_supported_board_has_a_pinned_release_of_a_long_term_support_line_that_a_package_carries()
    {
        foreach (var platform in PlatformCatalog.Supported)
        {
            var pinned = ToolRelease.PinnedFor(platform);
            Assert.Equal(ReleaseLineKind.LongTermSupport, ReleaseCatalog.Default.LineOf(pinned).Kind);
            Assert.NotEmpty(NpmPackage.Carrying(pinned, platform.Name));
        }
    }

    [Fact]
    public void A_tool_is_named_with_its_version_and_says_what_it_had_for_a_board()
    {
        var tool = ToolRelease.Require("particle-cli@2.6.0");
        Assert.Equal(new DeviceOsVersion(1, 5, 2), tool.ReleaseFor(PlatformCatalog.Require("photon")));
        Assert.Equal(ReleaseFaults.NotForPlatform, Assert.Throws<PogolineException>(() => tool.ReleaseFor(PlatformCatalog.Require("tracker"))).Code);
        Assert.Equal(ReleaseFaults.Tool, Assert.Throws<PogolineException>(() => ToolRelease.Require("particle-cli@3.51.0")).Code);
        Assert.Equal(ReleaseFaults.Tool, Assert.Throws<PogolineException>(() => ToolRelease.Require("2.6.0")).Code);
    }
}

using Pogoline.Modules;
using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Tests.Releases;

public class ReleaseCatalogTests
{
    static readonly ReleaseCatalog Catalog = ReleaseCatalog.Default;

    [Fact]
    public void Every_release_of_the_version_table_is_in_the_catalog_and_no_other() =>
        Assert.Equal(DeviceOsVersions.All.Select(n => n.Os), Catalog.Releases.Select(r => r.Version));

    [Fact]
    public void Every_release_names_known_platforms_within_the_range_that_the_platform_exists_for()
    {
        foreach (var release in Catalog.Releases)
        {
            Assert.NotEmpty(release.Platforms.Concat(release.Assumed));
            Assert.Empty(release.Platforms.Intersect(release.Assumed));
            foreach (var name in release.Platforms.Concat(release.Assumed))
            {
                Assert.True(PlatformCatalog.Find(name)?.Releases?.Contains(release.Version), $"{release.Version} for {name}");
            }
        }
    }

    [Fact]
    public void Every_release_is_of_exactly_one_line() =>
        Assert.All(Catalog.Releases, release => Assert.Single(Catalog.Lines, line => line.Os.Contains(release.Version)));

    [Fact]
    public void What_a_package_carries_is_known_to_be_published() => Assert.All(
        NpmPackage.All.SelectMany(package => package.Releases),
        packaged => Assert.All(packaged.Platforms, name => Assert.Contains(name, Catalog.Find(packaged.Version)!.Platforms)));

    [Theory]
    [InlineData("boron", "4.2.0")]
    [InlineData("tracker", "4.2.0")]
    [InlineData("photon", "2.3.1")]
    [InlineData("electron", "2.3.1")]
    public void The_newest_release_of_the_newest_lts_line_is_recommended(string platform, string version) =>
        Assert.Equal(version, Catalog.Recommended(PlatformCatalog.Require(platform))!.Version.ToString());

    [Fact]
    public void Nothing_is_recommended_where_no_lts_release_exists() => Assert.Null(Catalog.Recommended(PlatformCatalog.Find("xenon")!));

    [Theory]
    [InlineData("boron", "1.3.1", "softdevice", ComponentPresence.Absent)]
    [InlineData("boron", "1.4.0", "softdevice", ComponentPresence.Required)]
    [InlineData("electron", "1.5.2", "bootloader", ComponentPresence.Optional)]
    [InlineData("electron", "2.0.0", "bootloader", ComponentPresence.Required)]
    [InlineData("electron", "0.5.2", "system-part3", ComponentPresence.Absent)]
    [InlineData("electron", "0.6.4", "system-part3", ComponentPresence.Required)]
    [InlineData("argon", "2.2.0", "ncp", ComponentPresence.Optional)]
    [InlineData("photon", "2.2.0", "user-part", ComponentPresence.Optional)]
    public void A_release_consists_of_what_was_published_for_it(string platform, string version, string component, ComponentPresence presence)
    {
        var board = PlatformCatalog.Require(platform);
        Assert.Equal(presence, Catalog.PresenceOf(board.Components.Single(c => c.Name == component), DeviceOsVersion.Parse(version), board));
    }
}

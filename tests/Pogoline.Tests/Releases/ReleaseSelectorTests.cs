using Pogoline.Platforms;
using Pogoline.Releases;

namespace Pogoline.Tests.Releases;

public class ReleaseSelectorTests
{
    [Theory]
    [InlineData("2.2.0", "boron", "2.2.0")]
    [InlineData("v2.2.0", "boron", "2.2.0")]
    [InlineData("2.x", "boron", "2.3.1")]
    [InlineData("2.2.x", "boron", "2.2.0")]
    [InlineData(">=2 <3", "photon", "2.3.1")]
    [InlineData(">=1.5 <2.1", "tracker", "2.0.2")]
    [InlineData("lts", "boron", "4.2.0")]
    [InlineData("lts", "p1", "2.3.1")]
    [InlineData("latest", "boron", "6.2.0")]
    [InlineData("latest", "photon", "3.3.1")]
    [InlineData("latest", "xenon", "1.5.2")]
    [InlineData("2.2.0-rc.1", "boron", "2.2.0-rc.1")]
    [InlineData(">=2.0.0-rc.1 <2.0.0", "boron", "2.0.0-rc.4")]
    [InlineData("*", "electron", "3.3.1")]
    public void A_request_means_the_newest_release_it_admits(string request, string platform, string version) =>
        Assert.Equal(version, Choose(request, platform).Version.ToString());

    [Fact]
    public void A_pre_release_is_never_chosen_unless_named() =>
        Assert.All(PlatformCatalog.Supported, p => Assert.All(new[] { "latest", "lts", "2.x", "3.x", "*" }, text =>
        {
            if (text != "3.x" || p.Generation == 3) Assert.False(Choose(text, p.Name).Version.IsPreRelease);
        }));

    [Theory]
    [InlineData("2.2.0", "boron", "2.2.0 is not the newest of the 2.x LTS line (2.3.1); take that unless you need this one.")]
    [InlineData("5.9.0", "boron", "5.9.0 is of the 5.x feature line; the vendor recommends 4.2.0 of the 4.x LTS line for Boron unless you need this one.")]
    [InlineData("5.8.0", "boron", "5.8.0 is not the newest of the 5.x feature line (5.9.0); the vendor recommends 4.2.0 of the 4.x LTS line for Boron unless you need this one.")]
    [InlineData("1.5.2", "photon", "1.5.2 is of the 1.x legacy line; the vendor recommends 2.3.1 of the 2.x LTS line for Photon unless you need this one.")]
    [InlineData("6.2.0", "argon", "6.2.0 is of the 6.x line, and what the vendor promises for it is not known to this build; the vendor recommends 4.2.0 of the 4.x LTS line for Argon unless you need this one.")]
    [InlineData("3.0.0-rc.1", "argon", "3.0.0-rc.1 is a pre-release; the vendor recommends 4.2.0 of the 4.x LTS line for Argon unless you need this one.")]
    [InlineData("1.4.4", "xenon", "1.4.4 is not the newest of the 1.x legacy line (1.5.2); take that unless you need this one.")]
    [InlineData("2.3.1", "photon", null)]
    [InlineData("2.3.1", "boron", null)]
    [InlineData("lts", "boron", null)]
    public void The_vendors_advice_comes_with_the_choice(string request, string platform, string? advice) =>
        Assert.Equal(advice, Choose(request, platform).Advice);

    [Fact]
    public void The_reason_says_what_is_assumed() =>
        Assert.EndsWith("is assumed from the version table.", Choose("lts", "boron").Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("4.0.2", "photon", "release-not-for-platform")]
    [InlineData("0.9.0", "electron", "release-not-for-platform")]
    [InlineData("lts", "xenon", "release-not-for-platform")]
    [InlineData("9.9.9", "boron", "release-unknown")]
    [InlineData("7.x", "boron", "release-unknown")]
    [InlineData("latest", "p2", "release-not-for-platform")]
    public void A_release_that_does_not_exist_is_refused_with_what_does(string request, string platform, string code)
    {
        var fault = Assert.Throws<PogolineException>(() => Choose(request, platform));
        Assert.Equal(code, fault.Code.Name);
        if (platform == "photon") Assert.Contains("2.3.1", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Among_what_is_at_hand_the_newest_is_chosen_and_the_reason_names_the_newer_one()
    {
        var choice = Choose("lts", "boron", "4.0.2", "2.2.0");
        Assert.Equal("4.0.2", choice.Version.ToString());
        Assert.Contains("4.2.0 is newer but its files are not", choice.Reason, StringComparison.Ordinal);
        Assert.Equal("release-unavailable", Assert.Throws<PogolineException>(() => Choose("5.x", "boron", "4.0.2")).Code.Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("newest")]
    [InlineData("two")]
    [InlineData(">=")]
    public void What_is_no_request_is_refused(string text) =>
        Assert.Equal("release-request", Assert.Throws<PogolineException>(() => ReleaseRequest.Parse(text)).Code.Name);

    static ReleaseChoice Choose(string request, string platform, params string[] available) => ReleaseSelector.Choose(
        ReleaseRequest.Parse(request), PlatformCatalog.Find(platform)!, ReleaseCatalog.Default,
        available.Length == 0 ? null : available.Select(DeviceOsVersion.Parse).ToHashSet());
}

using FsCheck;
using FsCheck.Fluent;

namespace Pogoline.Tests;

public class DeviceOsRangeTests
{
    [Theory]
    [InlineData("2.2.0", "2.2.0", true)]
    [InlineData("2.2.0", "2.2.1", false)]
    [InlineData("2.x", "2.3.1", true)]
    [InlineData("2.x", "2.0.0-rc.1", true)]
    [InlineData("2.x", "3.0.0-alpha.1", false)]
    [InlineData("2.3.x", "2.3.1", true)]
    [InlineData("2.3.x", "2.2.0", false)]
    [InlineData(">=2 <3", "2.9.9", true)]
    [InlineData(">=2 <3", "3.0.0", false)]
    [InlineData(">2.2.0", "2.2.0", false)]
    [InlineData("<=2.2.0", "2.2.0", true)]
    [InlineData("*", "0.4.4", true)]
    [InlineData(">=3.1.0-rc.1", "3.1.0-rc.1", true)]
    [InlineData(">=3.1.0-rc.1", "3.0.0", false)]
    public void A_range_contains_what_its_bounds_say(string range, string version, bool contains) =>
        Assert.Equal(contains, DeviceOsRange.Parse(range).Contains(DeviceOsVersion.Parse(version)));

    [Theory, InlineData(""), InlineData(" "), InlineData("two"), InlineData("2..0"), InlineData(">="), InlineData("1.2.3.4"), InlineData("2.2.0-"), InlineData("99999999.x")]
    public void What_is_no_range_is_refused(string text) => Assert.False(DeviceOsRange.TryParse(text, out _));

    [Fact]
    public void Versions_are_ordered_as_Semantic_Versioning_orders_them()
    {
        string[] ordered = ["0.8.0-rc.2", "0.8.0-rc.10", "0.8.0-rc.25-mesh", "0.8.0", "1.5.3-tracker.1", "1.5.4-rc.1", "2.0.0-alpha.1", "2.0.0-rc.1", "2.0.0", "2.0.2-rc.1", "10.0.0"];
        Assert.Equal(ordered, ordered.Reverse().Select(DeviceOsVersion.Parse).Order().Select(v => v.ToString()));
    }

    [Fact]
    public void No_text_makes_the_parsers_throw_and_a_version_reads_back_what_it_writes()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), text =>
        {
            _ = DeviceOsRange.TryParse(text, out _);
            return !DeviceOsVersion.TryParse(text, out var version) || DeviceOsVersion.Parse(version.ToString()) == version;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }
}

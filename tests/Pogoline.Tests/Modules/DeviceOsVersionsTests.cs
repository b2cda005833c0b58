using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

public class DeviceOsVersionsTests
{
    [Theory]
    [InlineData(2202, "2.2.0", true)]
    [InlineData(1512, "1.5.2", true)]
    [InlineData(4006, "4.0.2", true)]
    [InlineData(5004, "5.1.0", true)]
    [InlineData(2004, "2.0.0-rc.1", true)]
    [InlineData(207, "0.7.0", true)]
    [InlineData(15, "0.5.1", true)]
    [InlineData(13, "0.5.0", true)]
    [InlineData(10, "0.4.8-rc.6", true)]
    [InlineData(2205, "2.2.0", false)]
    [InlineData(2999, "2.3.1", false)]
    [InlineData(999, "0.9.0", false)]
    [InlineData(6999, "6.2.0", false)]
    [InlineData(4999, "4.2.0", false)]
    public void A_module_version_gives_its_release_or_the_closest_lower_one(int version, string release, bool isExact)
    {
        var match = DeviceOsVersions.FromSystem((ushort)version)!;
        Assert.Equal((release, isExact), (match.Numbers.Os.ToString(), match.IsExact));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(7000)]
    [InlineData(65535)]
    public void Below_the_first_entry_of_a_major_there_is_none(int version) => Assert.Null(DeviceOsVersions.FromSystem((ushort)version));

    [Fact]
    public void A_release_gives_its_numbers()
    {
        Assert.Equal(new(new(2, 2, 0), 2202, 1006, 6), DeviceOsVersions.Find(new(2, 2, 0)));
        Assert.Equal(new(new(0, 5, 0), 13, null, 4), DeviceOsVersions.Find(new(0, 5, 0)));
        Assert.Equal(new(new(3, 1, 0, "rc.1"), 3102), DeviceOsVersions.Find(new(3, 1, 0, "rc.1")));
        Assert.Null(DeviceOsVersions.Find(new(2, 2, 1)));
    }

    [Fact]
    public void Several_releases_share_a_bootloader() =>
        Assert.Equal(["2.2.0", "2.3.0", "2.3.1"], DeviceOsVersions.WithBootloader(1006).Select(numbers => numbers.Os.ToString()));

    [Fact]
    public void The_table_is_whole_and_in_order()
    {
        Assert.Equal(159, DeviceOsVersions.All.Count);
        Assert.Equal(64, DeviceOsVersions.All.Count(numbers => !numbers.Os.IsPreRelease));
        Assert.Equal(DeviceOsVersions.All.Select(n => n.Os).Order(), DeviceOsVersions.All.Select(n => n.Os));
        Assert.All(DeviceOsVersions.All, numbers => Assert.Equal(numbers.Os.Major, numbers.System / 1000));
        var releases = DeviceOsVersions.All.Where(numbers => !numbers.Os.IsPreRelease).ToList();
        Assert.All(releases.Zip(releases.Skip(1)), pair => Assert.True(pair.First.System < pair.Second.System));
        Assert.All(releases, numbers => Assert.Equal(new(numbers, true), DeviceOsVersions.FromSystem(numbers.System)));
    }

    [Fact]
    public void Real_system_parts_carry_the_number_of_the_release_in_their_name()
    {
        foreach (var path in Firmware.Versions.SelectMany(Firmware.Files).Where(path => path.Contains("-system-part", StringComparison.Ordinal)))
        {
            var module = ModuleReader.Require(File.ReadAllBytes(path), path);
            var name = Path.GetFileNameWithoutExtension(path);
            Assert.Equal(name[(name.IndexOf('@') + 1)..], DeviceOsVersions.FromSystem(module.Version)!.Numbers.Os.ToString());
        }
    }
}

using Pogoline.Links.Dfu;
using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Tests.Platforms;

public class MemoryMapTests
{
    public static TheoryData<string> WithComponents => [.. PlatformCatalog.All.Where(p => p.Components.Count > 0).Select(p => p.Name)];

    [Theory, MemberData(nameof(WithComponents))]
    public void No_two_components_overlap_for_any_Device_OS_version(string name)
    {
        var platform = PlatformCatalog.Find(name)!;
        foreach (var numbers in DeviceOsVersions.All)
        {
            var places = platform.Components.SelectMany(c => c.PositionsFor(numbers.Os).Select(p => (Component: c, p.Range))).ToList();
            var clash = places.SelectMany(a => places.Where(b => b.Component != a.Component && b.Component.Storage == a.Component.Storage && b.Range.Overlaps(a.Range)),
                (a, b) => $"{a.Component.Name} {a.Range} and {b.Component.Name} {b.Range} in {numbers.Os}");
            Assert.Empty(clash);
        }
    }

    [Theory, MemberData(nameof(WithComponents))]
    public void No_component_lies_in_an_area_that_holds_something_else_and_all_lie_in_their_memory(string name)
    {
        var platform = PlatformCatalog.Find(name)!;
        foreach (var numbers in DeviceOsVersions.All)
        {
            var areas = platform.Areas.Where(a => a.Os.Contains(numbers.Os)).ToList();
            Assert.All(areas, area => Assert.True(platform.StorageOf(area.Storage).Range.Contains(area.Range), $"{area.Name} in {numbers.Os}"));
            foreach (var component in platform.Components.Where(c => c.Storage != StorageKind.ExternalMcu))
            {
                foreach (var position in component.PositionsFor(numbers.Os))
                {
                    Assert.True(platform.StorageOf(component.Storage).Range.Contains(position.Range));
                    Assert.DoesNotContain(areas, a => a.Storage == component.Storage && a.Range.Overlaps(position.Range));
                }
            }
        }
    }

    [Theory, MemberData(nameof(WithComponents))]
    public void Components_begin_and_end_with_whole_erase_units_so_that_erasing_one_spares_the_others(string name)
    {
        var platform = PlatformCatalog.Find(name)!;
        foreach (var component in platform.Components.Where(c => c.Storage == StorageKind.InternalFlash))
        {
            foreach (var position in component.Positions)
            {
                var units = platform.StorageOf(component.Storage).EraseUnits(position.Range).ToList();
                Assert.Equal(position.Range, new AddressRange(units[0].Start, units[^1].End));
            }
        }
    }

    [Theory, MemberData(nameof(WithComponents))]
    public void The_alternates_describe_memory_that_covers_the_components_and_is_the_storage(string name)
    {
        var platform = PlatformCatalog.Find(name)!;
        foreach (var alternate in platform.Alternates)
        {
            var storage = platform.StorageOf(alternate.Storage);
            foreach (var text in alternate.Texts)
            {
                Assert.True(DfuMemoryMap.TryParse(text.Text, out var map), text.Text);
                Assert.Equal(alternate.Offset.Value + storage.Start.Value, map!.Segments[0].Start);
                Assert.Equal(storage.Range.Length, (uint)(map.Segments[^1].End - map.Segments[0].Start));
            }
        }
    }

    [Fact]
    public void Every_real_release_file_lies_where_the_platform_has_it()
    {
        foreach (var (name, os) in RealReleases.All)
        {
            var platform = PlatformCatalog.Require(name);
            foreach (var module in RealReleases.Of(name, os).Append(RealReleases.Tinker(name)))
            {
                var positions = platform.Find(module.Id)!.PositionsFor(DeviceOsVersion.Parse(os));
                Assert.Contains(positions, p => p.Start == module.Range.Start && p.Range.Contains(module.Range));
            }
        }
    }

    [Fact]
    public void Every_USB_identity_names_one_platform_and_one_mode()
    {
        foreach (var platform in PlatformCatalog.All)
        {
            if (platform.Usb is { } usb) Assert.Equal((platform, false), PlatformCatalog.Find(usb));
            if (platform.DfuUsb is { } dfu) Assert.Equal((platform, true), PlatformCatalog.Find(dfu));
        }
    }
}

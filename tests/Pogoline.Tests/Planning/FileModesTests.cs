using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Tests.Planning;

public class FileModesTests
{
    static readonly ModuleFunction[] Files = [ModuleFunction.Bootloader, ModuleFunction.Ncp, ModuleFunction.RadioStack, ModuleFunction.SystemPart, ModuleFunction.UserPart];

    [Fact]
    public void Every_kind_of_file_goes_by_serial_and_control_and_all_but_the_NCP_by_DFU()
    {
        foreach (var file in Files)
        {
            Assert.Equal(Delivery.Update, FileModes.Find(file, Route.Serial)?.How);
            Assert.Equal(Delivery.Update, FileModes.Find(file, Route.Control)?.How);
            Assert.Equal(
                file switch { ModuleFunction.Ncp => null, ModuleFunction.Bootloader => Delivery.OtaFlag, _ => Delivery.Direct }, FileModes.Find(file, Route.Dfu)?.How);
        }
        Assert.Equal(14, FileModes.All.Count);
    }

    [Fact]
    public void A_route_has_its_modes_whatever_the_file()
    {
        Assert.All(FileModes.All, cell => Assert.Equal(cell.Route switch
        {
            Route.Dfu => [DeviceMode.Dfu],
            Route.Serial => [DeviceMode.Listening],
            _ => (DeviceMode[])[DeviceMode.Normal, DeviceMode.Listening, DeviceMode.Safe],
        }, cell.Modes));
    }

    [Fact]
    public void A_file_that_a_route_cannot_take_is_refused_with_those_that_can()
    {
        var fault = Assert.Throws<PogolineException>(() => FileModes.Require(PlatformCatalog.Require("argon"), new(ModuleFunction.Ncp, 0), Route.Dfu));
        Assert.Equal(PlanFaults.FileMode, fault.Code);
        Assert.Contains("serial (listening mode)", fault.Remedy, StringComparison.Ordinal);
        Assert.Contains("control requests (normal, listening, safe mode)", fault.Remedy, StringComparison.Ordinal);
        Assert.Contains("no wired route", Assert.Throws<PogolineException>(() => FileModes.Require(PlatformCatalog.Require("boron"), new(ModuleFunction.Asset, 0), Route.Control)).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_in_the_documentation_is_the_one_that_is_enforced()
    {
        var rows = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Docs", "flows.md")).SkipWhile(line => !line.StartsWith("| file |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|')).Select(line => line.Split('|', StringSplitOptions.TrimEntries)[1..^1]).ToList();
        string[] names = ["bootloader", "NCP", "SoftDevice", "system part", "user firmware"];
        Assert.Equal(names, rows.Select(row => row[0]));
        foreach (var (file, row) in Files.Zip(rows))
        {
            foreach (var (route, cell) in new[] { Route.Dfu, Route.Serial, Route.Control }.Zip(row.Skip(1)))
            {
                Assert.StartsWith(FileModes.Find(file, route)?.How switch { Delivery.Direct => "yes", Delivery.Update => "yes", Delivery.OtaFlag => "flag", _ => "no" }, cell, StringComparison.Ordinal);
            }
        }
    }
}

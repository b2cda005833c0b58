using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Tests.Programming;

namespace Pogoline.Tests.Planning;

public class DfuUtilCommandsTests
{
    [Fact]
    public void A_Boron_without_a_soft_device_is_done_by_these_command_lines() => Assert.Equal(
    [
        "# put the board into DFU mode: hold MODE while resetting until the LED blinks yellow",
        "tail -c +25 softdevice.bin > softdevice.bin.stripped   # without its 24-byte header",
        "dfu-util -d ,2b04:d00d -S e00fce680000000000000001 -i 0 -a 0 -s 0x00001000 -D softdevice.bin.stripped",
        "dfu-util -d ,2b04:d00d -S e00fce680000000000000001 -i 0 -a 0 -s 0x00030000 -D system-part1.bin",
        "dfu-util -d ,2b04:d00d -S e00fce680000000000000001 -i 0 -a 2 -s 0x80289000 -D bootloader.bin",
        "printf '\\245' > byte-a5.bin",
        "dfu-util -d ,2b04:d00d -S e00fce680000000000000001 -i 0 -a 1 -s 1753:leave -D byte-a5.bin",
    ], Commands("boron", "2.2.0", "e00fce680000000000000001"));

    [Fact]
    public void A_Photon_gets_bootloader_and_flag_before_the_system_parts() => Assert.Equal(
    [
        "# put the board into DFU mode: hold MODE while resetting until the LED blinks yellow",
        "dfu-util -d ,2b04:d006 -i 0 -a 0 -s 0x080C0000 -D bootloader.bin",
        "printf '\\245' > byte-a5.bin",
        "dfu-util -d ,2b04:d006 -i 0 -a 1 -s 1753 -D byte-a5.bin",
        "dfu-util -d ,2b04:d006 -i 0 -a 0 -s 0x08020000 -D system-part1.bin",
        "dfu-util -d ,2b04:d006 -i 0 -a 0 -s 0x08060000:leave -D system-part2.bin",
    ], Commands("photon", "2.2.0", null));

    static IEnumerable<string> Commands(string name, string os, string? serial)
    {
        var platform = PlatformCatalog.Require(name);
        // A running board that holds nothing but its old system, so that everything is written.
        var inventory = Inventory.Holding(platform, RealReleases.Of(name, "1.5.2").Where(m => m.Id.Function != ModuleFunction.RadioStack));
        var plan = DfuPlanner.Make(inventory, Bench.GoalOf(name, os));
        return DfuUtilCommands.Of(plan, platform, serial, sha256 => $"{plan.Modules.First(m => m.Sha256 == sha256).Name}.bin").Where(line => !line.StartsWith("# the board restarts", StringComparison.Ordinal));
    }
}

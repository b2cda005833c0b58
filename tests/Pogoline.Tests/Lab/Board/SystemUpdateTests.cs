using Pogoline.Lab.Board;
using Pogoline.Lab.Control;
using Pogoline.Programming;

namespace Pogoline.Tests.Lab.Board;

public sealed class SystemUpdateTests
{
    [Theory]
    [InlineData("photon", "2.2.0", "2.3.1", "bootloader")]
    [InlineData("electron", "2.2.0", "2.3.1", "system-part1")]
    [InlineData("boron", "2.2.0", "4.0.2", "bootloader")]
    [InlineData("boron", "1.5.2", "2.2.0", "bootloader")]
    [InlineData("argon", "2.2.0", "4.0.2", "bootloader")]
    [InlineData("b5som", "2.2.0", "4.0.2", "bootloader")]
    public async Task A_module_over_the_serial_port_is_installed_and_runs(string board, string from, string to, string module)
    {
        await using var unit = Make(board, from);
        await using var serial = await SerialClient.OpenAsync(unit);
        Assert.StartsWith("Waiting for the binary file", await serial.SayAsync("f"), StringComparison.Ordinal);
        var text = await serial.SendFileAsync(Boards.File(board, to, module));
        Assert.StartsWith("\u0006\r\nDownloaded file successfully!\r\nName: binary\r\nSize: ", text, StringComparison.Ordinal);
        Assert.EndsWith("Restarting system to apply firmware update...\r\n", text, StringComparison.Ordinal);
        Assert.True(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(5), default));
        Assert.True(Holds(unit, Boards.File(board, to, module)));
    }

    [Theory]
    [InlineData("boron", "2.2.0", "4.0.2")]
    [InlineData("photon", "2.2.0", "2.3.1")]
    [InlineData("tracker", "2.2.0", "4.0.2")]
    public async Task Requests_install_the_bootloader_and_then_what_needs_it(string board, string from, string to)
    {
        await using var unit = Make(board, from);
        var client = new ControlClient(unit);
        Assert.Equal(("finish", 0), await client.UpdateAsync(Boards.File(board, to, "bootloader")));
        Assert.True(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(5), default));
        if (board == "tracker") return;
        Assert.Equal(("finish", 0), await client.UpdateAsync(Boards.File(board, to, "system-part1")));
        Assert.True(await unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(5), default));
        Assert.True(Holds(unit, Boards.File(board, to, "system-part1")));
    }

    [Theory]
    [InlineData("2.2.0", -1340, "-1340")]
    [InlineData("1.5.2", 1, "0x4")]
    public async Task What_the_board_lacks_for_a_module_is_said_in_the_way_of_its_version(string os, int result, string text)
    {
        await using var unit = Make("boron", os);
        var part = Boards.File("boron", os == "2.2.0" ? "4.0.2" : "2.2.0", "system-part1");
        var client = new ControlClient(unit);
        var resets = unit.Board.Resets;
        Assert.Equal(("finish", result), await client.UpdateAsync(part));
        Assert.Equal(("finish", os == "2.2.0" ? result : 0), await client.UpdateAsync(part, validateOnly: true));
        Assert.Equal(resets, unit.Board.Resets);
        Assert.Equal(-210, (await client.AskAsync(ControlType.FinishUpdate)).Result);
        await using var serial = await SerialClient.OpenAsync(unit);
        await serial.SayAsync("f");
        Assert.Equal($"\u0018\u0018Validation failed: {text}\r\n", await serial.SendFileAsync(part));
        await unit.WaitForAsync(UnitPresence.Absent, TimeSpan.FromSeconds(1), default);
        Assert.Equal(resets + 1, unit.Board.Resets);
    }

    [Fact]
    public async Task A_damaged_image_is_refused_and_nothing_changes()
    {
        await using var unit = Make("boron", "2.2.0");
        var before = unit.Board.ReadInventory()!.Select(entry => entry.Header).ToList();
        var part = Boards.File("boron", "2.2.0", "system-part1");
        part[5000] ^= 1;
        Assert.Equal(("finish", -1330), await new ControlClient(unit).UpdateAsync(part));
        Assert.Equal(("finish", -1360), await new ControlClient(unit).UpdateAsync(Boards.File("bsom", "2.2.0", "system-part1")));
        unit.Board.Reset();
        Assert.Equal(before, unit.Board.ReadInventory()!.Select(entry => entry.Header));
    }

    [Fact]
    public async Task From_3_0_0_on_a_transfer_that_was_broken_off_blocks_updates_until_a_reset()
    {
        await using var unit = Make("boron", "4.0.2");
        var client = new ControlClient(unit);
        await using (var serial = await SerialClient.OpenAsync(unit))
        {
            await serial.SayAsync("f");
            Assert.Equal("\u0006C", await serial.SayAsync(SerialClient.Header("x", 5000)));
            Assert.EndsWith("Aborted by user.\r\n", await serial.SayAsync("a"), StringComparison.Ordinal);
            await serial.SayAsync("f");
            Assert.Contains("The file size is higher", await serial.SayAsync(SerialClient.Header("x", 5000)), StringComparison.Ordinal);
        }
        Assert.Equal(-210, (await client.AskAsync(ControlType.StartUpdate, [0x08, 0x64])).Result);
        Assert.Equal(0, (await client.AskAsync(ControlType.CancelUpdate)).Result);
        Assert.Equal(-210, (await client.AskAsync(ControlType.StartUpdate, [0x08, 0x64])).Result);
        unit.Board.Reset();
        Assert.Equal(0, (await client.AskAsync(ControlType.StartUpdate, [0x08, 0x64])).Result);
    }

    [Fact]
    public async Task An_update_that_stands_still_ends_in_a_reset()
    {
        var time = new VirtualTime();
        await using var unit = Make("boron", "2.2.0", new(LabTiming.None, time));
        Assert.Equal(0, (await new ControlClient(unit).AskAsync(ControlType.StartUpdate, [0x08, 0x64])).Result);
        var resets = unit.Board.Resets;
        time.Advance(TimeSpan.FromMinutes(5.1));
        Assert.Equal(resets + 1, unit.Board.Resets);
    }

    [Theory]
    [InlineData("2.2.0", 0)]
    [InlineData("4.0.2", -1351)]
    public async Task Too_large_an_update_is_noticed_at_once_from_3_0_0_on(string os, int result)
    {
        await using var unit = Make("boron", os);
        Assert.Equal(result, (await new ControlClient(unit).AskAsync(ControlType.StartUpdate, [0x08, 0x81, 0xE0, 0x5D])).Result);
    }

    [Fact]
    public async Task Erasing_takes_the_time_of_the_flash_while_the_request_is_pending()
    {
        var time = new VirtualTime();
        await using var unit = Make("photon", "2.2.0", new(LabTiming.Datasheet, time));
        var client = new ControlClient(unit);
        var before = time.Elapsed;
        Assert.Equal(0, (await client.AskAsync(ControlType.StartUpdate, [0x08, 0x80, 0x80, 0x10])).Result); // 262144 bytes: two sectors
        Assert.InRange((time.Elapsed - before).TotalSeconds, 1.5, 5);
    }

    [Theory]
    [InlineData(new byte[] { 0x15, 0x15, 0x15, 0x15, 0x15, 0x15 }, "CCCCCC\u0018\u0018\u0018\u0018Failed to receive the file!\r\n")]
    [InlineData(new byte[] { 0x18, 0x18 }, "\u0006\u0018\u0018Failed to receive the file!\r\n")]
    public async Task A_host_that_refuses_or_gives_up_leaves_the_console_alive(byte[] storm, string answer)
    {
        await using var unit = Make("boron", "2.2.0");
        await using var serial = await SerialClient.OpenAsync(unit);
        await serial.SayAsync("f");
        Assert.Equal("\u0006C", await serial.SayAsync(SerialClient.Header("x", 5000)));
        Assert.Equal("\u0006", await serial.SayAsync(SerialClient.Packet(1, new byte[1024])));
        Assert.Equal("\u0015", await serial.SayAsync(SerialClient.Packet(3, new byte[1024])));
        Assert.Equal("\u0015", await serial.SayAsync(SerialClient.Packet(1, new byte[1024])));
        Assert.Equal(answer, await serial.SayAsync(storm));
        Assert.Equal("Device claimed: no\r\n", await serial.SayAsync("c"));
    }

    [Fact]
    public async Task A_host_that_falls_silent_is_given_up_after_half_a_minute()
    {
        var time = new VirtualTime();
        await using var unit = Make("boron", "2.2.0", new(LabTiming.None, time));
        await using var serial = await SerialClient.OpenAsync(unit);
        await serial.SayAsync("f");
        await serial.SayAsync(SerialClient.Header("x", 5000));
        await serial.SayAsync(SerialClient.Packet(1, new byte[1024])[..500]);
        var client = new ControlClient(unit);
        var waiting = await client.Service(ControlService.Init, 0, ControlType.DeviceId);
        Assert.Equal(ServiceStatus.Pending, (await client.Service(ControlService.Check, 0, waiting.Id!.Value)).Status);
        var heard = "";
        while (!heard.EndsWith('\n')) heard += await serial.HearAsync(TimeSpan.FromSeconds(6));
        Assert.Equal("CCCCCC\u0018\u0018\u0018\u0018Failed to receive the file!\r\n", heard);
        Assert.Equal(0, (await client.FetchAsync(waiting.Id!.Value)).Result);
    }

    [Fact]
    public async Task A_board_that_loses_its_power_in_a_transfer_starts_as_before()
    {
        await using var unit = Make("boron", "2.2.0");
        var before = unit.Board.ReadInventory()!.Select(entry => entry.Header).ToList();
        await using (var serial = await SerialClient.OpenAsync(unit))
        {
            await serial.SayAsync("f");
            await serial.SayAsync(SerialClient.Header("x", 5000));
            unit.Board.CutPower();
            Assert.Equal("", await serial.SayAsync(SerialClient.Packet(1, new byte[1024])));
        }
        unit.Board.PowerOn();
        Assert.Equal(before, unit.Board.ReadInventory()!.Select(entry => entry.Header));
    }

    static bool Holds(VirtualUnit unit, byte[] image)
    {
        Assert.True(Pogoline.Lab.Boot.ModuleImage.TryRead(image, unit.Platform.Generation, out var module));
        return unit.Board.Hardware.Flash.Read(module.Header.Start, image.Length).SequenceEqual(image);
    }

    static VirtualUnit Make(string board, string os, LabClock? clock = null)
    {
        clock ??= LabClock.Immediate();
        var unit = new VirtualUnit(Boards.MakeRunning(board, os, clock), clock, "lab-1");
        while (((VirtualTime)clock.Time).AdvanceToNextTimer(TimeSpan.FromSeconds(10))) { }
        return unit;
    }
}

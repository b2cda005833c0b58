namespace Pogoline.Tests.Lab;

public sealed class DfuGen3DeviceTests
{
    const string Eight = "0102030405060708";
    const string UserPartHeader = "00400b00 00000c00 0000 0600 0c00 05 01 04 00 e40c 00000000";

    [Fact]
    public void A_write_takes_an_erase_an_address_and_a_block_each_with_two_status_requests()
    {
        var dfu = new DfuConversation("argon", "3.3.1");
        dfu.Alternate(0);
        Assert.Equal("000000000200", dfu.GetStatus());
        Assert.Equal(("000000000400", "000000000500"), dfu.Do(0, "4100400d00"));
        Assert.Equal(("000000000400", "000000000500"), dfu.Do(0, "2100400d00"));
        Assert.Equal(("000000000400", "000000000500"), dfu.Do(2, Eight));
        Assert.Equal(Eight, Convert.ToHexStringLower(dfu.Storage.Internal.Read(new(0xD4000), 8)));
    }

    [Fact]
    public void Leaving_resets_half_a_second_after_its_status_request()
    {
        var dfu = new DfuConversation("argon", "3.3.1");
        dfu.Download(7, "");
        Assert.Null(dfu.Device.Elapse(10_000));
        Assert.Equal("000000000700", dfu.GetStatus());
        Assert.Equal(500, dfu.Device.MillisecondsToReset);
        Assert.Null(dfu.Device.Elapse(499));
        Assert.Equal(1, dfu.Device.Elapse(20));
        Assert.Null(dfu.Device.MillisecondsToReset);
    }

    [Fact]
    public void One_status_request_too_many_keeps_it_in_DFU()
    {
        var dfu = new DfuConversation("argon", "3.3.1");
        dfu.Download(0, "");
        dfu.GetStatus();
        Assert.Equal("STALL", dfu.GetStatus());
        Assert.Null(dfu.Device.MillisecondsToReset);
        Assert.Null(dfu.Device.Elapse(10_000));
    }

    [Theory]
    [InlineData("92", "0e0000000a00")]
    [InlineData("55", "0f0000000a00")]
    [InlineData("41", "010000000a00")]
    [InlineData("4100002000", "0e0000000a00")]
    [InlineData("4100001000", "0e0000000a00")]
    [InlineData("4100000000", "0e0000000a00")]
    public void A_refused_command_shows_in_the_second_status(string command, string second)
    {
        var dfu = new DfuConversation("argon", "3.3.1");
        Assert.Equal(("000000000400 STALL", second), dfu.Do(0, command));
        Assert.Equal("ack", dfu.ClearStatus());
        Assert.Equal("000000000200", dfu.GetStatus());
    }

    [Fact]
    public void Command_00_is_a_trap_that_only_an_error_leads_out_of()
    {
        var dfu = new DfuConversation("argon", "3.3.1");
        Assert.Equal(("000000000400", "STALL"), dfu.Do(0, "00"));
        Assert.Equal("0e0000000a00", dfu.GetStatus());
    }

    [Theory]
    [InlineData("3.0.0", "cccccccc")]
    [InlineData("3.1.0", "ffffffff")]
    public void User_firmware_at_the_256K_position_drops_that_at_the_128K_position_from_3_1_0_on(string release, string left)
    {
        var dfu = new DfuConversation("argon", release);
        dfu.Storage.Internal.Load(new(0xD4000), [0xCC, 0xCC, 0xCC, 0xCC]);
        dfu.PointTo(0xB4000);
        dfu.Do(2, UserPartHeader);
        Assert.Equal(left, dfu.ReadAt(0xD4000, 4));
    }

    [Fact]
    public void The_bootloader_of_1_5_2_reaches_only_half_of_the_8_MiB_chip()
    {
        var dfu = new DfuConversation("b5som", "1.5.2", options => options with { ExternalFlashReach = 4 << 20 });
        dfu.Alternate(2);
        Assert.Equal("000000000400", dfu.Erase(0x803FF000).First);
        Assert.Equal("000000000400 STALL", dfu.Erase(0x80401000).First);
    }

    [Fact]
    public void Erasing_at_the_end_of_the_external_flash_hits_its_first_sector()
    {
        var dfu = new DfuConversation("argon", "3.3.1");
        dfu.Storage.External!.Load(new(0), [1, 2, 3, 4]);
        dfu.Alternate(2);
        Assert.Equal(("000000000400", "000000000500"), dfu.Erase(0x80400000));
        Assert.Equal("ffffffff", dfu.ReadAt(0x80000000, 4));
    }

    [Theory]
    [InlineData("2.2.0", "@DCD Flash   /0x00000000/1*016Ke")]
    [InlineData("4.0.2", "@DCT Flash   /0x00000000/1*016Ke")]
    public void The_name_of_the_DCT_depends_on_the_release(string release, string text) =>
        Assert.Equal(text, new DfuConversation("boron", release).StringDescriptor(7));

    [Theory]
    [InlineData("6.1.0", "002141", "STALL")]
    [InlineData("6.1.1", "002141fa", "STALL")]
    [InlineData("6.2.0", "002141fafb", "sm=o\0\0\0\0")]
    public void Newer_bootloaders_have_more_commands(string release, string commands, string securityMode)
    {
        var dfu = new DfuConversation("boron", release);
        Assert.Equal(commands, dfu.Upload(0, 64));
        Assert.Equal(securityMode, dfu.StringDescriptor(0xFA));
    }

    [Fact]
    public void The_safe_mode_command_leaves_into_safe_mode()
    {
        var dfu = new DfuConversation("boron", "6.2.0");
        Assert.Equal(("000000000400", "000000000700"), dfu.Do(0, "fa"));
        Assert.True(((Pogoline.Lab.Dfu.Gen3DfuDevice)dfu.Device).SafeModeRequested);
        Assert.Equal(500, dfu.Device.MillisecondsToReset);
    }

    [Fact]
    public void Flash_times_add_up_for_whoever_lets_them_pass()
    {
        var dfu = new DfuConversation("argon", "3.3.1");
        dfu.Erase(0xD4000);
        Assert.Equal(TimeSpan.FromMilliseconds(85), dfu.Storage.TakeBusyTime());
        dfu.PointTo(0xD4000);
        dfu.Do(2, Eight);
        Assert.Equal(TimeSpan.FromMicroseconds(82), dfu.Storage.TakeBusyTime());
        Assert.Equal(TimeSpan.Zero, dfu.Storage.TakeBusyTime());
    }
}

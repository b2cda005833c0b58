namespace Pogoline.Tests.Lab;

public sealed class DfuGen2DeviceTests
{
    [Fact]
    public void The_OTA_flag_is_written_as_in_the_trace()
    {
        var dfu = new DfuConversation("photon", "2.3.1");
        dfu.Alternate(1);
        Assert.Equal(("000000000400", "000000000500"), dfu.Do(0, "21d9060000"));
        Assert.Equal(("000100000400", "000100000500"), dfu.Do(2, "a5"));
        Assert.Equal("ack", dfu.Download(0, ""));
        Assert.Equal("000100000500", dfu.GetStatus());
        Assert.Equal("000100000800", dfu.GetStatus());
        Assert.Equal(500, dfu.Device.Elapse(600));
        Assert.Equal(0xA5, dfu.Storage.Dct.Bytes[1753]);
    }

    [Fact]
    public void A_refused_erase_looks_like_success_and_moves_the_pointer()
    {
        var dfu = new DfuConversation("photon", "2.3.1");
        dfu.Storage.Internal.Load(new(0x08000000), [1, 2, 3, 4]);
        Assert.Equal(("000000000400 STALL", "000000000500"), dfu.Do(0, "4100000008"));
        dfu.Abort();
        Assert.Equal("01020304", dfu.Upload(2, 4));
    }

    [Fact]
    public void Bits_that_cannot_be_set_are_noticed_only_by_the_late_stall()
    {
        var dfu = new DfuConversation("photon", "2.3.1");
        dfu.Storage.Internal.Load(new(0x080A0004), [0x0F]);
        dfu.PointTo(0x080A0000);
        Assert.Equal(("000000000400 STALL", "000000000500"), dfu.Do(2, "11111111f0f0f0f022222222"));
        Assert.Equal("1111111100f0f0f022222222", dfu.ReadAt(0x080A0000, 12));
    }

    [Fact]
    public void A_block_that_ends_inside_a_word_must_find_the_rest_of_it_erased()
    {
        var dfu = new DfuConversation("photon", "2.3.1");
        dfu.Storage.Internal.Load(new(0x080A0002), [0x33, 0x44]);
        dfu.PointTo(0x080A0000);
        Assert.Equal("000000000400 STALL", dfu.Do(2, "1122").First);
        Assert.Equal("11223344", dfu.ReadAt(0x080A0000, 4));
    }

    [Fact]
    public void Without_the_system_parts_the_DCT_reads_as_zeros_and_refuses_writes()
    {
        var usable = true;
        var dfu = new DfuConversation("photon", "2.3.1", options => options with { DctUsable = () => usable });
        dfu.Alternate(1);
        dfu.PointTo(0x64);
        Assert.Equal("000100000400", dfu.Do(2, "5a").First);
        usable = false;
        Assert.Equal("000100000400 STALL", dfu.Do(2, "a5").First);
        Assert.Equal("00", dfu.ReadAt(0x64, 1));
        usable = true;
        Assert.Equal("5a", dfu.ReadAt(0x64, 1));
    }

    [Fact]
    public void Nothing_cancels_the_leave_timer()
    {
        var dfu = new DfuConversation("electron", "2.3.1");
        dfu.Download(0, "");
        dfu.GetStatus();
        dfu.Device.Elapse(499);
        dfu.ClearStatus();
        dfu.ClearStatus();
        dfu.Device.BusReset();
        Assert.Equal(1, dfu.Device.Elapse(1));
    }

    [Fact]
    public void The_serial_flash_of_the_P1_goes_round_at_its_end()
    {
        var dfu = new DfuConversation("p1", "2.3.1");
        dfu.Alternate(2);
        dfu.PointTo(0xFFFFE);
        Assert.Equal(("000000000400", "000000000500"), dfu.Do(2, "11223344"));
        Assert.Equal("3344", dfu.ReadAt(0, 2));
        Assert.Equal("11223344", dfu.ReadAt(0xFFFFE, 4));
    }

    [Fact]
    public void A_DCT_write_takes_as_long_as_copying_the_table_to_its_other_sector()
    {
        var dfu = new DfuConversation("electron", "2.3.1");
        dfu.Alternate(1);
        dfu.PointTo(1753);
        dfu.Do(2, "a5");
        Assert.InRange(dfu.Storage.TakeBusyTime(), TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(400));
    }

    [Theory]
    [InlineData("0.7.0", "E00FCE68FFFFFFFFFFFFFFFF")]
    [InlineData("0.8.0", "e00fce68ffffffffffffffff")]
    public void The_serial_number_was_in_upper_case_before_0_8_0(string release, string text) =>
        Assert.Equal(text, new DfuConversation("electron", release).StringDescriptor(3));

    [Fact]
    public void An_unaddressed_device_takes_no_configuration()
    {
        var dfu = new DfuConversation("photon", "2.3.1");
        dfu.Device.BusReset();
        Assert.Equal("STALL", dfu.Send("0009 0100 0000 0000"));
        Assert.Equal("1201000200000040", dfu.Send("8006 0001 0000 1200"));
        Assert.Equal("ack", dfu.Send("0005 0700 0000 0000"));
        Assert.Equal("ack", dfu.Send("0009 0100 0000 0000"));
    }
}

using FsCheck;
using FsCheck.Fluent;
using Pogoline.Lab.UsbIp;

namespace Pogoline.Tests.Lab.UsbIp;

public sealed class UsbIpRequestTests
{
    [Fact]
    public void A_submit_is_read_field_by_field()
    {
        var header = Convert.FromHexString("00000001" + "00000007" + "00010002" + "00000001" + "00000000" + "00000200"
            + "00000012" + "00000000" + "00000000" + "00000000" + "8006000100001200");
        Assert.True(UsbIpRequest.TryRead(header, out var request));
        Assert.Equal(new(UsbIpCommand.Submit, 7, 0x10002, true, 0, 18, new(0x80, 6, 0x0100, 0, 18), 0), request);
    }

    [Theory]
    [InlineData(0, 3)] // a reply
    [InlineData(12, 2)] // no direction
    [InlineData(16, 16)] // no endpoint
    [InlineData(24, -1)] // negative length
    [InlineData(24, UsbIpRequest.MaxLength + 1)]
    [InlineData(32, 1)] // isochronous
    public void What_is_no_submit_is_refused(int offset, int value)
    {
        var header = new byte[UsbIpRequest.HeaderLength];
        header[3] = 1;
        Assert.True(UsbIpRequest.TryRead(header, out _));
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(offset), value);
        Assert.False(UsbIpRequest.TryRead(header, out _));
    }

    [Fact]
    public void No_header_throws_and_what_is_taken_is_within_bounds() => Prop.ForAll(
        ArbMap.Default.ArbFor<byte[]>().Generator.Select(bytes =>
        {
            Array.Resize(ref bytes, UsbIpRequest.HeaderLength);
            return bytes;
        }).ToArbitrary(),
        header => !UsbIpRequest.TryRead(header, out var request) || request is { Length: >= 0 and <= UsbIpRequest.MaxLength, Endpoint: < 16 })
        .QuickCheckThrowOnFailure();
}

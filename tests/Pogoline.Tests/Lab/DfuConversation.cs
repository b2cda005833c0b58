using Pogoline.Lab.Dfu;
using Pogoline.Lab.Flash;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Tests.Lab;

/// <summary>Talks to a virtual DFU device in hex text, as the traces of docs/dfu.md are written.</summary>
sealed class DfuConversation
{
    public DfuConversation(string platform, string bootloaderRelease, Func<DfuDeviceOptions, DfuDeviceOptions>? with = null)
    {
        Storage = new(PlatformCatalog.Require(platform));
        DfuDeviceOptions options = new()
        {
            Platform = PlatformCatalog.Require(platform),
            DeviceId = "e00fce68ffffffffffffffff",
            BootloaderRelease = DeviceOsVersion.Parse(bootloaderRelease),
        };
        Device = DfuUsbDevice.Create(with?.Invoke(options) ?? options, Storage);
        Send("0005 0500 0000 0000");
        Send("0009 0100 0000 0000");
    }

    public BoardStorage Storage { get; }

    public DfuUsbDevice Device { get; }

    /// <summary>What the device does: hex data, <c>ack</c>, <c>STALL</c>, <c>silence</c>; a late STALL follows the data.</summary>
    public string Send(string setup, string data = "")
    {
        var packet = SetupPacket.Read(Bytes(setup));
        var reply = Device.Control(packet, Bytes(data));
        var returned = packet is { IsIn: true, Length: > 0 } ? Convert.ToHexStringLower(reply.Data.Span) : "ack";
        return reply.Outcome switch
        {
            ControlOutcome.Stalled => "STALL",
            ControlOutcome.NoReply => "silence",
            ControlOutcome.LateStalled => returned + " STALL",
            _ => returned,
        };
    }

    public string Alternate(int number) => Send($"010b {number:x2}00 0000 0000");

    public string Download(int block, string data)
    {
        var length = Bytes(data).Length;
        return Send($"2101 {(byte)block:x2}{block >> 8:x2} 0000 {(byte)length:x2}{length >> 8:x2}", data);
    }

    public string Upload(int block, int length) => Send($"a102 {(byte)block:x2}{block >> 8:x2} 0000 {(byte)length:x2}{length >> 8:x2}");

    public string GetStatus() => Send("a103 0000 0000 0600");

    public string ClearStatus() => Send("2104 0000 0000 0000");

    public string Abort() => Send("2106 0000 0000 0000");

    /// <summary>A download with its two GETSTATUS: gives what the two say.</summary>
    public (string First, string Second) Do(int block, string data)
    {
        Assert.Equal("ack", Download(block, data));
        return (GetStatus(), GetStatus());
    }

    public void PointTo(uint address) => Do(0, Command(0x21, address));

    public (string First, string Second) Erase(uint address) => Do(0, Command(0x41, address));

    /// <summary>What an upload of block 2 gives.</summary>
    public string ReadAt(uint address, int length)
    {
        PointTo(address);
        Abort();
        var data = Upload(2, length);
        Abort();
        return data;
    }

    public string StringDescriptor(byte index)
    {
        var reply = Send($"8006 {index:x2}03 0904 ff00");
        return reply == "STALL" ? reply : System.Text.Encoding.Unicode.GetString(Convert.FromHexString(reply)[2..]);
    }

    static string Command(byte command, uint address) =>
        $"{command:x2}{(byte)address:x2}{(byte)(address >> 8):x2}{(byte)(address >> 16):x2}{address >> 24:x2}";

    static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
}

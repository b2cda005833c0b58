using System.Buffers.Binary;
using System.Text;
using Pogoline.Lab.Dfu;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Lab.Board;

/// <summary>What a host asked of the running system by a baud rate.</summary>
enum LineCodingCommand
{
    None,
    EnterDfu,
    Listen,
}

/// <summary>
/// Endpoint 0 of a board whose system runs: enough to be identified, and the line coding by which a host sends it to DFU or listening mode.
/// </summary>
/// <param name="platform">The board.</param>
/// <param name="deviceId">The serial number string.</param>
sealed class SystemUsbDevice(Platform platform, string deviceId)
{
    const uint DfuBaud = 14400;
    const uint ListenBaud = 28800;
    const byte SetLineCoding = 0x20;
    const byte GetLineCoding = 0x21;
    const byte SetControlLineState = 0x22;
    const byte SendBreak = 0x23;
    const byte MicrosoftString = 0xEE;

    readonly byte[] _lineCoding = [0x80, 0x25, 0, 0, 0, 0, 8];
    readonly byte[] _configuration = SystemUsbDescriptors.Configuration(platform.Generation);
    readonly byte[] _device = SystemUsbDescriptors.Device(platform);
    bool _configured;

    /// <summary>One control transfer.</summary>
    public ControlReply Control(SetupPacket setup, ReadOnlySpan<byte> data, out LineCodingCommand command)
    {
        command = LineCodingCommand.None;
        switch (setup.RequestType, setup.Request)
        {
            case (0x00, 5): return ControlReply.Acknowledge;
            case (0x00, 9): _configured = setup.Value != 0; return ControlReply.Acknowledge;
            case (0x80, 8): return ControlReply.Of(new[] { (byte)(_configured ? 1 : 0) }, setup.Length);
            case (0x80 or 0x81 or 0x82, 0): return ControlReply.Of(new byte[2], setup.Length);
            case (0x80, 6): return Descriptor(setup);
            case (0x01, 11): return setup.Value == 0 ? ControlReply.Acknowledge : ControlReply.Stall;
            case (0x81, 10): return ControlReply.Of(new byte[1], setup.Length);
            case (0x21, SetLineCoding) when data.Length >= _lineCoding.Length:
                data[.._lineCoding.Length].CopyTo(_lineCoding);
                command = BinaryPrimitives.ReadUInt32LittleEndian(data) switch
                {
                    DfuBaud => LineCodingCommand.EnterDfu,
                    ListenBaud => LineCodingCommand.Listen,
                    _ => LineCodingCommand.None,
                };
                return ControlReply.Acknowledge;
            case (0xA1, GetLineCoding): return ControlReply.Of(_lineCoding, setup.Length);
            case (0x21, SetControlLineState or SendBreak): return ControlReply.Acknowledge;
            default: return ControlReply.Stall;
        }
    }

    ControlReply Descriptor(SetupPacket setup) => (setup.Value >> 8, (byte)setup.Value) switch
    {
        (1, _) => ControlReply.Of(_device, setup.Length),
        (2, 0) => ControlReply.Of(_configuration, setup.Length),
        (3, 0) => ControlReply.Of(new byte[] { 4, 3, 0x09, 0x04 }, setup.Length),
        (3, 1) => Text("Particle", setup),
        (3, 2) => Text(SystemUsbDescriptors.Product(platform), setup),
        (3, 3) => Text(deviceId, setup),
        (3, MicrosoftString) => Text("MSFT100\u00EE", setup),
        _ => ControlReply.Stall,
    };

    static ControlReply Text(string text, SetupPacket setup)
    {
        var bytes = Encoding.Unicode.GetBytes(text);
        return ControlReply.Of((byte[])[(byte)(bytes.Length + 2), 3, .. bytes], setup.Length);
    }
}

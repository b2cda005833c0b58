using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Pogoline.Links.Swd.Probes.CmsisDap;

/// <summary>Numbers of the CMSIS-DAP commands in use.</summary>
enum DapCommand : byte
{
    Info = 0x00,
    HostStatus = 0x01,
    Connect = 0x02,
    Disconnect = 0x03,
    TransferConfigure = 0x04,
    Transfer = 0x05,
    TransferBlock = 0x06,
    Pins = 0x10,
    Clock = 0x11,
    Sequence = 0x12,
    SwdConfigure = 0x13,
}

/// <summary>What DAP_Info can be asked for.</summary>
enum DapInfoId : byte
{
    FirmwareVersion = 0x04,
    Capabilities = 0xF0,
    PacketCount = 0xFE,
    PacketSize = 0xFF,
}

/// <summary>DAP_Info.</summary>
readonly record struct DapInfo(DapInfoId Id) : IProbeCommand<DapInfo.Reply>
{
    /// <summary>The bytes that came; empty when the probe has none.</summary>
    public readonly record struct Reply(byte[] Data)
    {
        public string Text => Encoding.ASCII.GetString(Data).TrimEnd('\0');

        /// <summary>Up to two bytes as a number; null when there are none.</summary>
        public int? Number => Data.Length switch { 0 => null, 1 => Data[0], _ => BinaryPrimitives.ReadUInt16LittleEndian(Data) };
    }

    public int Write(Span<byte> packet)
    {
        packet[0] = (byte)DapCommand.Info;
        packet[1] = (byte)Id;
        return 2;
    }

    public OperationStatus Parse(ReadOnlySpan<byte> packet, out Reply reply)
    {
        reply = default;
        if (packet.Length < 2 || packet.Length < 2 + packet[1]) return OperationStatus.NeedMoreData;
        reply = new(packet.Slice(2, packet[1]).ToArray());
        return packet[0] == (byte)DapCommand.Info ? OperationStatus.Done : OperationStatus.InvalidData;
    }
}

/// <summary>A command whose reply is its number and one byte; most say 0 for success.</summary>
readonly record struct DapSimple(DapCommand Command, byte[] Arguments) : IProbeCommand<byte>
{
    /// <summary>DAP_Connect to SWD; the reply is the port, 0 for a failure.</summary>
    public static DapSimple ConnectSwd { get; } = new(DapCommand.Connect, [1]);

    /// <summary>DAP_Disconnect.</summary>
    public static DapSimple Disconnect { get; } = new(DapCommand.Disconnect, []);

    /// <summary>DAP_HostStatus for the connect LED.</summary>
    public static DapSimple Led(bool isOn) => new(DapCommand.HostStatus, [0, isOn ? (byte)1 : (byte)0]);

    /// <summary>DAP_TransferConfigure: no idle cycles, no match retries.</summary>
    public static DapSimple Configure(ushort waitRetries) => new(DapCommand.TransferConfigure, [0, (byte)waitRetries, (byte)(waitRetries >> 8), 0, 0]);

    /// <summary>DAP_SWD_Configure: turnaround of one clock, no data phase after WAIT or FAULT.</summary>
    public static DapSimple SwdDefaults { get; } = new(DapCommand.SwdConfigure, [0]);

    /// <summary>DAP_SWJ_Clock.</summary>
    public static DapSimple Clock(int hertz) => new(DapCommand.Clock, BitConverter.GetBytes(hertz));

    /// <summary>DAP_SWJ_Sequence.</summary>
    public static DapSimple Bits(int count, ReadOnlySpan<byte> bits) => new(DapCommand.Sequence, [(byte)count, .. bits]);

    /// <summary>DAP_SWJ_Pins for nRESET; the reply is the state of the pins.</summary>
    public static DapSimple ResetPin(bool isLow, uint waitMicroseconds) =>
        new(DapCommand.Pins, [isLow ? (byte)0 : ResetMask, ResetMask, .. BitConverter.GetBytes(waitMicroseconds)]);

    const byte ResetMask = 0x80;

    public int Write(Span<byte> packet)
    {
        packet[0] = (byte)Command;
        Arguments.CopyTo(packet[1..]);
        return 1 + Arguments.Length;
    }

    public OperationStatus Parse(ReadOnlySpan<byte> packet, out byte reply)
    {
        reply = 0;
        if (packet.Length < 2) return OperationStatus.NeedMoreData;
        reply = packet[1];
        return packet[0] == (byte)Command ? OperationStatus.Done : OperationStatus.InvalidData;
    }
}

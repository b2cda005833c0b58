using System.Buffers.Binary;

namespace Pogoline.Lab.UsbIp;

/// <summary>What a client asks for before it has a device.</summary>
enum UsbIpOperation : ushort
{
    /// <summary>OP_REQ_DEVLIST: the list of devices.</summary>
    ListDevices = 0x8005,

    /// <summary>OP_REQ_IMPORT: one device, which the connection then carries.</summary>
    Import = 0x8003,
}

/// <summary>The numbers of USB/IP 1.1.1 and its messages before import; all fields are big-endian.</summary>
static class UsbIpProtocol
{
    /// <summary>Bytes of the header of an operation.</summary>
    public const int OperationLength = 8;

    /// <summary>Bytes of a bus ID, padded with NUL.</summary>
    public const int BusIdLength = 32;

    /// <summary>Status of a refused import.</summary>
    public const uint Refused = 1;

    const ushort Version = 0x0111;
    const ushort RequestBit = 0x8000;

    /// <summary>Reads the header of a request.</summary>
    /// <param name="source"><see cref="OperationLength"/> bytes.</param>
    /// <param name="operation">What is asked for.</param>
    /// <returns>False for another version or an unknown operation.</returns>
    public static bool TryReadOperation(ReadOnlySpan<byte> source, out UsbIpOperation operation)
    {
        operation = (UsbIpOperation)BinaryPrimitives.ReadUInt16BigEndian(source[2..]);
        return BinaryPrimitives.ReadUInt16BigEndian(source) == Version && Enum.IsDefined(operation);
    }

    /// <summary>Writes the header of a reply.</summary>
    public static void WriteReply(Span<byte> destination, UsbIpOperation operation, uint status)
    {
        BinaryPrimitives.WriteUInt16BigEndian(destination, Version);
        BinaryPrimitives.WriteUInt16BigEndian(destination[2..], (ushort)((ushort)operation & ~RequestBit));
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], status);
    }

    /// <summary>Reads a bus ID: the characters before the first NUL.</summary>
    public static string ReadBusId(ReadOnlySpan<byte> source)
    {
        var end = source.IndexOf((byte)0);
        return System.Text.Encoding.ASCII.GetString(end < 0 ? source : source[..end]);
    }
}

using System.Buffers.Binary;

namespace Pogoline.Lab.UsbIp;

/// <summary>Headers of replies; the numbers of errors are Linux's.</summary>
static class UsbIpReply
{
    /// <summary>The transfer was carried out.</summary>
    public const int Success = 0;

    /// <summary>EPIPE: the device refused with STALL.</summary>
    public const int Stalled = -32;

    /// <summary>EPROTO: the request contradicts itself.</summary>
    public const int ProtocolError = -71;

    /// <summary>ECONNRESET: the transfer was taken back.</summary>
    public const int Unlinked = -104;

    /// <summary>RET_SUBMIT: how a transfer ended.</summary>
    /// <param name="destination">The header.</param>
    /// <param name="sequence">The number of the CMD_SUBMIT.</param>
    /// <param name="status"><see cref="Success"/> or an error.</param>
    /// <param name="count">Bytes moved; to the host, they follow the header.</param>
    public static void WriteSubmit(Span<byte> destination, uint sequence, int status, int count)
    {
        Write(destination, 3, sequence, status);
        BinaryPrimitives.WriteInt32BigEndian(destination[24..], count);
    }

    /// <summary>RET_UNLINK: <see cref="Unlinked"/> when no RET_SUBMIT comes, <see cref="Success"/> when it went before.</summary>
    public static void WriteUnlink(Span<byte> destination, uint sequence, int status) => Write(destination, 4, sequence, status);

    static void Write(Span<byte> destination, uint command, uint sequence, int status)
    {
        destination[..UsbIpRequest.HeaderLength].Clear();
        BinaryPrimitives.WriteUInt32BigEndian(destination, command);
        BinaryPrimitives.WriteUInt32BigEndian(destination[4..], sequence);
        BinaryPrimitives.WriteInt32BigEndian(destination[20..], status);
    }
}

using System.Buffers.Binary;

namespace Pogoline.Links;

/// <summary>The eight bytes that open a USB control transfer (USB 2.0 §9.3).</summary>
/// <param name="RequestType">bmRequestType: direction in bit 7, type in bits 6…5, recipient in bits 4…0.</param>
/// <param name="Request">bRequest.</param>
/// <param name="Value">wValue.</param>
/// <param name="Index">wIndex.</param>
/// <param name="Length">wLength: bytes of the data stage, at most 65535.</param>
public readonly record struct SetupPacket(byte RequestType, byte Request, ushort Value, ushort Index, ushort Length)
{
    /// <summary>The size on the wire, in bytes.</summary>
    public const int Size = 8;

    /// <summary>Whether the data stage, if any, goes from device to host.</summary>
    public bool IsIn => (RequestType & 0x80) != 0;

    /// <summary>Reads the wire form; the span holds at least <see cref="Size"/> bytes.</summary>
    public static SetupPacket Read(ReadOnlySpan<byte> source) => new(
        source[0], source[1], BinaryPrimitives.ReadUInt16LittleEndian(source[2..]),
        BinaryPrimitives.ReadUInt16LittleEndian(source[4..]), BinaryPrimitives.ReadUInt16LittleEndian(source[6..]));

    /// <summary>Writes the wire form.</summary>
    public void Write(Span<byte> destination)
    {
        destination[0] = RequestType;
        destination[1] = Request;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], Value);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], Index);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[6..], Length);
    }
}

/// <summary>
/// Endpoint 0 of one opened USB device. Transfers are carried out in the order they are started in, and several
/// may be under way. A refusal or a vanished device is a result, not an exception.
/// </summary>
public interface IControlPipe : IAsyncDisposable
{
    /// <summary>A transfer whose data stage, if any, goes from device to host; <c>setup.Length</c> is at most <c>data.Length</c>.</summary>
    ValueTask<TransferResult> ReadAsync(SetupPacket setup, Memory<byte> data, TimeSpan timeout, CancellationToken stop);

    /// <summary>A transfer whose data stage, if any, goes from host to device; <c>setup.Length</c> equals <c>data.Length</c>.</summary>
    ValueTask<TransferResult> WriteAsync(SetupPacket setup, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop);

    /// <summary>SET_INTERFACE; apart because operating systems must be told of it.</summary>
    ValueTask<TransferResult> SelectAlternateAsync(byte interfaceNumber, byte alternate, TimeSpan timeout, CancellationToken stop);
}

using System.Buffers;
using System.Buffers.Binary;

namespace Pogoline.Links.Control;

/// <summary>The services that carry a request: bRequest of vendor requests to the device.</summary>
enum ControlService : byte
{
    Init = 1,
    Check = 2,
    Send = 3,
    Receive = 4,
    Reset = 5,
}

/// <summary>How far a service got.</summary>
enum ServiceStatus : ushort
{
    Ok = 0,
    Error = 1,
    Pending = 2,
    Busy = 3,
    NoMemory = 4,
    NotFound = 5,
}

/// <summary>What INIT, CHECK and RESET answer: flags, a status, and the fields that the flags announce.</summary>
readonly record struct ServiceReply(ServiceStatus Status, ushort? Id, uint? Size, int? Result)
{
    /// <summary>wLength of INIT, CHECK and RESET; a device refuses every other.</summary>
    public const ushort TransferLength = 64;

    const uint HasStatus = 1;
    const uint HasId = 2;
    const uint HasSize = 4;
    const uint HasResult = 8;
    const int HeadSize = sizeof(uint) + sizeof(ushort);

    /// <summary>Reads the wire form; <see cref="OperationStatus.InvalidData"/> without a status that is known.</summary>
    public static OperationStatus TryRead(ReadOnlySpan<byte> source, out ServiceReply reply)
    {
        reply = default;
        if (source.Length < HeadSize) return OperationStatus.NeedMoreData;
        var flags = BinaryPrimitives.ReadUInt32LittleEndian(source);
        var status = (ServiceStatus)BinaryPrimitives.ReadUInt16LittleEndian(source[sizeof(uint)..]);
        if ((flags & HasStatus) == 0 || !Enum.IsDefined(status)) return OperationStatus.InvalidData;
        var length = ((flags & HasId) != 0 ? sizeof(ushort) : 0) + ((flags & HasSize) != 0 ? sizeof(uint) : 0) + ((flags & HasResult) != 0 ? sizeof(int) : 0);
        var rest = source[HeadSize..];
        if (rest.Length < length) return OperationStatus.NeedMoreData;
        ushort? id = null;
        uint? size = null;
        int? result = null;
        if ((flags & HasId) != 0)
        {
            id = BinaryPrimitives.ReadUInt16LittleEndian(rest);
            rest = rest[sizeof(ushort)..];
        }
        if ((flags & HasSize) != 0)
        {
            size = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            rest = rest[sizeof(uint)..];
        }
        if ((flags & HasResult) != 0) result = BinaryPrimitives.ReadInt32LittleEndian(rest);
        reply = new(status, id, size, result);
        return OperationStatus.Done;
    }
}

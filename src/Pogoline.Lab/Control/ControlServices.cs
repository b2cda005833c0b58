using System.Buffers.Binary;

namespace Pogoline.Lab.Control;

/// <summary>bRequest of the vendor requests by which a host talks to a running system.</summary>
static class ControlService
{
    public const byte Init = 1;
    public const byte Check = 2;
    public const byte Send = 3;
    public const byte Receive = 4;
    public const byte Reset = 5;

    /// <summary>'P': requests without a transaction.</summary>
    public const byte Raw = 0x50;
}

/// <summary>The status in a service reply.</summary>
enum ServiceStatus : ushort
{
    Ok,
    Error,
    Pending,
    Busy,
    NoMemory,
    NotFound,
}

/// <summary>The reply to INIT, CHECK and RESET: flags, status, and what of id, size and result applies.</summary>
readonly record struct ServiceReply(ServiceStatus Status, ushort? Id = null, uint? Size = null, int? Result = null)
{
    const uint HasStatus = 1, HasId = 2, HasSize = 4, HasResult = 8;

    /// <summary>Writes the wire form, at most 16 bytes; gives its length.</summary>
    public int Write(Span<byte> destination)
    {
        var flags = HasStatus | (Id is null ? 0 : HasId) | (Size is null ? 0 : HasSize) | (Result is null ? 0 : HasResult);
        BinaryPrimitives.WriteUInt32LittleEndian(destination, flags);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[4..], (ushort)Status);
        var length = 6;
        if (Id is { } id)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(destination[length..], id);
            length += 2;
        }
        if (Size is { } size)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(destination[length..], size);
            length += 4;
        }
        if (Result is { } result)
        {
            BinaryPrimitives.WriteInt32LittleEndian(destination[length..], result);
            length += 4;
        }
        return length;
    }
}

using System.Buffers.Binary;
using Pogoline.Lab.Swd;

namespace Pogoline.Lab.Probes;

/// <summary>
/// The commands Transfer and TransferBlock. Reads of access ports are posted on the wire; here each comes back in its place, fetched
/// with the next read or from RDBUFF.
/// </summary>
/// <param name="driver">The pins.</param>
sealed class CmsisDapTransfers(SwdDriver driver)
{
    const byte MatchValue = 0x10, MatchMask = 0x20, ParityError = 8, Mismatch = 0x10;
    static readonly SwdRequest ReadBuffer = new(false, true, 12);

    uint _mask;

    /// <summary>How often a read is repeated until its value is the wanted one.</summary>
    public int MatchRetries { get; set; }

    /// <summary>Writes ABORT.</summary>
    public void WriteAbort(uint value) => driver.Transfer(new(false, false, 0), ref value, out _);

    /// <summary>The command Transfer, from its index on.</summary>
    /// <returns>The length of the answer.</returns>
    public int Transfer(ReadOnlySpan<byte> command, Span<byte> response, ref int used)
    {
        var at = 2;
        var answer = new Answer(response[2..]);
        var result = (byte)SwdAck.Ok;
        bool isPosted = false, checksWrite = false;
        byte done = 0;
        int left = command[1];
        for (; left > 0 && at < command.Length; left--)
        {
            var bits = command[at++];
            var request = SwdRequest.FromBits(bits);
            if (isPosted && !(request is { IsRead: true, IsAccessPort: true } && (bits & MatchValue) == 0))
            {
                isPosted = false;
                if ((result = Read(ReadBuffer, ref answer)) != (byte)SwdAck.Ok) break;
            }
            if (request.IsRead && (bits & MatchValue) != 0)
            {
                var wanted = TakeWord(command, ref at);
                result = ReadUntil(request, wanted);
                checksWrite = false;
            }
            else if (request is { IsRead: true, IsAccessPort: true })
            {
                result = isPosted ? Read(request, ref answer) : Read(request, out _);
                (isPosted, checksWrite) = (result == (byte)SwdAck.Ok, false);
            }
            else if (request.IsRead)
            {
                result = Read(request, ref answer);
                checksWrite = false;
            }
            else
            {
                var value = TakeWord(command, ref at);
                if ((bits & MatchMask) != 0) (_mask, result) = (value, (byte)SwdAck.Ok);
                else (result, checksWrite) = (Write(request, value), true);
            }
            if (result != (byte)SwdAck.Ok) break;
            done++;
        }
        if (left > 0) Skip(command, left - 1, ref at);
        if (result == (byte)SwdAck.Ok && isPosted) result = Read(ReadBuffer, ref answer);
        else if (result == (byte)SwdAck.Ok && checksWrite) result = Read(ReadBuffer, out _);
        (response[0], response[1]) = (done, result);
        used += at;
        return 2 + answer.Length;
    }

    /// <summary>The command TransferBlock, from its index on.</summary>
    /// <returns>The length of the answer.</returns>
    public int Block(ReadOnlySpan<byte> command, Span<byte> response, ref int used)
    {
        int count = BinaryPrimitives.ReadUInt16LittleEndian(command[1..]), at = 4;
        var request = SwdRequest.FromBits(command[3]);
        var answer = new Answer(response[3..]);
        var last = (byte)(count == 0 ? 0 : SwdAck.Ok);
        ushort done = 0;
        if (request.IsRead && request.IsAccessPort && count > 0) last = Read(request, out _);
        while (done < count && last == (byte)SwdAck.Ok)
        {
            if (request.IsRead) last = Read(request.IsAccessPort && done + 1 == count ? ReadBuffer : request, ref answer);
            else if (at + 4 > command.Length) break;
            else last = Write(request, TakeWord(command, ref at));
            if (last == (byte)SwdAck.Ok) done++;
        }
        if (!request.IsRead && last == (byte)SwdAck.Ok) last = Read(ReadBuffer, out _);
        BinaryPrimitives.WriteUInt16LittleEndian(response, done);
        response[2] = last;
        used += request.IsRead ? 4 : 4 + 4 * count;
        return 3 + answer.Length;
    }

    byte ReadUntil(SwdRequest request, uint wanted)
    {
        if (request.IsAccessPort && Read(request, out _) is var posted && posted != (byte)SwdAck.Ok) return posted;
        for (var left = MatchRetries; ; left--)
        {
            if (Read(request, out var value) is var result && result != (byte)SwdAck.Ok) return result;
            if ((value & _mask) == wanted) return result;
            if (left <= 0) return (byte)((byte)SwdAck.Ok | Mismatch);
        }
    }

    byte Read(SwdRequest request, ref Answer answer)
    {
        var result = Read(request, out var value);
        if (result == (byte)SwdAck.Ok) answer.Add(value);
        return result;
    }

    byte Read(SwdRequest request, out uint value)
    {
        value = 0;
        var ack = driver.Transfer(request, ref value, out var parityIsWrong);
        return parityIsWrong ? ParityError : (byte)ack;
    }

    byte Write(SwdRequest request, uint value) => (byte)driver.Transfer(request, ref value, out _);

    static void Skip(ReadOnlySpan<byte> command, int left, ref int at)
    {
        for (; left > 0 && at < command.Length; left--)
        {
            var bits = command[at++];
            if ((bits & 2) == 0 || (bits & MatchValue) != 0) at += 4;
        }
    }

    static uint TakeWord(ReadOnlySpan<byte> command, ref int at)
    {
        var word = at + 4 <= command.Length ? BinaryPrimitives.ReadUInt32LittleEndian(command[at..]) : 0;
        at += 4;
        return word;
    }

    // Words read so far; one that there is no room for is dropped.
    ref struct Answer(Span<byte> room)
    {
        readonly Span<byte> _room = room;

        public int Length { get; private set; }

        public void Add(uint value)
        {
            if (Length + 4 > _room.Length) return;
            BinaryPrimitives.WriteUInt32LittleEndian(_room[Length..], value);
            Length += 4;
        }
    }
}

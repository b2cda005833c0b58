using System.Buffers;
using System.Buffers.Binary;

namespace Pogoline.Links.Swd.Probes.CmsisDap;

/// <summary>
/// A run of transfers that fits one packet: as DAP_TransferBlock when they are all the same and fill it or end the batch, else as DAP_Transfer, which takes a byte more
/// for each, but goes on with the next run.
/// </summary>
/// <param name="First">The first transfer in the batch.</param>
/// <param name="Count">How many.</param>
/// <param name="FirstRead">The first value in the batch's reads.</param>
/// <param name="Reads">How many of them read.</param>
/// <param name="IsBlock">Whether it is a DAP_TransferBlock.</param>
readonly record struct DapTransferPacket(int First, int Count, int FirstRead, int Reads, bool IsBlock)
{
    const int TransferHead = 3;
    const int BlockHead = 5;
    const int TransferReplyHead = 3;
    const int BlockReplyHead = 4;
    const int MostTransfers = 255;

    // A run this long takes fewer bytes as a block.
    const int ShortestBlock = 3;

    /// <summary>The next packet of a batch.</summary>
    public static DapTransferPacket Next(ReadOnlySpan<SwdTransfer> transfers, int first, int firstRead, int packetSize)
    {
        var most = MostWords(transfers[first], packetSize);
        var run = RunLength(transfers, first, most);
        if (run == most || (run >= ShortestBlock && first + run == transfers.Length)) return new(first, run, firstRead, transfers[first].IsRead ? run : 0, IsBlock: true);
        var (request, reply, count, reads) = (TransferHead, TransferReplyHead, 0, 0);
        while (first + count < transfers.Length && count < MostTransfers)
        {
            var transfer = transfers[first + count];
            var (more, back) = transfer.IsRead ? (1, sizeof(uint)) : (1 + sizeof(uint), 0);
            if (request + more > packetSize || reply + back > packetSize) break;
            (request, reply) = (request + more, reply + back);
            count++;
            if (transfer.IsRead) reads++;
        }
        return new(first, count, firstRead, reads, IsBlock: false);
    }

    /// <summary>Writes the request.</summary>
    /// <returns>Bytes written.</returns>
    public int Write(ReadOnlySpan<SwdTransfer> transfers, Span<byte> packet)
    {
        packet[1] = 0;
        var at = IsBlock ? BlockHead : TransferHead;
        if (IsBlock)
        {
            packet[0] = (byte)DapCommand.TransferBlock;
            BinaryPrimitives.WriteUInt16LittleEndian(packet[2..], (ushort)Count);
            packet[4] = transfers[First].Request;
        }
        else
        {
            packet[0] = (byte)DapCommand.Transfer;
            packet[2] = (byte)Count;
        }
        foreach (var transfer in transfers.Slice(First, Count))
        {
            if (!IsBlock) packet[at++] = transfer.Request;
            if (transfer.IsRead) continue;
            BinaryPrimitives.WriteUInt32LittleEndian(packet[at..], transfer.Value);
            at += sizeof(uint);
        }
        return at;
    }

    /// <summary>Reads the reply and delivers what was read.</summary>
    public OperationStatus Parse(ReadOnlySpan<SwdTransfer> transfers, ReadOnlySpan<byte> packet, Span<uint> reads, out SwdOutcome outcome)
    {
        outcome = default;
        var head = IsBlock ? BlockReplyHead : TransferReplyHead;
        if (packet.Length < head) return OperationStatus.NeedMoreData;
        if (packet[0] != (byte)(IsBlock ? DapCommand.TransferBlock : DapCommand.Transfer)) return OperationStatus.InvalidData;
        var done = IsBlock ? BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]) : packet[1];
        var ack = AckOf(packet[head - 1]);
        if (done > Count || (ack == SwdAck.Ok && done != Count)) return OperationStatus.InvalidData;
        // The transfer that failed may be counted, and so may reads whose values did not come any more.
        var completed = ack == SwdAck.Ok ? done : Math.Min(done, Count - 1);
        var read = FirstRead;
        for (var i = 0; i < completed; i++)
        {
            if (!transfers[First + i].IsRead) continue;
            if (packet.Length < head + sizeof(uint))
            {
                if (ack == SwdAck.Ok) return OperationStatus.NeedMoreData;
                completed = i;
                break;
            }
            reads[read++] = BinaryPrimitives.ReadUInt32LittleEndian(packet[head..]);
            head += sizeof(uint);
        }
        outcome = new(ack, completed);
        return OperationStatus.Done;
    }

    static SwdAck AckOf(byte response) => (response & 0x08) != 0 ? SwdAck.Parity : (response & 0x07) switch
    {
        1 => SwdAck.Ok,
        2 => SwdAck.Wait,
        4 => SwdAck.Fault,
        0 => SwdAck.None,
        _ => SwdAck.NoAnswer,
    };

    static int MostWords(SwdTransfer transfer, int packetSize) =>
        (packetSize - (transfer.IsRead ? BlockReplyHead : BlockHead)) / sizeof(uint);

    static int RunLength(ReadOnlySpan<SwdTransfer> transfers, int first, int most)
    {
        var length = 1;
        if (!transfers[first].IsAccessPort) return length;
        while (length < most && first + length < transfers.Length && transfers[first + length].IsBlockOf(transfers[first])) length++;
        return length;
    }
}

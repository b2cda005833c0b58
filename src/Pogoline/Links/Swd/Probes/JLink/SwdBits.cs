using System.Numerics;

namespace Pogoline.Links.Swd.Probes.JLink;

/// <summary>
/// SWD transactions as raw bits for a probe that shifts them out and samples between (docs/swd.md): a direction and a value for every clock. Every transaction
/// has its data phase, whatever the target answers, which overrun detection makes the target expect.
/// </summary>
sealed class SwdBits
{
    const byte StartAndPark = 0x81;
    const int RequestBits = 8;
    const int AckBits = 3;
    const int DataBits = 32;

    // J-Link samples a bit early: what looks like the turnaround is the first bit of the answer, so one bit is left over behind each.
    const int ReadBits = 1 + AckBits + DataBits + 1 + 1;
    const int AnswerBits = 1 + AckBits + 1;

    readonly byte[] _directions;
    readonly byte[] _values;

    /// <summary>Room for that many bits.</summary>
    public SwdBits(int capacity)
    {
        (_directions, _values) = (new byte[(capacity + 7) / 8], new byte[(capacity + 7) / 8]);
        Capacity = capacity;
    }

    /// <summary>The most bits.</summary>
    public int Capacity { get; }

    /// <summary>Bits so far.</summary>
    public int Count { get; private set; }

    /// <summary>For every bit whether the probe drives it.</summary>
    public ReadOnlySpan<byte> Directions => _directions.AsSpan(0, (Count + 7) / 8);

    /// <summary>What the probe drives.</summary>
    public ReadOnlySpan<byte> Values => _values.AsSpan(0, (Count + 7) / 8);

    /// <summary>Bits of one transaction with its idle cycles.</summary>
    public static int LengthOf(SwdTransfer transfer, int idle) =>
        RequestBits + (transfer.IsRead ? ReadBits : AnswerBits + DataBits + 1) + (transfer.IsAccessPort ? idle : 0);

    /// <summary>Starts anew.</summary>
    public void Clear()
    {
        _directions.AsSpan().Clear();
        _values.AsSpan().Clear();
        Count = 0;
    }

    /// <summary>Adds bits that the probe drives.</summary>
    public void AddSequence(ReadOnlySpan<byte> bits, int count)
    {
        for (var i = 0; i < count; i++) Drive((bits[i / 8] >> (i % 8)) & 1);
    }

    /// <summary>Adds a transaction.</summary>
    /// <returns>The index of the first bit of its answer.</returns>
    public int Add(SwdTransfer transfer, int idle)
    {
        var request = (uint)(transfer.Request & 0x0F) << 1;
        request |= (uint)(BitOperations.PopCount(request) & 1) << 5;
        Drive(request | StartAndPark, RequestBits);
        var answer = Count;
        if (transfer.IsRead)
        {
            Count += ReadBits;
        }
        else
        {
            Count += AnswerBits;
            Drive(transfer.Value, DataBits);
            Drive(BitOperations.PopCount(transfer.Value) & 1);
        }
        if (transfer.IsAccessPort) for (var i = 0; i < idle; i++) Drive(0);
        return answer;
    }

    /// <summary>Reads the answer to a transaction from the bits that were sampled.</summary>
    /// <param name="sampled">All bits of the command.</param>
    /// <param name="answer">Where the answer begins.</param>
    /// <param name="isRead">Whether data follows.</param>
    /// <param name="value">The data.</param>
    public static SwdAck Read(ReadOnlySpan<byte> sampled, int answer, bool isRead, out uint value)
    {
        value = 0;
        var ack = Bits(sampled, answer, AckBits);
        if (ack != (uint)SwdAck.Ok) return ack switch { (uint)SwdAck.Wait => SwdAck.Wait, (uint)SwdAck.Fault => SwdAck.Fault, 0 => SwdAck.None, _ => SwdAck.NoAnswer };
        if (!isRead) return SwdAck.Ok;
        value = Bits(sampled, answer + AckBits, DataBits);
        return (BitOperations.PopCount(value) & 1) == Bits(sampled, answer + AckBits + DataBits, 1) ? SwdAck.Ok : SwdAck.Parity;
    }

    static uint Bits(ReadOnlySpan<byte> bits, int first, int count)
    {
        var value = 0u;
        for (var i = 0; i < count; i++) value |= (uint)((bits[(first + i) / 8] >> ((first + i) % 8)) & 1) << i;
        return value;
    }

    void Drive(uint bits, int count)
    {
        for (var i = 0; i < count; i++) Drive((int)(bits >> i) & 1);
    }

    void Drive(int bit)
    {
        _directions[Count / 8] |= (byte)(1 << (Count % 8));
        _values[Count / 8] |= (byte)(bit << (Count % 8));
        Count++;
    }
}

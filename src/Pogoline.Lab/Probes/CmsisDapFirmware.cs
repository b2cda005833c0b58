using System.Buffers.Binary;
using System.Text;

namespace Pogoline.Lab.Probes;

/// <summary>The firmware of a CMSIS-DAP probe: one command in a packet, one answer in another.</summary>
/// <param name="driver">The pins.</param>
/// <param name="facts">What it says of itself.</param>
sealed class CmsisDapFirmware(SwdDriver driver, CmsisDapFacts facts) : ProbeFirmware
{
    const byte Done = 0x00, Failed = 0xFF, Queued = 0x7E, Batch = 0x7F;

    readonly CmsisDapTransfers _transfers = new(driver);
    readonly List<byte[]> _queue = [];
    bool _isConnected;
    bool _dataLevel = true, _clockLevel = true;

    /// <inheritdoc/>
    public override int MaxAnswers => facts.PacketCount;

    /// <inheritdoc/>
    public override void Reset()
    {
        _queue.Clear();
        _isConnected = false;
    }

    /// <inheritdoc/>
    public override void Take(ReadOnlySpan<byte> data, Action<byte[]> answer)
    {
        var packet = new byte[facts.PacketSize];
        data[..Math.Min(data.Length, packet.Length)].CopyTo(packet);
        if (packet[0] == Queued && facts.HasBatches)
        {
            _queue.Add(packet);
            return;
        }
        foreach (var queued in _queue)
        {
            queued[0] = Batch;
            Answer(queued, answer);
        }
        _queue.Clear();
        Answer(packet, answer);
    }

    void Answer(byte[] packet, Action<byte[]> answer)
    {
        var response = new byte[facts.PacketSize];
        var length = packet[0] == Batch && facts.HasBatches ? ExecuteBatch(packet, response) : Execute(packet, response, out _);
        if (length > 0) answer(facts.PadsAnswers ? response : response[..length]);
    }

    int ExecuteBatch(ReadOnlySpan<byte> packet, Span<byte> response)
    {
        response[0] = Batch;
        var (at, length) = (2, 2);
        for (var left = packet[1]; left > 0 && at < packet.Length && length < response.Length; left--)
        {
            length += Execute(packet[at..], response[length..], out var used);
            at += used;
            response[1]++;
        }
        return length;
    }

    // Gives the length of the answer; 0 for none.
    int Execute(ReadOnlySpan<byte> command, Span<byte> response, out int used)
    {
        response[0] = command[0];
        used = 1;
        switch (command[0])
        {
            case 0x00:
                used = 2;
                return 1 + Info(command[1], response[1..]);
            case 0x01: used = 3; return Status(response, true);
            case 0x02:
                used = 2;
                _isConnected = command[1] is 0 or 1;
                response[1] = _isConnected ? (byte)1 : (byte)0;
                return 2;
            case 0x03:
                _isConnected = false;
                return Status(response, true);
            case 0x04:
                used = 6;
                driver.IdleCycles = command[1];
                driver.WaitRetries = BinaryPrimitives.ReadUInt16LittleEndian(command[2..]);
                _transfers.MatchRetries = BinaryPrimitives.ReadUInt16LittleEndian(command[4..]);
                return Status(response, true);
            case 0x05: return 1 + _transfers.Transfer(command[1..], response[1..], ref used);
            case 0x06: return 1 + _transfers.Block(command[1..], response[1..], ref used);
            case 0x07: return 0;
            case 0x08:
                used = 6;
                _transfers.WriteAbort(BinaryPrimitives.ReadUInt32LittleEndian(command[2..]));
                return Status(response, true);
            case 0x09:
                used = 3;
                driver.Wait(TimeSpan.FromMicroseconds(BinaryPrimitives.ReadUInt16LittleEndian(command[1..])));
                return Status(response, true);
            case 0x0A: response[2] = 0; return 1 + Status(response, true);
            case 0x10:
                used = 7;
                response[1] = Pins(command[1], command[2], BinaryPrimitives.ReadUInt32LittleEndian(command[3..]));
                return 2;
            case 0x11:
                used = 5;
                var hertz = BinaryPrimitives.ReadUInt32LittleEndian(command[1..]);
                if (hertz > 0) driver.SetClock(hertz);
                return Status(response, hertz > 0);
            case 0x12:
                var bits = command[1] == 0 ? 256 : command[1];
                used = 2 + (bits + 7) / 8;
                driver.Sequence(command[2..], bits);
                return Status(response, true);
            case 0x13:
                used = 2;
                driver.AlwaysClocksData = (command[1] & 4) != 0;
                return Status(response, true);
            case 0x1D when facts.HasBatches: return Sequences(command, response, out used);
            default:
                response[0] = Failed;
                return 1;
        }
    }

    static int Status(Span<byte> response, bool ok)
    {
        response[1] = ok ? Done : Failed;
        return 2;
    }

    int Info(byte id, Span<byte> response)
    {
        byte[] content = id switch
        {
            0x01 => Text(facts.Vendor),
            0x02 => Text(facts.Product),
            0x03 => Text(facts.Serial),
            0x04 => Text(facts.Version),
            0xF0 => [facts.HasBatches ? (byte)0x11 : (byte)0x01],
            0xFE => [(byte)facts.PacketCount],
            0xFF => [(byte)facts.PacketSize, (byte)(facts.PacketSize >> 8)],
            _ => [],
        };
        response[0] = (byte)content.Length;
        content.CopyTo(response[1..]);
        return 1 + content.Length;
    }

    static byte[] Text(string text) => text.Length == 0 ? [] : [.. Encoding.ASCII.GetBytes(text), 0];

    // The pins are outputs only once a port was chosen.
    byte Pins(byte output, byte select, uint microseconds)
    {
        const byte Clock = 1, Data = 2, Reset = 0x80, Longest = 3;
        if (_isConnected)
        {
            if ((select & Data) != 0) _dataLevel = (output & Data) != 0;
            if ((select & Reset) != 0) driver.Target.IsResetDriven = (output & Reset) == 0;
            if ((select & Clock) != 0)
            {
                var level = (output & Clock) != 0;
                if (level && !_clockLevel) driver.Cycle(_dataLevel);
                _clockLevel = level;
            }
        }
        driver.Wait(TimeSpan.FromMicroseconds(Math.Min(microseconds, Longest * 1_000_000u)));
        return (byte)((_clockLevel ? Clock : 0) | (driver.Level ? Data : 0) | (driver.Target.IsResetDriven ? 0 : Reset));
    }

    int Sequences(ReadOnlySpan<byte> command, Span<byte> response, out int used)
    {
        const byte IsInput = 0x80, CountMask = 0x3F;
        used = 2;
        var length = 2;
        for (var left = command[1]; left > 0 && used < command.Length; left--)
        {
            var info = command[used++];
            var count = (info & CountMask) == 0 ? 64 : info & CountMask;
            var bytes = (count + 7) / 8;
            if ((info & IsInput) == 0)
            {
                driver.Sequence(command.Slice(used, Math.Min(bytes, command.Length - used)), Math.Min(count, (command.Length - used) * 8));
                used += bytes;
                continue;
            }
            if (length + bytes > response.Length) return Status(response, false);
            for (var i = 0; i < count; i++)
            {
                if (driver.Level) response[length + i / 8] |= (byte)(1 << i % 8);
                driver.Cycle(null);
            }
            length += bytes;
        }
        response[1] = Done;
        return length;
    }
}

/// <summary>What a CMSIS-DAP probe says of itself.</summary>
/// <param name="Vendor">The maker.</param>
/// <param name="Product">The product; it contains CMSIS-DAP.</param>
/// <param name="Serial">The serial number; may be empty.</param>
/// <param name="Version">The version of the protocol.</param>
/// <param name="PacketSize">Bytes of a packet.</param>
/// <param name="PacketCount">Commands that may be under way.</param>
/// <param name="HasBatches">Whether it knows queued and batched commands and free sequences.</param>
/// <param name="PadsAnswers">Whether every answer has the length of a packet.</param>
sealed record CmsisDapFacts(
    string Vendor, string Product, string Serial, string Version, int PacketSize, int PacketCount, bool HasBatches, bool PadsAnswers);

using System.Buffers.Binary;

namespace Pogoline.Lab.Probes;

/// <summary>
/// The firmware of an ST-LINK/V2 or V2-1: commands of 16 bytes, some followed by data. It works on memory and core registers; single
/// registers of debug and access ports came with later versions.
/// </summary>
/// <param name="access">What it does on the wire.</param>
/// <param name="facts">What it says of itself.</param>
sealed class StLinkFirmware(StLinkAccess access, StLinkFacts facts) : ProbeFirmware
{
    const int CommandLength = 16;
    const byte Ok = 0x80, Fault = 0x81, NoDevice = 0x05, NoIdentity = 0x09, ApFault = 0x11, BadAp = 0x1D, BadClock = 0x41, Unknown = 0x42;
    const int VoltageFrom = 13, ClockFrom = 22, RegistersFrom = 24, HalfWordsFrom = 26, OpenPortsFrom = 28, BatchesFrom = 32;
    // Of words as many may be written as the length can say, but no more than this read.
    const int LongestBytes = 64, LongestRead = 6144;

    // Divisor and kHz.
    static readonly Dictionary<int, int> Clocks = new()
    {
        [0] = 4000, [1] = 1800, [2] = 1200, [3] = 950, [5] = 650, [7] = 480, [9] = 400, [10] = 360, [15] = 240, [25] = 150, [31] = 125, [40] = 100,
        [79] = 50, [158] = 25, [265] = 15, [798] = 5,
    };

    enum Mode : byte { MassStorage = 1, Debug = 2 }

    readonly byte[] _command = new byte[CommandLength];
    Mode _mode = Mode.MassStorage;
    byte[] _data = [], _batchAnswer = [];
    int _received;
    byte _last = Ok;
    uint _lastAddress;

    /// <inheritdoc/>
    public override int MaxAnswers => 1;

    /// <inheritdoc/>
    public override void Reset() => (_data, _received) = ([], 0);

    /// <inheritdoc/>
    public override void Take(ReadOnlySpan<byte> data, Action<byte[]> answer)
    {
        if (_received < _data.Length)
        {
            var count = Math.Min(data.Length, _data.Length - _received);
            data[..count].CopyTo(_data.AsSpan(_received));
            _received += count;
            if (_received == _data.Length) FinishWrite();
            return;
        }
        _command.AsSpan().Clear();
        data[..Math.Min(data.Length, CommandLength)].CopyTo(_command);
        if (Execute() is { Length: > 0 } reply) answer(reply);
    }

    uint Word(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_command.AsSpan(at));

    ushort Half(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_command.AsSpan(at));

    byte[] Execute() => _command[0] switch
    {
        0xF1 => Version(),
        0xF5 => [(byte)_mode, 0],
        0xF7 when facts.Version >= VoltageFrom => Voltage(),
        0xF2 when _mode == Mode.Debug || _command[1] is 0x30 or 0x21 or 0x43 or 0x3C => Debug(),
        0xF2 when _command[1] is 0x08 or 0x0D or 0x48 or 0x50 or 0x51 => Expect(0),
        0xF2 => [Fault, 0],
        _ => [],
    };

    byte[] Version()
    {
        const int Major = 2;
        var reply = new byte[6];
        BinaryPrimitives.WriteUInt16BigEndian(reply, (ushort)(Major << 12 | facts.Version << 6 | facts.Other));
        BinaryPrimitives.WriteUInt16LittleEndian(reply.AsSpan(2), facts.Id.Vendor);
        BinaryPrimitives.WriteUInt16LittleEndian(reply.AsSpan(4), facts.Id.Product);
        return reply;
    }

    // Volts are 2.4 times the second by the first.
    byte[] Voltage()
    {
        const uint Reference = 1500;
        var reply = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(reply, Reference);
        BinaryPrimitives.WriteUInt32LittleEndian(reply.AsSpan(4), (uint)(access.Millivolts * Reference / 2400));
        return reply;
    }

    byte[] Debug()
    {
        switch (_command[1])
        {
            case 0x21: _mode = Mode.MassStorage; return [];
            case 0x22: return BitConverter.GetBytes(access.Identity);
            case 0x30: return Enter();
            case 0x31: return [Ok, 0, 0, 0, .. BitConverter.GetBytes(access.Identity), 0, 0, 0, 0];
            case 0x32: return Status(access.TryWriteWord(0xE000ED0C, 0x05FA0004));
            case 0x33: return Value(access.TryReadCoreRegister(_command[2], out var register), register);
            case 0x34: return Status(access.TryWriteCoreRegister(_command[2], Word(3)));
            case 0x35: return Status(access.TryWriteWord(Word(2), Word(6)));
            case 0x36: return Value(access.TryReadWord(Word(2), out var word), word);
            case 0x3A: return AllRegisters();
            case 0x3B: return [_last, 0];
            case 0x3E: return [_last, 0, 0, 0, .. BitConverter.GetBytes(_lastAddress), 0, 0, 0, 0];
            case 0x3C: access.DriveReset(_command[2]); return [Ok, 0];
            case 0x40 or 0x41: return [Ok, 0];
            case 0x42: return [0, 0];
            case 0x43 when facts.Version >= ClockFrom: return SetClock();
            case 0x44 when facts.Version >= RegistersFrom: return [Ok, 0];
            case 0x45 when facts.Version >= RegistersFrom: return Value(access.TryReadPort(Half(2), Half(4), out var port), port);
            case 0x46 when facts.Version >= RegistersFrom: return Status(access.TryWritePort(Half(2), Half(4), Word(6)));
            case 0x4B or 0x4C when facts.Version >= OpenPortsFrom: return access.HasPort(_command[2]) ? [Ok, 0] : [BadAp, 0];
            case 0x51 when facts.Version >= BatchesFrom: return Expect((int)Math.Min(Word(2), 64) is var items ? (items + 3 & ~3) + 4 * items : 0);
            case 0x52 when facts.Version >= BatchesFrom: return _batchAnswer;
            default: return Memory();
        }
    }

    byte[] Memory()
    {
        int size = _command[1] switch { 0x0C or 0x0D => 1, 0x47 or 0x48 => 2, _ => 4 }, length = Half(6);
        var longest = size == 1 ? LongestBytes : LongestRead;
        var isKnown = _command[1] is 0x07 or 0x08 or 0x0C or 0x0D
            || (_command[1] is 0x47 or 0x48 or 0x50 && facts.Version >= HalfWordsFrom) || (_command[1] == 0x54 && facts.Version >= BatchesFrom);
        if (!isKnown) return [Unknown, 0];
        if (_command[1] is 0x08 or 0x0D or 0x48 or 0x50) return Expect(length);
        // A single byte comes with another one behind it.
        var reply = new byte[Math.Max(length, 2)];
        if (length > longest || length % size != 0) (_last, _lastAddress) = (Fault, Word(2));
        else Note(access.TryReadMemory(Word(2), reply.AsSpan(0, length), size, _command[1] == 0x54 ? 0 : size, Port, out var at), at);
        return reply;
    }

    int Port => facts.Version >= BatchesFrom ? _command[8] : 0;

    byte[] Expect(int length)
    {
        (_data, _received) = (new byte[length], 0);
        if (length == 0) FinishWrite();
        return [];
    }

    void FinishWrite()
    {
        if (_mode != Mode.Debug) return;
        if (_command[1] == 0x51)
        {
            _batchAnswer = access.CarryOut((int)Word(2), _data);
            return;
        }
        var size = _command[1] switch { 0x0D => 1, 0x48 => 2, _ => 4 };
        if ((size == 1 && _data.Length > LongestBytes) || _data.Length % size != 0) (_last, _lastAddress) = (Fault, Word(2));
        else Note(access.TryWriteMemory(Word(2), _data, size, _command[1] == 0x50 ? 0 : size, Port, out var at), at);
    }

    void Note(bool ok, uint address) => (_last, _lastAddress) = (ok ? Ok : ApFault, ok ? 0 : address);

    byte[] Enter()
    {
        _mode = Mode.Debug;
        return access.Enter() switch
        {
            StLinkEntry.Connected => [Ok, 0],
            StLinkEntry.NoIdentity => [NoIdentity, 0],
            _ => [NoDevice, 0],
        };
    }

    byte[] SetClock()
    {
        if (!Clocks.TryGetValue(Half(2), out var kilohertz)) return [BadClock, 0];
        access.SetClock(kilohertz * 1000.0);
        return [Ok, 0];
    }

    // R0 to R15, xPSR, MSP, PSP, and two that nothing uses.
    byte[] AllRegisters()
    {
        const int Registers = 19, Words = 21;
        var reply = new byte[4 + 4 * Words];
        reply[0] = Ok;
        for (var i = 0; i < Registers; i++)
        {
            if (!access.TryReadCoreRegister(i, out var value)) reply[0] = Fault;
            BinaryPrimitives.WriteUInt32LittleEndian(reply.AsSpan(4 + 4 * i), value);
        }
        return reply;
    }

    static byte[] Status(bool ok) => [ok ? Ok : ApFault, 0];

    static byte[] Value(bool ok, uint value) => [ok ? Ok : ApFault, 0, 0, 0, .. BitConverter.GetBytes(value)];
}

/// <summary>What an ST-LINK says of itself.</summary>
/// <param name="Id">Vendor and product.</param>
/// <param name="Version">The number behind the J.</param>
/// <param name="Other">The number behind S (V2) or M (V2-1).</param>
sealed record StLinkFacts(Platforms.UsbId Id, int Version, int Other);

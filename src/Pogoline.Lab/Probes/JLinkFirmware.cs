using System.Buffers.Binary;
using System.Text;

namespace Pogoline.Lab.Probes;

/// <summary>
/// The firmware of a J-Link, as far as open programs use it: a stream of commands, and raw bits on the wire. Bits that come in are sampled
/// after the clock edge, so they lead those of other probes by one. What it does not know swallows the rest of the transfer.
/// </summary>
/// <param name="driver">The pins.</param>
sealed class JLinkFirmware(SwdDriver driver) : ProbeFirmware
{
    // Version, configuration, speeds, free memory, hardware info, power, interface selection, registration.
    const uint Capabilities = 1 << 1 | 1 << 4 | 1 << 9 | 1 << 11 | 1 << 12 | 1 << 13 | 1 << 17 | 1 << 27;
    const uint HardwareVersion = 80_000, BaseClock = 48_000_000, FreeMemory = 8192;
    const ushort LeastDivider = 4;
    const byte Swd = 1, Jtag = 0;

    readonly List<byte> _stream = [];
    readonly List<byte[]> _registrations = [];
    readonly byte[] _configuration = CreateConfiguration();
    byte _interface = Jtag;

    /// <inheritdoc/>
    public override int MaxAnswers => 4;

    /// <inheritdoc/>
    public override void Reset() => _stream.Clear();

    /// <inheritdoc/>
    public override void Take(ReadOnlySpan<byte> data, Action<byte[]> answer)
    {
        _stream.AddRange(data);
        while (_stream.Count > 0)
        {
            var bytes = _stream.ToArray();
            if (LengthOf(bytes) is not { } length)
            {
                _stream.Clear();
                return;
            }
            if (length > bytes.Length) return;
            _stream.RemoveRange(0, length);
            if (Execute(bytes.AsSpan(0, length)) is { Length: > 0 } reply) answer(reply);
        }
    }

    // The length of the command with what follows it; more than there is when that cannot be told yet; null for an unknown one.
    static int? LengthOf(byte[] command)
    {
        switch (command[0])
        {
            case 0x01 or 0x02 or 0x03 or 0x07 or 0xC0 or 0xC8 or 0xC9 or 0xCA or 0xCB or 0xCC or 0xD4 or 0xDA or 0xDB or 0xDC or 0xDD or 0xDE or 0xDF
                or 0xE8 or 0xF0 or 0xF2:
                return 1;
            case 0x08 or 0xC7: return 2;
            case 0x05: return 3;
            case 0xC1: return 5;
            case 0x09: return 14;
            case 0xF3: return 257;
            case 0xCF when command.Length < 4: return int.MaxValue;
            case 0xCF: return 4 + 2 * BytesOf(BinaryPrimitives.ReadUInt16LittleEndian(command.AsSpan(2)));
            default: return null;
        }
    }

    byte[] Execute(ReadOnlySpan<byte> command)
    {
        switch (command[0])
        {
            case 0x01:
                var text = Encoding.ASCII.GetBytes("J-Link V8 compiled for Pogoline's lab\0".PadRight(112, '\0'));
                return [(byte)text.Length, 0, .. text];
            case 0x03: Pulse(); return [];
            case 0x05:
                var kilohertz = BinaryPrimitives.ReadUInt16LittleEndian(command[1..]);
                driver.SetClock(kilohertz is 0 or ushort.MaxValue ? BaseClock / LeastDivider : kilohertz * 1000.0);
                return [];
            case 0x07:
                var supply = driver.Target.Millivolts;
                return [(byte)supply, (byte)(supply >> 8), 0, 0, 0, (byte)(driver.Level ? 1 : 0), (byte)(driver.Target.IsResetDriven ? 0 : 1), 1];
            case 0x09: return Register(command);
            case 0xC0: return [.. BitConverter.GetBytes(BaseClock), (byte)LeastDivider, 0];
            case 0xC1:
                return new byte[4 * int.PopCount((int)BinaryPrimitives.ReadUInt32LittleEndian(command[1..]))];
            case 0xC7: return SelectInterface(command[1]);
            case 0xC8: return [(byte)(driver.Level ? 1 : 0)];
            case 0xCF: return MoveBits(command);
            case 0xD4: return BitConverter.GetBytes(FreeMemory);
            case 0xDC: driver.Target.IsResetDriven = true; return [];
            case 0xDD: driver.Target.IsResetDriven = false; return [];
            case 0xE8: return BitConverter.GetBytes(Capabilities);
            case 0xF0: return BitConverter.GetBytes(HardwareVersion);
            case 0xF2: return [.. _configuration];
            case 0xF3: command[1..].CopyTo(_configuration); return [];
            default: return [];
        }
    }

    void Pulse()
    {
        driver.Target.IsResetDriven = true;
        driver.Target.IsResetDriven = false;
    }

    byte[] SelectInterface(byte wanted)
    {
        const byte Available = 0xFF, Current = 0xFE;
        const uint Both = 1 << Jtag | 1 << Swd;
        if (wanted == Available) return BitConverter.GetBytes(Both);
        uint previous = _interface;
        if (wanted is Jtag or Swd)
        {
            _interface = wanted;
            driver.SetClock(100_000);
        }
        else if (wanted != Current)
        {
            previous = uint.MaxValue;
        }
        return BitConverter.GetBytes(previous);
    }

    byte[] MoveBits(ReadOnlySpan<byte> command)
    {
        const byte Done = 0, NotSwd = 1;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(command[2..]), bytes = BytesOf(count);
        ReadOnlySpan<byte> directions = command.Slice(4, bytes), data = command[(4 + bytes)..];
        var reply = new byte[bytes + 1];
        if (_interface != Swd)
        {
            reply[^1] = NotSwd;
            return reply;
        }
        for (var i = 0; i < count; i++)
        {
            bool? driven = (directions[i / 8] >> i % 8 & 1) != 0 ? (data[i / 8] >> i % 8 & 1) != 0 : null;
            driver.Cycle(driven);
            if (driven ?? driver.Level) reply[i / 8] |= (byte)(1 << i % 8);
        }
        reply[^1] = Done;
        return reply;
    }

    // A table of the connections that use the probe: the host keeps itself in it while it works.
    byte[] Register(ReadOnlySpan<byte> command)
    {
        const byte Enter = 0x64;
        const int EntryLength = 16, Least = 76, Header = 8, Most = 4;
        var entry = new byte[EntryLength];
        command.Slice(2, 12).CopyTo(entry);
        var handle = BinaryPrimitives.ReadUInt16LittleEndian(entry.AsSpan(10));
        if (command[1] != Enter) _registrations.RemoveAll(other => other[10] == (byte)handle);
        else if (handle == 0 && _registrations.Count < Most)
        {
            handle = (ushort)(Enumerable.Range(1, Most).First(n => !_registrations.Exists(other => other[10] == n)));
            BinaryPrimitives.WriteUInt16LittleEndian(entry.AsSpan(10), handle);
            _registrations.Add(entry);
        }
        var table = _registrations.Count * EntryLength;
        var reply = new byte[Math.Max(Least, Header + table)];
        BinaryPrimitives.WriteUInt16LittleEndian(reply, handle);
        BinaryPrimitives.WriteUInt16LittleEndian(reply.AsSpan(2), (ushort)_registrations.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(reply.AsSpan(4), EntryLength);
        BinaryPrimitives.WriteUInt16LittleEndian(reply.AsSpan(6), (ushort)(reply.Length - Header - table));
        for (var i = 0; i < _registrations.Count; i++) _registrations[i].CopyTo(reply, Header + i * EntryLength);
        return reply;
    }

    static byte[] CreateConfiguration()
    {
        var bytes = new byte[256];
        bytes.AsSpan().Fill(0xFF);
        return bytes;
    }

    static int BytesOf(int bits) => (bits + 7) / 8;
}

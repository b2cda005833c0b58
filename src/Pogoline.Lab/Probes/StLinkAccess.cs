using System.Buffers.Binary;
using Pogoline.Lab.Swd;

namespace Pogoline.Lab.Probes;

/// <summary>How entering SWD ended.</summary>
enum StLinkEntry
{
    /// <summary>The target answers.</summary>
    Connected,

    /// <summary>Nothing answers.</summary>
    NoIdentity,

    /// <summary>The debug port answers, but there is no way to the memory.</summary>
    NoDevice,
}

/// <summary>What an ST-LINK's firmware does on the wire: memory, core registers, single registers of ports, batches.</summary>
/// <param name="driver">The pins.</param>
sealed class StLinkAccess(SwdDriver driver)
{
    const byte CtrlStat = 4, Select = 8, Buffer = 12, Csw = 0, Tar = 4, Drw = 12;
    const uint Power = 0x50000000, ClearAll = 0x1E, CswBase = 0x23000000, MemoryPort = 0x00010000;
    const uint Halting = 0xE000EDF0, Selector = 0xE000EDF4, Data = 0xE000EDF8, ReadyFlag = 1 << 16;

    /// <summary>DPIDR, as it was read when SWD was entered.</summary>
    public uint Identity { get; private set; }

    /// <summary>The supply of the target.</summary>
    public int Millivolts => driver.Target.Millivolts;

    /// <summary>Sets the clock.</summary>
    public void SetClock(double hertz) => driver.SetClock(hertz);

    /// <summary>Drives the reset line: 0 low, 1 high, 2 a pulse.</summary>
    public void DriveReset(byte how)
    {
        driver.Target.IsResetDriven = how != 1;
        if (how == 2) driver.Target.IsResetDriven = false;
    }

    /// <summary>Switches to SWD and powers the debug port up.</summary>
    public StLinkEntry Enter()
    {
        Identity = 0;
        ReadOnlySpan<byte> ones = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00];
        driver.Sequence(ones, 56);
        driver.Sequence([0x9E, 0xE7], 16);
        driver.Sequence(ones, 64);
        if (!TryPort(isAccessPort: false, 0, out var identity)) return StLinkEntry.NoIdentity;
        Identity = identity;
        if (!TryWriteDp(0, ClearAll) || !TryWriteDp(CtrlStat, Power) || !TryReadPort(0, 0xFC, out var port)) return StLinkEntry.NoIdentity;
        return (port & MemoryPort) != 0 ? StLinkEntry.Connected : StLinkEntry.NoDevice;
    }

    /// <summary>Whether there is an access port of that number.</summary>
    public bool HasPort(int number) => TryReadPort((ushort)number, 0xFC, out var identity) && identity != 0;

    /// <summary>Reads a register: of the debug port when the port is FFFF, otherwise of an access port.</summary>
    public bool TryReadPort(ushort port, ushort address, out uint value)
    {
        if (port == ushort.MaxValue) return Settle(TryPort(false, (byte)(address & 0xC), out value));
        value = 0;
        return Settle(TryWriteDp(Select, (uint)port << 24 | (uint)address & 0xF0) && TryPort(true, (byte)(address & 0xC), out _) && TryPort(false, Buffer, out value));
    }

    /// <summary>Writes a register: of the debug port when the port is FFFF, otherwise of an access port.</summary>
    public bool TryWritePort(ushort port, ushort address, uint value)
    {
        if (port == ushort.MaxValue) return Settle(TryWriteDp((byte)(address & 0xC), value));
        return Settle(TryWriteDp(Select, (uint)port << 24 | (uint)address & 0xF0) && TryWrite(true, (byte)(address & 0xC), value) && TryPort(false, Buffer, out _));
    }

    /// <summary>Reads a word of memory.</summary>
    public bool TryReadWord(uint address, out uint value)
    {
        Span<byte> word = stackalloc byte[4];
        var ok = TryReadMemory(address, word, 4, 4, 0, out _);
        value = BinaryPrimitives.ReadUInt32LittleEndian(word);
        return ok;
    }

    /// <summary>Writes a word of memory.</summary>
    public bool TryWriteWord(uint address, uint value)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(word, value);
        return TryWriteMemory(address, word, 4, 4, 0, out _);
    }

    /// <summary>Reads memory.</summary>
    /// <param name="address">The first address.</param>
    /// <param name="buffer">Takes the bytes.</param>
    /// <param name="size">Bytes of one access.</param>
    /// <param name="step">How far the address moves with each access.</param>
    /// <param name="port">The access port.</param>
    /// <param name="at">The address of the access that failed.</param>
    public bool TryReadMemory(uint address, Span<byte> buffer, int size, int step, int port, out uint at)
    {
        at = address;
        if (address % (uint)size != 0 || !Settle(Aim(address, size, step, port))) return false;
        Span<byte> word = stackalloc byte[4];
        for (var i = 0; i < buffer.Length; i += size, at += (uint)step)
        {
            if (!Settle(KeepAim(address, at)) || !Settle(TryPort(true, Drw, out _) && TryPort(false, Buffer, out var value) && Put(word, value))) return false;
            word.Slice((int)(at & 3), size).CopyTo(buffer[i..]);
        }
        return true;

        static bool Put(Span<byte> word, uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(word, value);
            return true;
        }
    }

    /// <summary>Writes memory.</summary>
    /// <param name="address">The first address.</param>
    /// <param name="data">The bytes.</param>
    /// <param name="size">Bytes of one access.</param>
    /// <param name="step">How far the address moves with each access.</param>
    /// <param name="port">The access port.</param>
    /// <param name="at">The address of the access that failed.</param>
    public bool TryWriteMemory(uint address, ReadOnlySpan<byte> data, int size, int step, int port, out uint at)
    {
        at = address;
        if (address % (uint)size != 0 || !Settle(Aim(address, size, step, port))) return false;
        Span<byte> word = stackalloc byte[4];
        for (var i = 0; i < data.Length; i += size, at += (uint)step)
        {
            data.Slice(i, size).CopyTo(word[(int)(at & 3)..]);
            if (!Settle(KeepAim(address, at)) || !Settle(TryWrite(true, Drw, BinaryPrimitives.ReadUInt32LittleEndian(word)))) return false;
        }
        return Settle(TryPort(false, Buffer, out _));
    }

    /// <summary>Reads a register of the halted core.</summary>
    public bool TryReadCoreRegister(int number, out uint value)
    {
        value = 0;
        return TryWriteWord(Selector, (uint)number) && TryReadWord(Halting, out var status) && (status & ReadyFlag) != 0 && TryReadWord(Data, out value);
    }

    /// <summary>Writes a register of the halted core.</summary>
    public bool TryWriteCoreRegister(int number, uint value) => TryWriteWord(Data, value) && TryWriteWord(Selector, 0x10000 | (uint)number);

    /// <summary>
    /// A batch of items: 1 sets the address, 2 writes a word there, 3 reads a word at the address that it names, 5 chooses the access port.
    /// </summary>
    /// <returns>A word for each item, and behind them a status for each.</returns>
    public byte[] CarryOut(int items, ReadOnlySpan<byte> batch)
    {
        const uint Done = 0x80, Failed = 0x11;
        var values = batch[(items + 3 & ~3)..];
        var reply = new byte[8 * items];
        var (address, port) = (0u, 0);
        Span<byte> word = stackalloc byte[4];
        for (var i = 0; i < items; i++)
        {
            var value = BinaryPrimitives.ReadUInt32LittleEndian(values[(4 * i)..]);
            var ok = true;
            word.Clear();
            switch (batch[i])
            {
                case 1: address = value; break;
                case 2:
                    BinaryPrimitives.WriteUInt32LittleEndian(word, value);
                    ok = TryWriteMemory(address, word, 4, 4, port, out _);
                    word.Clear();
                    break;
                case 3: ok = TryReadMemory(value, word, 4, 4, port, out _); break;
                case 5: port = (int)value; break;
                default: ok = false; break;
            }
            word.CopyTo(reply.AsSpan(4 * i));
            BinaryPrimitives.WriteUInt32LittleEndian(reply.AsSpan(4 * (items + i)), ok ? Done : Failed);
        }
        return reply;
    }

    // The address counts up by itself, but no further than 1 KiB can be relied on.
    bool KeepAim(uint first, uint at) => at == first || (at & 0x3FF) != 0 || TryWrite(true, Tar, at);

    bool Aim(uint address, int size, int step, int port) =>
        TryWriteDp(Select, (uint)port << 24) && TryWrite(true, Csw, CswBase | (step == 0 ? 0u : 0x10) | (uint)(size >> 1)) && TryWrite(true, Tar, address);

    bool TryPort(bool isAccessPort, byte address, out uint value)
    {
        value = 0;
        return driver.Transfer(new(isAccessPort, true, address), ref value, out var parityIsWrong) == SwdAck.Ok && !parityIsWrong;
    }

    bool TryWriteDp(byte address, uint value) => TryWrite(false, address, value);

    bool TryWrite(bool isAccessPort, byte address, uint value) => driver.Transfer(new(isAccessPort, false, address), ref value, out _) == SwdAck.Ok;

    // After an error the sticky flags are cleared, so that the next command finds the port usable.
    bool Settle(bool ok)
    {
        if (!ok) TryWriteDp(0, ClearAll);
        return ok;
    }
}

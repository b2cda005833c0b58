namespace Pogoline.Lab.Swd;

/// <summary>An AHB-AP: the way from the debug port to the bus.</summary>
/// <param name="bus">The bus.</param>
/// <param name="clock">The time of the target.</param>
/// <param name="isLocked">Whether the chip keeps it closed; then all registers read as zero and writes do nothing.</param>
/// <param name="increment">Bytes after which the address wraps when it counts up by itself.</param>
sealed class MemoryAccessPort(TargetBus bus, TargetClock clock, Func<bool> isLocked, uint increment) : IAccessPort
{
    const uint Identity = 0x24770011, RomTable = 0xE00FF003;
    const byte Control = 0x00, Address = 0x04, Data = 0x0C, BankedData = 0x10, Base = 0xF8, Id = 0xFC;
    const uint SizeMask = 7, Enabled = 1 << 6, InProgress = 1 << 7, Secure = 1 << 23;

    enum Increment { Off, Single, Packed }

    uint _control = 0x23000000, _address;

    /// <inheritdoc/>
    public long BusyUntil { get; private set; }

    int Size => (_control & SizeMask) switch { 0 => 1, 1 => 2, _ => 4 };
    Increment Mode => (Increment)(_control >> 4 & 3);

    /// <summary>As after power on.</summary>
    public void PowerUp() => (_control, _address, BusyUntil) = (0x23000000, 0, 0);

    /// <inheritdoc/>
    public void Abort() => BusyUntil = 0;

    /// <inheritdoc/>
    public bool TryRead(byte register, out uint value)
    {
        value = 0;
        if (isLocked()) return true;
        switch (register)
        {
            case Control: value = _control | Enabled; return true;
            case Address: value = _address; return true;
            case Data: return TryTransfer(ref value, isWrite: false);
            case >= BankedData and < BankedData + 16: return TryAccess((_address & ~0xFu) + register - BankedData, 4, ref value, isWrite: false);
            case Base: value = RomTable; return true;
            case Id: value = Identity; return true;
            default: return true;
        }
    }

    /// <inheritdoc/>
    public bool TryWrite(byte register, uint value)
    {
        if (isLocked()) return true;
        switch (register)
        {
            case Control: _control = value & ~(InProgress | Secure | Enabled); return true;
            case Address: _address = value; return true;
            case Data: return TryTransfer(ref value, isWrite: true);
            case >= BankedData and < BankedData + 16: return TryAccess((_address & ~0xFu) + register - BankedData, 4, ref value, isWrite: true);
            default: return true;
        }
    }

    // The data is in the byte lanes that the address selects; a packed transfer is several of them, one behind the other.
    bool TryTransfer(ref uint value, bool isWrite)
    {
        var size = Size;
        var times = Mode == Increment.Packed && size < 4 ? 4 / size : 1;
        var result = 0u;
        for (var i = 0; i < times; i++)
        {
            var shift = (int)(_address & 3 & ~(uint)(size - 1)) * 8;
            var part = value >> shift;
            if (!TryAccess(_address, size, ref part, isWrite)) return false;
            result |= part << shift;
            if (Mode != Increment.Off) _address = (_address & ~(increment - 1)) | ((_address + (uint)size) & (increment - 1));
        }
        if (!isWrite) value = result;
        return true;
    }

    // An access to a memory that is at work is accepted at once; whatever comes next waits.
    bool TryAccess(uint address, int size, ref uint value, bool isWrite)
    {
        if ((address & (uint)(size - 1)) != 0) return false;
        BusyUntil = Math.Max(clock.Now, bus.BusyUntil(address));
        if (!isWrite) return bus.TryRead(address, size, out value);
        return bus.TryWrite(address, size, size == 4 ? value : value & ((1u << size * 8) - 1));
    }
}

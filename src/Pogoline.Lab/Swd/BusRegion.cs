namespace Pogoline.Lab.Swd;

/// <summary>A run of addresses on the target's bus, and what lies behind it.</summary>
/// <param name="start">The first address.</param>
/// <param name="length">Bytes.</param>
abstract class BusRegion(uint start, uint length)
{
    /// <summary>The first address.</summary>
    public uint Start { get; } = start;

    /// <summary>Bytes.</summary>
    public uint Length { get; } = length;

    /// <summary>The moment until which accesses stall.</summary>
    public virtual long BusyUntil => 0;

    /// <summary>Whether writing what is already there does nothing.</summary>
    public virtual bool IsPlain => false;

    /// <summary>Reads.</summary>
    /// <param name="offset">From the start; a multiple of the size.</param>
    /// <param name="size">1, 2 or 4 bytes.</param>
    /// <param name="value">The value in its lowest bits.</param>
    /// <returns>False for a bus error.</returns>
    public abstract bool TryRead(uint offset, int size, out uint value);

    /// <summary>Writes.</summary>
    /// <returns>False for a bus error.</returns>
    public abstract bool TryWrite(uint offset, int size, uint value);
}

/// <summary>A block of 32-bit registers; smaller accesses reach a part of one.</summary>
abstract class RegisterRegion(uint start, uint length) : BusRegion(start, length)
{
    /// <inheritdoc/>
    public sealed override bool TryRead(uint offset, int size, out uint value)
    {
        var ok = TryReadRegister(offset & ~3u, out value);
        value >>= (int)(offset & 3) * 8;
        if (size < 4) value &= (1u << size * 8) - 1;
        return ok;
    }

    /// <inheritdoc/>
    public sealed override bool TryWrite(uint offset, int size, uint value) => TryWriteRegister(offset & ~3u, value << (int)(offset & 3) * 8);

    /// <summary>Reads a register.</summary>
    protected abstract bool TryReadRegister(uint offset, out uint value);

    /// <summary>Writes a register.</summary>
    protected abstract bool TryWriteRegister(uint offset, uint value);
}

/// <summary>Registers that keep what is written, or memory that cannot be written at all.</summary>
sealed class PlainRegion(uint start, uint length, IReadOnlyDictionary<uint, uint>? values = null, bool isReadOnly = false, uint other = 0)
    : RegisterRegion(start, length)
{
    /// <inheritdoc/>
    public override bool IsPlain => true;

    readonly Dictionary<uint, uint> _values = new(values ?? new Dictionary<uint, uint>());

    /// <inheritdoc/>
    protected override bool TryReadRegister(uint offset, out uint value)
    {
        value = _values.GetValueOrDefault(offset, other);
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryWriteRegister(uint offset, uint value)
    {
        if (!isReadOnly) _values[offset] = value;
        return true;
    }
}

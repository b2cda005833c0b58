using System.Buffers.Binary;

namespace Pogoline.Lab.Swd;

/// <summary>Static memory. Its content is lost with the power and then is anything; here a pattern that no program expects.</summary>
sealed class RamRegion : BusRegion
{
    const byte Unpowered = 0xC5;

    readonly byte[] _bytes;

    public RamRegion(uint start, uint length) : base(start, length)
    {
        _bytes = new byte[length];
        Lose();
    }

    /// <summary>The content.</summary>
    public Span<byte> Bytes => _bytes;

    /// <inheritdoc/>
    public override bool IsPlain => true;

    /// <summary>The power goes.</summary>
    public void Lose() => _bytes.AsSpan().Fill(Unpowered);

    /// <inheritdoc/>
    public override bool TryRead(uint offset, int size, out uint value)
    {
        var source = _bytes.AsSpan((int)offset, size);
        value = size switch
        {
            1 => source[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(source),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(source),
        };
        return true;
    }

    /// <inheritdoc/>
    public override bool TryWrite(uint offset, int size, uint value)
    {
        var destination = _bytes.AsSpan((int)offset, size);
        if (size == 1) destination[0] = (byte)value;
        else if (size == 2) BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)value);
        else BinaryPrimitives.WriteUInt32LittleEndian(destination, value);
        return true;
    }
}

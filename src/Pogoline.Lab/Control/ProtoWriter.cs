using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Pogoline.Lab.Control;

/// <summary>Writes a protobuf message (proto3): fields in order, those that are zero or empty left out.</summary>
sealed class ProtoWriter
{
    readonly ArrayBufferWriter<byte> _bytes = new();

    /// <summary>The message so far.</summary>
    public ReadOnlyMemory<byte> Message => _bytes.WrittenMemory;

    /// <summary>An unsigned number.</summary>
    public ProtoWriter Number(int field, ulong value)
    {
        if (value == 0) return this;
        Tag(field, ProtoType.Varint);
        Varint(value);
        return this;
    }

    /// <summary>A truth value.</summary>
    public ProtoWriter Flag(int field, bool value) => Number(field, value ? 1u : 0);

    /// <summary>A number of four bytes.</summary>
    public ProtoWriter Fixed32(int field, uint value)
    {
        if (value == 0) return this;
        Tag(field, ProtoType.Fixed32);
        BinaryPrimitives.WriteUInt32LittleEndian(_bytes.GetSpan(4), value);
        _bytes.Advance(4);
        return this;
    }

    /// <summary>Text.</summary>
    public ProtoWriter Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    /// <summary>Bytes.</summary>
    public ProtoWriter Bytes(int field, ReadOnlySpan<byte> value) => value.IsEmpty ? this : Part(field, value);

    /// <summary>A message inside the message; written even when it is empty.</summary>
    public ProtoWriter Part(int field, ProtoWriter part) => Part(field, part.Message.Span);

    ProtoWriter Part(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, ProtoType.Bytes);
        Varint((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    void Tag(int field, ProtoType type) => Varint((uint)field << 3 | (uint)type);

    void Varint(ulong value)
    {
        var bytes = _bytes.GetSpan(10);
        var length = 0;
        for (; value > 0x7F; value >>= 7) bytes[length++] = (byte)(value | 0x80);
        bytes[length++] = (byte)value;
        _bytes.Advance(length);
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Pogoline.Hex;

/// <summary>
/// Writes Intel HEX: 16 bytes a row, an extended linear address record before the first row and whenever the upper half of the address changes,
/// upper case, LF. The same image always gives the same bytes.
/// </summary>
/// <param name="output">Where to.</param>
public sealed class HexWriter(IBufferWriter<byte> output) : IImageWriter
{
    /// <summary>Bytes of data in a full row.</summary>
    public const int Row = HexRow.Data;

    const int RowText = 1 + (2 * (Row + 5)) + 1;
    const int RowsAtOnce = 512;

    readonly byte[] _row = new byte[Row];
    uint _next;
    int _pending;
    int _bank = -1;

    /// <summary>A whole image as a file.</summary>
    public static byte[] ToBytes(MemoryImage image, HexEntry? entry = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        var text = new ArrayBufferWriter<byte>((int)Math.Min(int.MaxValue / 2, (image.Bytes * RowText / Row) + 4096));
        image.WriteTo(new HexWriter(text), entry);
        return text.WrittenSpan.ToArray();
    }

    /// <inheritdoc/>
    public void Write(FlashAddress address, ReadOnlySpan<byte> bytes)
    {
        if (_pending > 0 && address.Value != _next) FlushRow();
        _next = address.Value;
        while (!bytes.IsEmpty)
        {
            if (_pending == 0 && FullRows(bytes.Length) is > 0 and var rows)
            {
                WriteRows(_next, bytes[..(rows * Row)]);
                _next += (uint)(rows * Row);
                bytes = bytes[(rows * Row)..];
                continue;
            }
            var take = (int)Math.Min(Math.Min(bytes.Length, Row - _pending), 0x10000 - (_next & 0xFFFF));
            bytes[..take].CopyTo(_row.AsSpan(_pending));
            (_pending, _next) = (_pending + take, _next + (uint)take);
            bytes = bytes[take..];
            if (_pending == Row || (_next & 0xFFFF) == 0) FlushRow();
        }
    }

    /// <inheritdoc/>
    public void Finish(HexEntry? entry)
    {
        FlushRow();
        if (entry is { } start)
        {
            Span<byte> value = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(value, start.Value);
            WriteRecord(0, start.IsLinear ? (byte)5 : (byte)3, value);
        }
        output.Write(":00000001FF\n"u8);
    }

    // How many full rows the bank still takes, so that no row crosses its end.
    int FullRows(int length) => (int)Math.Min(Math.Min(length, 0x10000 - (_next & 0xFFFF)) / Row, RowsAtOnce);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    void WriteRows(uint address, ReadOnlySpan<byte> bytes)
    {
        EnterBank(address);
        var text = output.GetSpan(bytes.Length / Row * RowText);
        var at = 0;
        for (; bytes.Length >= Row; bytes = bytes[Row..], address += Row, at += RowText)
        {
            var line = text.Slice(at, RowText);
            line[0] = (byte)':';
            HexRow.Write((ushort)address, bytes, line[1..]);
            line[RowText - 1] = (byte)'\n';
        }
        output.Advance(at);
    }

    void FlushRow()
    {
        if (_pending == 0) return;
        var address = _next - (uint)_pending;
        EnterBank(address);
        WriteRecord((ushort)address, 0, _row.AsSpan(0, _pending));
        _pending = 0;
    }

    void EnterBank(uint address)
    {
        var bank = (int)(address >> 16);
        if (bank == _bank) return;
        _bank = bank;
        WriteRecord(0, 4, [(byte)(bank >> 8), (byte)bank]);
    }

    void WriteRecord(ushort offset, byte type, ReadOnlySpan<byte> data)
    {
        Span<byte> record = stackalloc byte[data.Length + 5];
        record[0] = (byte)data.Length;
        BinaryPrimitives.WriteUInt16BigEndian(record[1..], offset);
        record[3] = type;
        data.CopyTo(record[4..]);
        record[^1] = (byte)-HexChecksum.Sum(record[..^1]);
        var text = output.GetSpan((2 * record.Length) + 2);
        text[0] = (byte)':';
        Convert.TryToHexString(record, text[1..], out var written);
        text[written + 1] = (byte)'\n';
        output.Advance(written + 2);
    }
}

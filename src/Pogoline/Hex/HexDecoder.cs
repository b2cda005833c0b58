using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Pogoline.Hex;

/// <summary>
/// Reads Intel HEX (revision A, 1988) as it comes in, without keeping it: records of all six types, any order of addresses, upper and lower
/// case, LF, CRLF or CR, blanks behind a record, empty lines. Nothing in the text makes it throw.
/// </summary>
/// <param name="sink">Takes the data.</param>
/// <param name="mode">How much must be right.</param>
/// <param name="problems">Takes what is wrong.</param>
/// <param name="joined">Whether records that continue each other reach the sink together; otherwise each comes with its own line.</param>
public sealed class HexDecoder(IHexSink sink, HexMode mode, HexProblems problems, bool joined = true)
{
    /// <summary>No record is longer, with its colon and checksum.</summary>
    public const int LongestRecord = 1 + (2 * (255 + Overhead));

    // A line that goes on much longer than a record is no text file.
    internal const int LongestLine = 4096;

    // Length, offset (2), type, checksum.
    const int Overhead = 5;

    readonly byte[] _chunk = new byte[joined ? 64 * 1024 : 256];
    int _length;
    uint _start;
    long _startLine;
    uint _base;
    bool _isSegmented, _isBaseLost, _toldBank;

    /// <summary>Lines read so far.</summary>
    public long Lines { get; private set; }

    /// <summary>Bytes of data read so far.</summary>
    public long Bytes { get; private set; }

    /// <summary>The entry point; null when no record names one.</summary>
    public HexEntry? Entry { get; private set; }

    /// <summary>Whether the end record was seen.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Reads the whole lines of a text.</summary>
    /// <param name="text">What comes next in the file, from the start of a line.</param>
    /// <param name="isFinal">Whether nothing follows; the last line then needs no line end.</param>
    /// <returns>How much was read; give the rest again, with what follows it in front of nothing else.</returns>
    public int Decode(ReadOnlySpan<byte> text, bool isFinal)
    {
        var at = 0;
        while (true)
        {
            at += ReadUsualRecords(text[at..]);
            var line = text[at..];
            if (line.IsEmpty) break;
            var length = line.IndexOfAny((byte)'\n', (byte)'\r');
            // A carriage return at the very end may be half of a line end.
            if (!isFinal && length >= 0 && length == line.Length - 1 && line[length] == '\r') break;
            if (length < 0 && !isFinal && line.Length <= LongestLine) break;
            if (length < 0 && !isFinal)
            {
                problems.Error(HexFaults.Syntax, Lines + 1, $"The line has more than {LongestLine} characters.");
                return text.Length;
            }
            var end = length < 0 ? line.Length : length + (line[length..].StartsWith("\r\n"u8) ? 2 : 1);
            Lines++;
            ReadLine(length < 0 ? line : line[..length]);
            at += end;
        }
        if (isFinal) Finish();
        return at;
    }

    // Data records without any peculiarity, which are nearly all lines of nearly all files.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    int ReadUsualRecords(ReadOnlySpan<byte> text)
    {
        var at = 0;
        while (!HasEnded && !_isBaseLost && text.Length - at > LongestRecord + 1 && text[at] == ':')
        {
            if (TryReadRow(text[at..], out var length))
            {
                at += length;
                continue;
            }
            var header = text.Slice(at + 1, 8);
            var (count, high, low, type) = (Digits(header), Digits(header[2..]), Digits(header[4..]), Digits(header[6..]));
            if ((count | high | low | type) > 0xFF || type != 0 || count == 0) break;
            var offset = (high << 8) | low;
            var body = text.Slice(at + 9, (2 * count) + 2);
            var end = at + 9 + body.Length;
            var ending = text[end] == '\n' ? 1 : text[end] == '\r' && text[end + 1] == '\n' ? 2 : 0;
            if (ending == 0 || offset + count > 0x10000 || _base + (uint)offset + (uint)count < _base) break;
            var room = Room(_base + (uint)offset, count, Lines + 1);
            if (Convert.FromHexString(body, room, out _, out _) != OperationStatus.Done) break;
            if (((count + high + low + HexChecksum.Sum(room[..(count + 1)])) & 0xFF) != 0) break;
            _length += count;
            Bytes += count;
            Lines++;
            if (!joined) Flush();
            at = end + ending;
        }
        return at;
    }

    // A row of 16 bytes that continues the one before it, with a line feed.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    bool TryReadRow(ReadOnlySpan<byte> text, out int length)
    {
        length = 1 + HexRow.Digits + 1;
        if (text[1 + HexRow.Digits] != '\n' || !joined || _length == 0 || _length + HexRow.Data + 1 > _chunk.Length) return false;
        if (!HexRow.TryRead(text[1..], _chunk.AsSpan(_length), out var offset) || _base + (uint)offset != _start + (uint)_length || offset > 0x10000 - HexRow.Data) return false;
        _length += HexRow.Data;
        Bytes += HexRow.Data;
        Lines++;
        return true;
    }

    void ReadLine(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd(" \t"u8);
        if (line.IsEmpty) return;
        if (HasEnded)
        {
            if (mode == HexMode.Strict) problems.Error(HexFaults.End, Lines, "Something follows the end record.");
            else problems.Warn(HexFaults.End, Lines, "What follows the end record is left out.");
            return;
        }
        if (line[0] != ':')
        {
            var what = $"A record starts with ':', this line with {Show(line[0])}.";
            if (mode == HexMode.Strict) problems.Error(HexFaults.Syntax, Lines, what);
            else problems.Warn(HexFaults.Syntax, Lines, $"{what} It is left out.");
            return;
        }
        Span<byte> record = stackalloc byte[255 + Overhead];
        if (TryReadRecord(line[1..], record, out var length)) Take(record[..length]);
        else _isBaseLost |= length < 4 || record[3] is 2 or 4;
    }

    bool TryReadRecord(ReadOnlySpan<byte> digits, Span<byte> record, out int length)
    {
        length = 0;
        foreach (var c in digits)
        {
            if (!char.IsAsciiHexDigit((char)c)) return Fail(HexFaults.Syntax, $"{Show(c)} is no hexadecimal digit.");
        }
        if (digits.Length % 2 != 0) return Fail(HexFaults.Syntax, $"The record has {digits.Length} digits, an odd number.");
        if (digits.Length < 2 * Overhead) return Fail(HexFaults.Length, $"The record has {digits.Length / 2} bytes; {Overhead} are the least.");
        if (digits.Length > 2 * record.Length) return Fail(HexFaults.Length, $"The record has {digits.Length / 2} bytes; {record.Length} are the most.");
        Convert.FromHexString(digits, record, out _, out length);
        if (length != record[0] + Overhead)
        {
            return Fail(HexFaults.Length, $"The record says {record[0]} bytes of data, and has {length - Overhead}.");
        }
        var sum = HexChecksum.Sum(record[..(length - 1)]);
        var expected = (byte)-sum;
        return record[length - 1] == expected
            || Fail(HexFaults.Checksum, $"The checksum is {record[length - 1]:X2}; the bytes have {expected:X2}.");
    }

    void Take(ReadOnlySpan<byte> record)
    {
        var data = record[4..^1];
        switch (record[3], data.Length)
        {
            case (0, _):
                TakeData(BinaryPrimitives.ReadUInt16BigEndian(record[1..]), data);
                break;
            case (1, 0):
                HasEnded = true;
                break;
            case (2, 2):
                (_base, _isSegmented, _isBaseLost) = ((uint)BinaryPrimitives.ReadUInt16BigEndian(data) << 4, true, false);
                break;
            case (4, 2):
                (_base, _isSegmented, _isBaseLost) = ((uint)BinaryPrimitives.ReadUInt16BigEndian(data) << 16, false, false);
                break;
            case (3 or 5, 4):
                Entry = new(record[3] == 5, BinaryPrimitives.ReadUInt32BigEndian(data));
                break;
            case ( <= 5, _):
                Fail(HexFaults.Record, $"A record of type {record[3]:X2} does not have {data.Length} bytes of data.");
                _isBaseLost |= record[3] is 2 or 4;
                break;
            case var (type, _) when mode == HexMode.Strict:
                Fail(HexFaults.Record, $"The record type {type:X2} is not known.");
                break;
            case var (type, _):
                problems.Warn(HexFaults.Record, Lines, $"The record type {type:X2} is not known; the record is left out.");
                break;
        }
    }

    void TakeData(uint offset, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty || _isBaseLost) return;
        var inBank = (int)Math.Min(data.Length, 0x10000 - offset);
        Append(_base + offset, data[..inBank]);
        if (inBank == data.Length) return;
        // Type 02: offsets wrap within the bank, says the specification. Type 04: it does not say; the data goes on in the next bank.
        if (!_toldBank)
        {
            problems.Warn(HexFaults.Bank, Lines, $"The row goes beyond its 64 KiB; it is continued {(_isSegmented ? "at the start of the same bank" : "in the next bank")}.");
        }
        _toldBank = true;
        Append(_isSegmented ? _base : _base + 0x10000, data[inBank..], goesOn: !_isSegmented);
    }

    void Append(uint address, ReadOnlySpan<byte> data, bool goesOn = false)
    {
        // The end of a range is exclusive, so the very last byte of the address space has no range; no such memory is known.
        if ((goesOn && address < _base) || address > uint.MaxValue - (uint)data.Length)
        {
            Fail(HexFaults.Address, $"The data at 0x{address:X8} goes beyond the 32-bit addresses.");
            return;
        }
        data.CopyTo(Room(address, data.Length, Lines));
        _length += data.Length;
        Bytes += data.Length;
        if (!joined) Flush();
    }

    // Room for the data and a checksum behind what is there, which is flushed when the data does not continue it.
    Span<byte> Room(uint address, int count, long line)
    {
        if (_length > 0 && (address != _start + (uint)_length || _length + count + 1 > _chunk.Length)) Flush();
        if (_length == 0) (_start, _startLine) = (address, line);
        return _chunk.AsSpan(_length, count + 1);
    }

    void Flush()
    {
        if (_length > 0) sink.Write(new(_start), _chunk.AsSpan(0, _length), _startLine);
        _length = 0;
    }

    void Finish()
    {
        Flush();
        if (!HasEnded) problems.Warn(HexFaults.End, Lines, "The end record is missing: the file may have been cut off.");
    }

    bool Fail(FaultCode code, string message)
    {
        problems.Error(code, Lines, message);
        return false;
    }

    static string Show(byte c) => c is > 0x20 and < 0x7F ? $"'{(char)c}'" : $"the byte 0x{c:X2}";

    // Two digits as a byte; more than 0xFF when one is none.
    static int Digits(ReadOnlySpan<byte> text) => (Value[text[0]] << 4) | Value[text[1]];

    static readonly ushort[] Value = [.. Enumerable.Range(0, 256).Select(c =>
        char.IsAsciiHexDigit((char)c) ? (ushort)Convert.ToInt32($"{(char)c}", 16) : (ushort)0x1000)];
}

using System.Text;

namespace Pogoline.Lab.Ymodem;

/// <summary>The first packet of a file, as the receiver reads it: <c>name NUL size</c>, ended by a space or a NUL.</summary>
/// <param name="Name">The name, each byte a character.</param>
/// <param name="Size">The size; 0 when it is missing or no number.</param>
readonly record struct YmodemHeader(string Name, uint Size)
{
    const int LongestName = 256;
    const int LongestSize = 16;

    /// <summary>
    /// Reads the data of the packet. A name that does not end is cut, what follows is taken for the size, and both are shown as the name: the
    /// firmware keeps them side by side.
    /// </summary>
    public static YmodemHeader Read(ReadOnlySpan<byte> data)
    {
        var name = Until(data, LongestName, 0);
        var rest = data[Math.Min(name.Length + 1, data.Length)..];
        var size = Until(rest, LongestSize, (byte)' ');
        var text = Encoding.Latin1.GetString(name);
        return new(name.Length < LongestName ? text : text + Encoding.Latin1.GetString(size), ParseNumber(size));
    }

    static ReadOnlySpan<byte> Until(ReadOnlySpan<byte> data, int longest, byte end)
    {
        var length = data.IndexOf(end);
        return data[..Math.Min(longest, length < 0 ? data.Length : length)];
    }

    // As strtoul reads a decimal number: a sign is allowed, too many digits give the largest value.
    static uint ParseNumber(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\n\v\f\r"u8);
        var negative = text.StartsWith("-"u8);
        if (negative || text.StartsWith("+"u8)) text = text[1..];
        ulong value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') break;
            value = value * 10 + (ulong)(digit - '0');
            if (value > uint.MaxValue) return uint.MaxValue;
        }
        return negative ? (uint)-(long)value : (uint)value;
    }
}

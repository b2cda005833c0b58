using System.Buffers.Binary;
using System.Globalization;

namespace Pogoline.Links.Swd.Loader;

/// <summary>
/// Assembles the 16-bit Thumb instructions that the loaders use, written as GNU as takes them (unified syntax). No more than that: what it does not know, or what
/// does not fit, is a <see cref="FormatException"/> with the line.
/// </summary>
public static class ThumbAssembler
{
    /// <summary>The machine code of a source text, from its first byte.</summary>
    /// <param name="source">Lines with labels, directives (.equ, .word, .align) and instructions; @ begins a comment.</param>
    /// <exception cref="FormatException">A line cannot be assembled.</exception>
    public static byte[] Assemble(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var symbols = new Dictionary<string, uint>(StringComparer.Ordinal);
        var lines = Layout(source, symbols, out var length);
        var code = new byte[length];
        foreach (var line in lines)
        {
            try
            {
                if (line.Name == ".word") BinaryPrimitives.WriteUInt32LittleEndian(code.AsSpan((int)line.At), Number(line.Operands[0], symbols));
                else if (line.Name == ".align") FillWithNops(code.AsSpan((int)line.At));
                else BinaryPrimitives.WriteUInt16LittleEndian(code.AsSpan((int)line.At), ThumbEncoder.Encode(line.Name, line.Operands, line.At, symbols));
            }
            catch (Exception e) when (e is FormatException or IndexOutOfRangeException or KeyNotFoundException or OverflowException or ArgumentException)
            {
                throw new FormatException($"line {line.Number}: '{line.Name} {string.Join(", ", line.Operands)}': {e.Message}", e);
            }
        }
        return code;
    }

    /// <summary>A line that makes code.</summary>
    readonly record struct Line(int Number, uint At, string Name, string[] Operands);

    static List<Line> Layout(string source, Dictionary<string, uint> symbols, out uint length)
    {
        var lines = new List<Line>();
        var (at, number) = (0u, 0);
        foreach (var raw in source.Split('\n'))
        {
            number++;
            var text = raw.Split('@')[0].Trim();
            while (text.IndexOf(':', StringComparison.Ordinal) is var colon and >= 0)
            {
                if (!symbols.TryAdd(text[..colon].Trim(), at)) throw new FormatException($"line {number}: '{text[..colon]}' is there twice");
                text = text[(colon + 1)..].Trim();
            }
            if (text.Length == 0) continue;
            var space = text.IndexOfAny([' ', '\t']);
            var name = space < 0 ? text : text[..space];
            var operands = space < 0 ? [] : Split(text[space..]);
            switch (name)
            {
                case ".syntax" or ".cpu" or ".thumb":
                    break;
                case ".equ":
                    symbols[operands[0]] = Number(operands[1], symbols);
                    break;
                case ".align":
                    var mask = (1u << (int)Number(operands[0], symbols)) - 1;
                    if ((at & mask) != 0) lines.Add(new(number, at, name, operands));
                    at = (at + mask) & ~mask;
                    break;
                default:
                    lines.Add(new(number, at, name, operands));
                    at += name == ".word" ? 4u : 2u;
                    break;
            }
        }
        length = at;
        return lines;
    }

    static void FillWithNops(Span<byte> code)
    {
        // At most one: code and data are whole half-words. As GNU as fills between Thumb instructions.
        const ushort nop = 0xBF00;
        BinaryPrimitives.WriteUInt16LittleEndian(code, nop);
    }

    /// <summary>Operands at commas, but a bracket or a list in one piece.</summary>
    static string[] Split(string text)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] is '[' or '{') depth++;
            if (i < text.Length && text[i] is ']' or '}') depth--;
            if (i < text.Length && (text[i] != ',' || depth > 0)) continue;
            parts.Add(text[start..i].Trim());
            start = i + 1;
        }
        return [.. parts];
    }

    internal static uint Number(string text, Dictionary<string, uint> symbols)
    {
        text = text.TrimStart('#');
        return symbols.TryGetValue(text, out var symbol) ? symbol
            : text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? uint.Parse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)
            : uint.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
    }
}

namespace Pogoline.Links.Swd.Loader;

/// <summary>Encodes one 16-bit Thumb instruction (Arm v7-M Architecture Reference Manual, chapter A5.2).</summary>
static class ThumbEncoder
{
    static readonly string[] Conditions = ["eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le"];

    static readonly Dictionary<string, int> DataProcessing = new(StringComparer.Ordinal)
    {
        ["ands"] = 0, ["eors"] = 1, ["tst"] = 8, ["orrs"] = 12, ["bics"] = 14, ["mvns"] = 15,
    };

    /// <summary>The instruction at an address.</summary>
    public static ushort Encode(string name, string[] operands, uint at, Dictionary<string, uint> symbols) => name switch
    {
        "nop" => 0xBF00,
        "bkpt" => (ushort)(0xBE00 | Immediate(operands[0], 255, symbols)),
        "movs" => (ushort)(0x2000 | (Low(operands[0]) << 8) | Immediate(operands[1], 255, symbols)),
        "cmp" when IsImmediate(operands[1]) => (ushort)(0x2800 | (Low(operands[0]) << 8) | Immediate(operands[1], 255, symbols)),
        "cmp" => (ushort)(0x4280 | (Low(operands[1]) << 3) | Low(operands[0])),
        "adds" => AddOrSubtract(operands, 0, symbols),
        "subs" => AddOrSubtract(operands, 1, symbols),
        "lsls" => (ushort)(0x0000 | (Immediate(operands[2], 31, symbols) << 6) | (Low(operands[1]) << 3) | Low(operands[0])),
        "lsrs" => (ushort)(0x0800 | (Immediate(operands[2], 31, symbols) << 6) | (Low(operands[1]) << 3) | Low(operands[0])),
        "ldr" or "str" => LoadOrStore(name == "ldr", operands, at, symbols),
        "ldmia" or "stmia" => Multiple(name == "ldmia", operands),
        "b" => (ushort)(0xE000 | (Offset(operands[0], at, 2048, symbols) & 0x7FF)),
        _ when DataProcessing.TryGetValue(name, out var code) => (ushort)(0x4000 | (code << 6) | (Low(operands[1]) << 3) | Low(operands[0])),
        _ when name.StartsWith('b') && Array.IndexOf(Conditions, name[1..]) is var condition and >= 0 =>
            (ushort)(0xD000 | (condition << 8) | (Offset(operands[0], at, 256, symbols) & 0xFF)),
        _ => throw new FormatException("there is no such instruction here"),
    };

    static ushort AddOrSubtract(string[] operands, int subtract, Dictionary<string, uint> symbols)
    {
        var (to, from) = (Low(operands[0]), Low(operands[1]));
        if (!IsImmediate(operands[2])) return (ushort)(0x1800 | (subtract << 9) | (Low(operands[2]) << 6) | (from << 3) | to);
        // One register to itself takes the form with eight bits, as GNU as has it.
        return to == from
            ? (ushort)(0x3000 | (subtract << 11) | (to << 8) | Immediate(operands[2], 255, symbols))
            : (ushort)(0x1C00 | (subtract << 9) | (Immediate(operands[2], 7, symbols) << 6) | (from << 3) | to);
    }

    static ushort LoadOrStore(bool load, string[] operands, uint at, Dictionary<string, uint> symbols)
    {
        var register = Low(operands[0]);
        if (!operands[1].StartsWith('['))
        {
            if (!load) throw new FormatException("only loads reach a label");
            var from = (at + 4) & ~3u;
            var distance = symbols[operands[1]] - from;
            return (distance & 3) == 0 && distance <= 1020 ? (ushort)(0x4800 | (register << 8) | (int)(distance / 4)) : throw new FormatException("the label is out of reach");
        }
        var parts = operands[1].Trim('[', ']').Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length == 2 && !IsImmediate(parts[1])) return (ushort)((load ? 0x5800 : 0x5000) | (Low(parts[1]) << 6) | (Low(parts[0]) << 3) | register);
        var offset = parts.Length == 1 ? 0 : Immediate(parts[1], 124, symbols);
        if (offset % 4 != 0) throw new FormatException("the offset is no multiple of 4");
        return (ushort)((load ? 0x6800 : 0x6000) | (offset / 4 << 6) | (Low(parts[0]) << 3) | register);
    }

    static ushort Multiple(bool load, string[] operands)
    {
        if (!operands[0].EndsWith('!')) throw new FormatException("the base register is written back");
        var registers = operands[1].Trim('{', '}').Split(',', StringSplitOptions.TrimEntries).Aggregate(0, (list, register) => list | (1 << Low(register)));
        return (ushort)((load ? 0xC800 : 0xC000) | (Low(operands[0].TrimEnd('!')) << 8) | registers);
    }

    static bool IsImmediate(string operand) => operand.StartsWith('#');

    static int Immediate(string operand, uint most, Dictionary<string, uint> symbols)
    {
        if (!IsImmediate(operand)) throw new FormatException($"'{operand}' is no immediate");
        var value = ThumbAssembler.Number(operand, symbols);
        return value <= most ? (int)value : throw new FormatException($"{value} does not fit");
    }

    static int Offset(string label, uint at, int most, Dictionary<string, uint> symbols)
    {
        var distance = (int)symbols[label] - (int)(at + 4);
        return distance >= -most && distance < most ? distance >> 1 : throw new FormatException("the label is out of reach");
    }

    static int Low(string register) => register is ['r', >= '0' and <= '7'] ? register[1] - '0' : throw new FormatException($"'{register}' is no low register");
}

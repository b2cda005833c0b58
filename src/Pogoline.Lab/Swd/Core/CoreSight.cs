namespace Pogoline.Lab.Swd.Core;

/// <summary>The private peripheral bus besides the core's own registers: components that only say what they are, and the ROM table.</summary>
static class CoreSight
{
    const uint RomTable = 0xE00FF000;
    const byte GenericClass = 0xE0, DebugClass = 0x90, RomClass = 0x10;

    /// <summary>The regions of a chip.</summary>
    public static IEnumerable<BusRegion> RegionsOf(ChipFacts facts)
    {
        (uint Start, ushort Part, byte Class)[] components =
        [
            (0xE000E000, facts.SystemControl, GenericClass), (0xE0001000, 0x002, GenericClass), (0xE0002000, 0x003, GenericClass),
            (0xE0000000, 0x001, GenericClass), (0xE0040000, facts.TracePort, DebugClass), (0xE0041000, facts.TraceMacrocell, DebugClass),
        ];
        foreach (var (start, part, kind) in components)
        {
            yield return new PlainRegion(start + 0xFD0, 0x30, Identification(part, 4, 0x3B, kind), isReadOnly: true);
            if (start is 0xE0002000 or 0xE000E000) continue;
            yield return new PlainRegion(start, 0xFD0, start == 0xE0001000 ? new Dictionary<uint, uint> { [0] = 0x40000000 } : null);
        }
        var table = Identification(facts.RomTable.Part, facts.RomTable.Bank, facts.RomTable.Code, RomClass).ToDictionary(pair => pair.Key + 0xFD0, pair => pair.Value);
        for (var i = 0; i < components.Length; i++) table[(uint)i * 4] = components[i].Start - RomTable | 3;
        yield return new PlainRegion(RomTable, 0x1000, table, isReadOnly: true);
    }

    // PIDR4…7, PIDR0…3, CIDR0…3.
    static Dictionary<uint, uint> Identification(ushort part, byte bank, byte code, byte kind) => new()
    {
        [0x00] = bank, [0x10] = (byte)part, [0x14] = (uint)(part >> 8 | (code & 15) << 4), [0x18] = (uint)(8 | code >> 4),
        [0x20] = 0x0D, [0x24] = kind, [0x28] = 0x05, [0x2C] = 0xB1,
    };
}

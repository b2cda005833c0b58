namespace Pogoline.Lab.Boot;

/// <summary>CRC-32 of IEEE 802.3 by one table, as the boards' firmware computes it.</summary>
static class Crc32
{
    static readonly uint[] Table = MakeTable();

    public static uint Compute(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data) crc = Table[(byte)(crc ^ b)] ^ crc >> 8;
        return ~crc;
    }

    static uint[] MakeTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var entry = i;
            for (var bit = 0; bit < 8; bit++) entry = (entry & 1) != 0 ? entry >> 1 ^ 0xEDB88320 : entry >> 1;
            table[i] = entry;
        }
        return table;
    }
}

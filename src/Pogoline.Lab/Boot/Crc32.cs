using System.Buffers.Binary;

namespace Pogoline.Lab.Boot;

/// <summary>CRC-32 of IEEE 802.3 by tables, eight bytes at a time.</summary>
static class Crc32
{
    const int Lanes = 8;
    static readonly uint[] Tables = MakeTables();

    public static uint Compute(ReadOnlySpan<byte> data)
    {
        var tables = Tables.AsSpan();
        var crc = uint.MaxValue;
        for (; data.Length >= Lanes; data = data[Lanes..])
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(data);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            crc = tables[0x700 + (byte)low] ^ tables[0x600 + (byte)(low >> 8)]
                ^ tables[0x500 + (byte)(low >> 16)] ^ tables[0x400 + (int)(low >> 24)]
                ^ tables[0x300 + (byte)high] ^ tables[0x200 + (byte)(high >> 8)]
                ^ tables[0x100 + (byte)(high >> 16)] ^ tables[(int)(high >> 24)];
        }
        foreach (var b in data) crc = tables[(byte)(crc ^ b)] ^ crc >> 8;
        return ~crc;
    }

    // Table n gives what a byte does to the CRC when n more zero bytes follow it.
    static uint[] MakeTables()
    {
        var tables = new uint[Lanes * 256];
        for (uint i = 0; i < 256; i++)
        {
            var entry = i;
            for (var bit = 0; bit < 8; bit++) entry = (entry & 1) != 0 ? entry >> 1 ^ 0xEDB88320 : entry >> 1;
            tables[i] = entry;
        }
        for (var i = 256; i < tables.Length; i++) tables[i] = tables[(byte)tables[i - 256]] ^ tables[i - 256] >> 8;
        return tables;
    }
}

using System.Buffers;
using System.Buffers.Binary;

namespace Pogoline.Hex;

/// <summary>
/// Writes UF2: blocks of 512 bytes that carry 256 bytes each for an address that is a multiple of 256. A page with data is written whole, the
/// rest of it FF, which is what erased flash reads.
/// </summary>
/// <param name="output">Where to.</param>
/// <param name="family">The family id of the microcontroller; null to leave it out.</param>
/// <param name="blocks">How many blocks there will be, see <see cref="CountBlocks"/>.</param>
public sealed class Uf2Writer(IBufferWriter<byte> output, uint? family, uint blocks) : IImageWriter
{
    /// <summary>The family id of the nRF52840 in the public list.</summary>
    public const uint Nrf52840 = 0xADA52840;

    /// <summary>The family id of the STM32F2 in the public list.</summary>
    public const uint Stm32F2 = 0x5D1A0A2E;

    const int Block = 512;
    const uint Page = 256;
    const int Data = 32;
    const uint FamilyPresent = 0x00002000;

    readonly byte[] _page = new byte[Page];
    uint? _at;
    uint _number;

    /// <summary>How many blocks an image takes.</summary>
    public static uint CountBlocks(IEnumerable<AddressRange> runs)
    {
        var (count, last) = (0u, -1L);
        foreach (var run in runs)
        {
            var (first, end) = ((long)(run.Start.Value / Page), (long)((run.End.Value - 1) / Page));
            count += (uint)(end - Math.Max(first, last + 1) + 1);
            last = end;
        }
        return count;
    }

    /// <inheritdoc/>
    public void Write(FlashAddress address, ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var page = address.Value & ~(Page - 1);
            if (_at != page)
            {
                Flush();
                _page.AsSpan().Fill(0xFF);
                _at = page;
            }
            var take = (int)Math.Min((uint)bytes.Length, page + Page - address.Value);
            bytes[..take].CopyTo(_page.AsSpan((int)(address.Value - page)));
            address += (uint)take;
            bytes = bytes[take..];
        }
    }

    /// <inheritdoc/>
    public void Finish(HexEntry? entry) => Flush();

    void Flush()
    {
        if (_at is not { } address) return;
        var block = output.GetSpan(Block)[..Block];
        block.Clear();
        Put(block, 0, 0x0A324655);
        Put(block, 4, 0x9E5D5157);
        Put(block, 8, family is null ? 0 : FamilyPresent);
        Put(block, 12, address);
        Put(block, 16, Page);
        Put(block, 20, _number++);
        Put(block, 24, blocks);
        Put(block, 28, family ?? 0);
        _page.CopyTo(block[Data..]);
        Put(block, Block - 4, 0x0AB16F30);
        output.Advance(Block);
        _at = null;
    }

    static void Put(Span<byte> block, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(block[offset..], value);
}

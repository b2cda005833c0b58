using System.Buffers;

namespace Pogoline.Hex;

/// <summary>Writes the bare bytes from the first address to the last one, gaps filled.</summary>
/// <param name="output">Where to.</param>
/// <param name="fill">What gaps are filled with; flash that is erased reads FF.</param>
public sealed class RawWriter(IBufferWriter<byte> output, byte fill = 0xFF) : IImageWriter
{
    /// <summary>The largest gap that is filled, in bytes; images with flash and configuration registers have far larger ones.</summary>
    public const uint LargestGap = 16 * 1024 * 1024;

    FlashAddress? _end;

    /// <inheritdoc/>
    public void Write(FlashAddress address, ReadOnlySpan<byte> bytes)
    {
        var gap = _end is { } end ? address - end : 0;
        if (gap > LargestGap)
        {
            throw new PogolineException(HexFaults.TooLarge, $"Between {_end} and {address} lie {gap} bytes without data; a file of bare bytes would hold them.",
                "Take one region with --range START-END.");
        }
        while (gap > 0)
        {
            var room = output.GetSpan();
            room = room[..(int)Math.Min(gap, (uint)room.Length)];
            room.Fill(fill);
            output.Advance(room.Length);
            gap -= (uint)room.Length;
        }
        output.Write(bytes);
        _end = address + (uint)bytes.Length;
    }

    /// <inheritdoc/>
    public void Finish(HexEntry? entry)
    {
    }
}

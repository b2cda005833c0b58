using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Dfu;

/// <summary>Gen 2 alternate 2 (P1). Nothing is verified; the chip's address counter wraps at its end.</summary>
sealed class Gen2SerialFlash(FlashArray flash) : IGen2Memory
{
    public bool Contains(uint address) => address < flash.Range.Length;

    public int PollTimeout(bool erases) => 0;

    public bool Read(uint address, Span<byte> buffer)
    {
        var first = UpToEnd(address, buffer.Length);
        flash.Read(new(address), first).CopyTo(buffer);
        flash.Read(flash.Range.Start, buffer.Length - first).CopyTo(buffer[first..]);
        return true;
    }

    public bool Write(uint address, ReadOnlySpan<byte> data)
    {
        var first = UpToEnd(address, data.Length);
        flash.Program(new(address), data[..first]);
        flash.Program(flash.Range.Start, data[first..]);
        return true;
    }

    public bool Erase(uint address)
    {
        flash.Erase(new FlashAddress(address));
        return true;
    }

    int UpToEnd(uint address, int length) => (int)Math.Min((uint)length, flash.Range.Length - address);
}

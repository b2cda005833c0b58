using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Dfu;

/// <summary>Gen 2 alternate 0. The first 128 KiB can be read only; a write is read back and repeated when it did not take.</summary>
sealed class Gen2InternalFlash(FlashArray flash) : IGen2Memory
{
    const uint FirstWritable = 0x08020000;
    const int Rounds = 3;
    const int WordLength = 4;

    public bool Contains(uint address) => flash.Range.Contains(new FlashAddress(address));

    public int PollTimeout(bool erases) => 0;

    public bool Read(uint address, Span<byte> buffer)
    {
        var available = Available(address, buffer.Length);
        flash.Read(new(address), available).CopyTo(buffer);
        buffer[available..].Clear(); // past the end the real one faults
        return true;
    }

    public bool Write(uint address, ReadOnlySpan<byte> data)
    {
        if (address < FirstWritable || address % WordLength != 0) return false;
        Span<byte> words = stackalloc byte[(data.Length + WordLength - 1) / WordLength * WordLength];
        words.Fill(0xFF);
        data.CopyTo(words);
        var inside = words[..Available(address, words.Length)];
        for (var round = 0; round < Rounds; round++)
        {
            if (flash.Program(new(address), inside)) return inside.Length == words.Length;
        }
        return false;
    }

    public bool Erase(uint address)
    {
        if (address < FirstWritable) return false;
        flash.Erase(new FlashAddress(address));
        return true;
    }

    int Available(uint address, int length) => (int)Math.Min((uint)length, flash.Range.End - new FlashAddress(address));
}

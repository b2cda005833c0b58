using System.Buffers.Binary;
using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Dfu;

/// <summary>Gen 3 alternate 0. The range test includes the end address; the flash layer below it serves all pages but the first (MBR).</summary>
/// <param name="flash">The microcontroller's flash.</param>
/// <param name="platformId">The platform id that a module must have to be taken for user firmware.</param>
/// <param name="dropsCompatibleUserPart">Whether user firmware at the 256 KiB position erases the page of the 128 KiB position.</param>
sealed class Gen3InternalFlash(FlashArray flash, int platformId, bool dropsCompatibleUserPart) : IDfuMemory
{
    const uint End = 0x00100000;
    const uint FirstWritable = 0x00001000;
    const uint UserPart = 0x000B4000;
    const uint CompatibleUserPart = 0x000D4000;
    const uint VectorTableLength = 0x200;
    const int HeaderLength = 24;

    public bool Read(uint address, Span<byte> buffer)
    {
        if (!IsInside(address, buffer.Length)) return false;
        flash.Read(new(address), buffer.Length).CopyTo(buffer);
        return true;
    }

    public bool Write(uint address, ReadOnlySpan<byte> data)
    {
        if (!IsInside(address, data.Length) || address < FirstWritable) return false;
        flash.Program(new(address), data);
        if (dropsCompatibleUserPart && address == UserPart && data.Length >= HeaderLength && HoldsUserPart())
            flash.Erase(new FlashAddress(CompatibleUserPart));
        return true;
    }

    public bool Erase(uint address)
    {
        if (address is < FirstWritable or >= End) return false;
        flash.Erase(new FlashAddress(address));
        return true;
    }

    // Looks at what the flash holds, not at what was sent. Function, index, version and CRC are of no interest to it.
    bool HoldsUserPart()
    {
        var startsWithStackPointer = (Word(UserPart) & 0x2FFC0000) == 0x20000000;
        var header = startsWithStackPointer ? UserPart + VectorTableLength : UserPart;
        return Word(header) == UserPart && Word(header + 4) <= End && (ushort)Word(header + 12) == platformId;
    }

    uint Word(uint address) => BinaryPrimitives.ReadUInt32LittleEndian(flash.Read(new(address), 4));

    static bool IsInside(uint address, int length) => address <= End && address + (uint)length <= End;
}

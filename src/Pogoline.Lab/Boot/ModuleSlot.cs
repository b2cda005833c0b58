using System.Buffers.Binary;
using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Boot;

/// <summary>
/// A pending copy that the bootloader carries out at the next start: one of five 20-byte records in the device configuration table. Slot 0
/// describes the factory image, 1 to 4 are for updates.
/// </summary>
/// <param name="Magic"><see cref="Pending"/>, <see cref="Factory"/>, or anything else for a free slot.</param>
/// <param name="SourceDevice">1: internal flash, 2: external flash.</param>
/// <param name="DestinationDevice">As the source.</param>
/// <param name="Source">The first address of the source.</param>
/// <param name="Destination">The first address of the destination.</param>
/// <param name="Length">Bytes of the source.</param>
/// <param name="Flags">What to check, and how to copy.</param>
/// <param name="Function">The module function that <see cref="VerifyFunction"/> compares with.</param>
public readonly record struct ModuleSlot(
    ushort Magic, byte SourceDevice, byte DestinationDevice, FlashAddress Source, FlashAddress Destination, uint Length, byte Flags,
    ModuleFunction Function)
{
    /// <summary>Bytes of a record.</summary>
    public const int Size = 20;

    /// <summary>How many records there are.</summary>
    public const int Count = 5;

    /// <summary>The magic of a general slot that waits.</summary>
    public const ushort Pending = 0xABCD;

    /// <summary>The magic of the factory slot.</summary>
    public const ushort Factory = 0x0FAC;

    /// <summary>The source or destination is the internal flash.</summary>
    public const byte Internal = 1;

    /// <summary>The source or destination is the external flash.</summary>
    public const byte External = 2;

    /// <summary>Check the CRC of the source.</summary>
    public const byte VerifyCrc = 0x02;

    /// <summary>The destination must be the start address of the header.</summary>
    public const byte VerifyStart = 0x04;

    /// <summary>The function must be that of the header.</summary>
    public const byte VerifyFunction = 0x08;

    /// <summary>Copy only what follows the header.</summary>
    public const byte DropHeader = 0x10;

    /// <summary>Inflate while copying.</summary>
    public const byte Compressed = 0x20;

    /// <summary>Whether the copy is still to be made.</summary>
    public bool IsPending => Magic == Pending;

    /// <summary>Reads a slot of the table.</summary>
    public static ModuleSlot Read(DctStore dct, int index)
    {
        var at = dct.Bytes.Slice(DctLayout.ModuleSlots + index * Size, Size);
        return new(
            BinaryPrimitives.ReadUInt16LittleEndian(at), at[2], at[3], new(BinaryPrimitives.ReadUInt32LittleEndian(at[4..])),
            new(BinaryPrimitives.ReadUInt32LittleEndian(at[8..])), BinaryPrimitives.ReadUInt32LittleEndian(at[12..]),
            at[16], (ModuleFunction)at[17]);
    }

    /// <summary>The general slots in order.</summary>
    public static IEnumerable<(int Index, ModuleSlot Slot)> General(DctStore dct) =>
        Enumerable.Range(1, Count - 1).Select(index => (index, Read(dct, index)));

    /// <summary>Puts a pending copy into the first free general slot.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool TryAdd(DctStore dct, ModuleSlot slot)
    {
        foreach (var (index, present) in General(dct))
        {
            if (present.IsPending) continue;
            slot.Write(dct, index);
            return true;
        }
        return false;
    }

    /// <summary>Frees a slot: the magic goes, the other bytes stay.</summary>
    public static void Free(DctStore dct, int index) => dct.Write(DctLayout.ModuleSlots + index * Size, [0xFF, 0xFF]);

    /// <summary>Writes the record into the table.</summary>
    public void Write(DctStore dct, int index)
    {
        Span<byte> bytes = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, Magic);
        bytes[2] = SourceDevice;
        bytes[3] = DestinationDevice;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], Source.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Destination.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[12..], Length);
        bytes[16] = Flags;
        bytes[17] = (byte)Function;
        bytes[18] = bytes[19] = 0;
        dct.Write(DctLayout.ModuleSlots + index * Size, bytes);
    }
}

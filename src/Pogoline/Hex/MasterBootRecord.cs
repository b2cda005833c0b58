using System.Buffers.Binary;

namespace Pogoline.Hex;

/// <summary>
/// Nordic's master boot record, the first page of a Gen 3 board. No release contains it: it comes from a restore image, from a SoftDevice hex
/// file, or from what was read out of a good board.
/// </summary>
public sealed class MasterBootRecord
{
    /// <summary>Its page, in bytes.</summary>
    public const int Size = 4096;

    // Vector table and code of the record take more than this.
    const int Least = 1024;
    const int BootloaderWord = 0xFF8;
    const uint RamStart = 0x20000000, RamEnd = 0x20040000;

    MasterBootRecord(byte[] page) => Page = page;

    /// <summary>The whole page; what the source did not have is FF.</summary>
    public ReadOnlyMemory<byte> Page { get; }

    /// <summary>Takes the record out of an image.</summary>
    /// <param name="image">Data at addresses, of which the record lies at 0.</param>
    /// <param name="name">The file's name, for the message.</param>
    /// <param name="bootloader">Where the bootloader of the board starts.</param>
    /// <exception cref="PogolineException">There is none (<see cref="HexFaults.Mbr"/>).</exception>
    public static MasterBootRecord Take(MemoryImage image, string name, FlashAddress bootloader)
    {
        ArgumentNullException.ThrowIfNull(image);
        var found = image.Read(default, Size).Span;
        if (found.Length < Least) throw None(name, $"it has {found.Length} bytes at address 0, a master boot record takes {Least} or more");
        var page = new byte[Size];
        page.AsSpan().Fill(0xFF);
        found.CopyTo(page);
        var (stack, reset, other) = (Word(page, 0), Word(page, 4), Word(page, BootloaderWord));
        if (stack is <= RamStart or > RamEnd || stack % 4 != 0) throw None(name, $"its first word, 0x{stack:X8}, is no stack pointer");
        if (reset % 2 == 0 || reset >= Size) throw None(name, $"its second word, 0x{reset:X8}, is no address in the first page");
        if (other != uint.MaxValue && other != bootloader.Value) throw None(name, $"it names 0x{other:X8} as the bootloader, the board has it at {bootloader}");
        return new(page);
    }

    static uint Word(ReadOnlySpan<byte> page, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(page[offset..]);

    static PogolineException None(string name, string why) => new(HexFaults.Mbr, $"{name} holds no master boot record: {why}.",
        "Give a restore image, Nordic's SoftDevice hex file, or the first 4096 bytes read from a good board.");
}

using System.Buffers.Binary;

namespace Pogoline.Lab.Boot;

/// <summary>
/// The 24 bytes that describe a module, as a board's own firmware reads them. Written apart from the host's reader, so that one cannot
/// hide a mistake of the other.
/// </summary>
/// <param name="Start">The first address of the module.</param>
/// <param name="End">The address of its CRC.</param>
/// <param name="Mcu">0, or the identifier of the network co-processor the image is for (0x21: ESP32).</param>
/// <param name="Flags">See the constants.</param>
/// <param name="Version">The module version.</param>
/// <param name="PlatformId">The platform it was built for.</param>
/// <param name="Module">Function and index.</param>
/// <param name="Dependency">The first dependency.</param>
/// <param name="Dependency2">The second dependency.</param>
public readonly record struct ModuleHeader(
    FlashAddress Start, FlashAddress End, byte Mcu, byte Flags, ushort Version, ushort PlatformId, ModuleId Module,
    ModuleDependency Dependency, ModuleDependency Dependency2)
{
    /// <summary>Bytes in flash.</summary>
    public const int Size = 24;

    /// <summary>Only what follows the header is stored.</summary>
    public const byte DropHeader = 0x01;

    /// <summary>What follows the header is deflated.</summary>
    public const byte Compressed = 0x02;

    /// <summary>Another module follows in the same file.</summary>
    public const byte Combined = 0x04;

    /// <summary>The length of the whole image with its CRC, in bytes; 0 when the end lies before the start.</summary>
    public long ImageLength => End > Start ? (long)(End - Start) + ModuleImage.CrcSize : 0;

    /// <summary>Both dependencies, empty ones included.</summary>
    public IEnumerable<ModuleDependency> Dependencies => [Dependency, Dependency2];

    /// <summary>Takes the bytes as a header, whatever they are; false only when there are fewer than <see cref="Size"/>.</summary>
    public static bool TryRead(ReadOnlySpan<byte> source, out ModuleHeader header)
    {
        header = default;
        if (source.Length < Size) return false;
        header = new(
            new(BinaryPrimitives.ReadUInt32LittleEndian(source)), new(BinaryPrimitives.ReadUInt32LittleEndian(source[4..])),
            source[8], source[9], BinaryPrimitives.ReadUInt16LittleEndian(source[10..]), BinaryPrimitives.ReadUInt16LittleEndian(source[12..]),
            new((ModuleFunction)source[14], source[15]), ReadDependency(source[16..]), ReadDependency(source[20..]));
        return true;
    }

    static ModuleDependency ReadDependency(ReadOnlySpan<byte> source) =>
        new(new((ModuleFunction)source[0], source[1]), BinaryPrimitives.ReadUInt16LittleEndian(source[2..]));
}

using System.Buffers;
using System.Buffers.Binary;

namespace Pogoline.Modules;

/// <summary>The 24 bytes that say what a module is (Device OS <c>module_info_t</c>); integers are little-endian.</summary>
public readonly record struct ModuleHeader
{
    /// <summary>The size in bytes, without extensions.</summary>
    public const int Size = 24;

    /// <summary>The size in bytes of the CRC-32 that lies at <see cref="End"/>.</summary>
    public const int CrcSize = 4;

    /// <summary>The address of the first byte of the image.</summary>
    public FlashAddress Start { get; init; }

    /// <summary>The address of the CRC-32, so four less than where the image ends.</summary>
    public FlashAddress End { get; init; }

    /// <summary>Which processor an NCP image is for (0x21 is the ESP32); 0 for the main one.</summary>
    public byte McuTarget { get; init; }

    /// <summary>How the image is packed.</summary>
    public ModuleFlags Flags { get; init; }

    /// <summary>The module version.</summary>
    public ushort Version { get; init; }

    /// <summary>The platform.</summary>
    public ushort PlatformId { get; init; }

    /// <summary>Function and index.</summary>
    public ModuleId Id { get; init; }

    /// <summary>What it needs first; may be empty while the second is not.</summary>
    public ModuleDependency Dependency1 { get; init; }

    /// <summary>What else it needs.</summary>
    public ModuleDependency Dependency2 { get; init; }

    /// <summary>The length in bytes of the image with its CRC.</summary>
    public uint ImageLength => End - Start + CrcSize;

    /// <summary>Reads a header.</summary>
    /// <returns>
    /// <see cref="OperationStatus.InvalidData"/> when no module has such a header: the end is not behind the start, the function is none, or
    /// an empty dependency has an index or a version.
    /// </returns>
    public static OperationStatus TryRead(ReadOnlySpan<byte> source, out ModuleHeader header)
    {
        header = default;
        if (source.Length < Size) return OperationStatus.NeedMoreData;
        header = new()
        {
            Start = new(BinaryPrimitives.ReadUInt32LittleEndian(source)),
            End = new(BinaryPrimitives.ReadUInt32LittleEndian(source[4..])),
            McuTarget = source[8],
            Flags = (ModuleFlags)source[9],
            Version = BinaryPrimitives.ReadUInt16LittleEndian(source[10..]),
            PlatformId = BinaryPrimitives.ReadUInt16LittleEndian(source[12..]),
            Id = new((ModuleFunction)source[14], source[15]),
            Dependency1 = ReadDependency(source[16..]),
            Dependency2 = ReadDependency(source[20..]),
        };
        var isValid = header.End > header.Start && header.End.Value <= uint.MaxValue - CrcSize && header.Id.Function != ModuleFunction.None
            && IsValid(header.Dependency1) && IsValid(header.Dependency2);
        return isValid ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>Writes the 24 bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(destination, Start.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], End.Value);
        destination[8] = McuTarget;
        destination[9] = (byte)Flags;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[10..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(destination[12..], PlatformId);
        destination[14] = (byte)Id.Function;
        destination[15] = Id.Index;
        WriteDependency(destination[16..], Dependency1);
        WriteDependency(destination[20..], Dependency2);
    }

    static ModuleDependency ReadDependency(ReadOnlySpan<byte> source) =>
        new(new((ModuleFunction)source[0], source[1]), BinaryPrimitives.ReadUInt16LittleEndian(source[2..]));

    static void WriteDependency(Span<byte> destination, ModuleDependency dependency)
    {
        destination[0] = (byte)dependency.Module.Function;
        destination[1] = dependency.Module.Index;
        BinaryPrimitives.WriteUInt16LittleEndian(destination[2..], dependency.Version);
    }

    static bool IsValid(ModuleDependency dependency) => !dependency.IsEmpty || dependency == default;
}

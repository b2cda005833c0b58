using System.Buffers.Binary;
using System.IO.Compression;

namespace Pogoline.Lab.Boot;

/// <summary>Inflates a compressed module: its header, 8 bytes that describe the stream, and raw deflate.</summary>
static class CompressedModule
{
    const int StreamHeaderSize = 8;
    const byte RawDeflate = 0;

    /// <summary>The size of the original as the stream header announces it.</summary>
    public static bool TryReadSize(ReadOnlySpan<byte> image, out int size)
    {
        size = 0;
        if (image.Length < ModuleHeader.Size + StreamHeaderSize) return false;
        var stream = image[ModuleHeader.Size..];
        var announced = BinaryPrimitives.ReadUInt32LittleEndian(stream[4..]);
        if (BinaryPrimitives.ReadUInt16LittleEndian(stream) != StreamHeaderSize || stream[2] != RawDeflate || announced > int.MaxValue) return false;
        size = (int)announced;
        return true;
    }

    /// <summary>Inflates as much as there is, at most the announced size; a bad stream ends early.</summary>
    public static byte[] Inflate(byte[] image, int size)
    {
        var original = new byte[size];
        var done = 0;
        using var source = new MemoryStream(image, ModuleHeader.Size + StreamHeaderSize, image.Length - ModuleHeader.Size - StreamHeaderSize);
        using var inflater = new DeflateStream(source, CompressionMode.Decompress);
        try
        {
            for (int read; done < size && (read = inflater.Read(original, done, size - done)) > 0;) done += read;
        }
        catch (InvalidDataException)
        {
            // What came before the fault has been written by then.
        }
        return original[..done];
    }
}

using System.Buffers.Binary;
using System.Collections.Concurrent;

namespace Pogoline.Links.Swd.Loader;

/// <summary>The loaders: assembled from their sources in this assembly, each once.</summary>
public static class LoaderCode
{
    const string Loop = "loop.s";
    const uint ReversedPolynomial = 0xEDB88320;

    static readonly ConcurrentDictionary<string, byte[]> Assembled = new();

    /// <summary>The machine code of the loader for a flash controller.</summary>
    /// <param name="controller">The name of its source file, such as <c>nrf52840</c>.</param>
    public static ReadOnlyMemory<byte> Of(string controller) => Assembled.GetOrAdd(controller, name => ThumbAssembler.Assemble(SourceOf(name)));

    /// <summary>The source text: the loop and what belongs to the flash controller.</summary>
    public static string SourceOf(string controller) => Read(Loop) + Read($"{controller}.s");

    /// <summary>The 256 words that the checksum goes by.</summary>
    public static ReadOnlyMemory<byte> CrcTable { get; } = MakeCrcTable();

    static string Read(string name)
    {
        using var stream = typeof(LoaderCode).Assembly.GetManifestResourceStream(name) ?? throw new InvalidDataException($"the resource {name} is missing");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    static byte[] MakeCrcTable()
    {
        var table = new byte[256 * sizeof(uint)];
        for (var i = 0u; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? (value >> 1) ^ ReversedPolynomial : value >> 1;
            BinaryPrimitives.WriteUInt32LittleEndian(table.AsSpan((int)i * sizeof(uint)), value);
        }
        return table;
    }
}

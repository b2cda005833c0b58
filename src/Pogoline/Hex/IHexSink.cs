namespace Pogoline.Hex;

/// <summary>Takes the data of an Intel HEX file as it is read.</summary>
public interface IHexSink
{
    /// <summary>Takes bytes that lie one behind the other in the file and in memory.</summary>
    /// <param name="address">The address of the first one.</param>
    /// <param name="bytes">The bytes; valid during the call.</param>
    /// <param name="line">The line that the first one stands in.</param>
    void Write(FlashAddress address, ReadOnlySpan<byte> bytes, long line);
}

/// <summary>Writes an image in some file format.</summary>
public interface IImageWriter
{
    /// <summary>Adds bytes; addresses ascend from call to call and never overlap.</summary>
    /// <exception cref="PogolineException">The format cannot hold them.</exception>
    void Write(FlashAddress address, ReadOnlySpan<byte> bytes);

    /// <summary>Writes what ends the file.</summary>
    /// <param name="entry">The entry point, for formats that have one.</param>
    void Finish(HexEntry? entry);
}

/// <summary>An entry point: a start address record.</summary>
/// <param name="IsLinear">Whether it is a 32-bit address (type 05), or a segment and an offset (type 03).</param>
/// <param name="Value">The four bytes, most significant first.</param>
public readonly record struct HexEntry(bool IsLinear, uint Value);

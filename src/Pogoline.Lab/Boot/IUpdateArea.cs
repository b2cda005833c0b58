namespace Pogoline.Lab.Boot;

/// <summary>The memory in which a running system collects an update, and what it does with the collected image.</summary>
interface IUpdateArea
{
    /// <summary>Its length in bytes.</summary>
    uint Length { get; }

    /// <summary>The address that the firmware knows it by.</summary>
    uint Address { get; }

    /// <summary>What the last operation came to: 0, or an error.</summary>
    int Result { get; }

    /// <summary>Makes room for an update.</summary>
    /// <param name="length">Bytes; more than there is room for is cut without a word.</param>
    IEnumerable<TimeSpan> Erase(uint length);

    /// <summary>Stores a part.</summary>
    /// <param name="offset">From the beginning of the area.</param>
    /// <param name="data">The bytes.</param>
    IEnumerable<TimeSpan> Store(uint offset, ReadOnlyMemory<byte> data);

    /// <summary>Judges the image; 0 when it is accepted.</summary>
    int Validate();

    /// <summary>Judges the image and carries it out when it is accepted.</summary>
    IEnumerable<TimeSpan> Apply();
}

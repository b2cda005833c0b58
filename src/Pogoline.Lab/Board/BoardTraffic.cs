namespace Pogoline.Lab.Board;

/// <summary>What went over endpoint 0 of a board.</summary>
/// <param name="Transfers">Control transfers.</param>
/// <param name="BytesToHost">Bytes of data stages to the host.</param>
/// <param name="BytesToBoard">Bytes of data stages to the board.</param>
public readonly record struct BoardTraffic(long Transfers, long BytesToHost, long BytesToBoard);

using Pogoline.Lab.Dfu;

namespace Pogoline.Tests.Lab;

public sealed class DfuStateTableTests
{
    // Rows: the state before. Cells: the state after; x: refused, that is STALL and dfuERROR.
    const string Gen3 = """
                     Detach Download Leave UploadCommands UploadReserved UploadData GetStatus ClearStatus GetState Abort
        Idle              2        3     6              2              x          9         2           x        2     2
        DownloadSync      2        x     x              x              x          x         4           x        3     2
        DownloadBusy      x        x     x              x              x          x         x           x        x     x
        DownloadIdle      2        3     6              x              x          x         5           x        5     2
        ManifestSync      2        x     x              x              x          x         7           x        6     2
        Manifest          x        x     x              x              x          x         8           x        x     x
        ManifestWaitReset x        x     x              x              x          x         x           x        x     x
        UploadIdle        2        x     x              2              x          9         9           x        9     2
        Error             x        x     x              x              x          x        10           2       10     x
        """;

    // Cells: the state after; a trailing x: refused with STALL. A + after the state before: a block waits to be carried out.
    const string Gen2 = """
                     Detach Download Leave UploadCommands UploadCommandsShort UploadReserved UploadData UploadNothing GetStatus ClearStatus GetState Abort
        Idle              2        3     6              2                   9            15x          9             2         2          10        2     2
        DownloadSync+     2       3x    3x             3x                  3x             3x         3x             2         4          10        3     2
        DownloadSync      2       3x    3x             3x                  3x             3x         3x             2         5          10        3     2
        DownloadIdle      2        3     6             5x                  5x             5x         5x             2         5          10        5     2
        ManifestSync      2       6x    6x             6x                  6x             6x         6x             2         7          10        6     2
        ManifestWaitReset 8       8x    8x             8x                  8x             8x         8x             2         8          10        8     8
        UploadIdle        2       9x    9x              2                   9            15x          9             2         9          10        9     2
        Error            10      10x   10x            10x                 10x            10x        10x             2        10           2       10    10
        Stray            15      15x   15x            15x                 15x            15x        15x             2        15          10       15    15
        """;

    [Fact]
    public void Gen3_goes_from_state_to_state_as_the_table_says() => AssertTable(Gen3, (state, _, operation) =>
        Gen3DfuStates.Next(state, operation) is { } next ? $"{(int)next}" : "x");

    [Fact]
    public void Gen2_goes_from_state_to_state_as_the_table_says() => AssertTable(Gen2, (state, pending, operation) =>
    {
        var (next, refused) = Gen2DfuStates.Next(state, operation, pending);
        return $"{(int)next}{(refused ? "x" : "")}";
    });

    [Fact]
    public void The_tables_leave_out_no_state_and_no_request()
    {
        DfuState[] neverReached = [DfuState.AppIdle, DfuState.AppDetach];
        Assert.Equal(Enum.GetValues<DfuState>().Except([.. neverReached, DfuState.Stray]), StatesOf(Gen3));
        Assert.Equal(Enum.GetValues<DfuState>().Except([.. neverReached, DfuState.DownloadBusy, DfuState.Manifest]), StatesOf(Gen2).Distinct());
        Assert.Equal(
            Enum.GetNames<DfuOperation>().Except([nameof(DfuOperation.UploadCommandsShort), nameof(DfuOperation.UploadNothing)]), Columns(Gen3));
        Assert.Equal(Enum.GetNames<DfuOperation>(), Columns(Gen2));
    }

    static void AssertTable(string table, Func<DfuState, bool, DfuOperation, string> next)
    {
        var columns = Columns(table);
        foreach (var row in Rows(table))
        {
            var actual = columns.Select(column => next(StateOf(row[0]), row[0].EndsWith('+'), Enum.Parse<DfuOperation>(column)));
            Assert.Equal(row, actual.Prepend(row[0]));
        }
    }

    static string[] Columns(string table) => Split(table.Split('\n')[0]);

    static IEnumerable<string[]> Rows(string table) => table.Split('\n').Skip(1).Select(Split);

    static IEnumerable<DfuState> StatesOf(string table) => Rows(table).Select(row => StateOf(row[0]));

    static DfuState StateOf(string name) => Enum.Parse<DfuState>(name.TrimEnd('+'));

    static string[] Split(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

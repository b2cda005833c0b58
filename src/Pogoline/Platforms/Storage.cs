using System.Text.Json.Serialization;

namespace Pogoline.Platforms;

/// <summary>A memory of a board.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StorageKind>))]
public enum StorageKind
{
    /// <summary>The microcontroller's own flash; addresses are the controller's.</summary>
    [JsonStringEnumMemberName("internalFlash")] InternalFlash,

    /// <summary>The external serial flash; addresses are offsets inside the chip.</summary>
    [JsonStringEnumMemberName("externalFlash")] ExternalFlash,

    /// <summary>The device configuration table; addresses are DFU alternate 1 offsets.</summary>
    [JsonStringEnumMemberName("dct")] Dct,

    /// <summary>The network co-processor's own memory, out of reach of DFU and SWD.</summary>
    [JsonStringEnumMemberName("externalMcu")] ExternalMcu,
}

/// <summary>A memory with its erase units and the data-sheet times of its operations.</summary>
public sealed record Storage
{
    /// <summary>Which memory.</summary>
    public required StorageKind Kind { get; init; }

    /// <summary>The first address.</summary>
    public required FlashAddress Start { get; init; }

    /// <summary>Runs of equal erase units, ascending from <see cref="Start"/>; empty for a memory without erase.</summary>
    public IReadOnlyList<EraseRun> EraseRuns { get; init => field = value ?? []; } = [];

    /// <summary>Typical time to program one unit, in microseconds; see <see cref="ProgramUnit"/>.</summary>
    public double ProgramMicroseconds { get; init; }

    /// <summary>Bytes programmed at once.</summary>
    public int ProgramUnit { get; init => field = value == 0 ? 4 : value; } = 4;

    /// <summary>The whole memory.</summary>
    [JsonIgnore]
    public AddressRange Range => AddressRange.Of(Start, (uint)EraseRuns.Sum(run => (long)run.Count * run.Size));

    /// <summary>The erase units that a range touches, ascending.</summary>
    public IEnumerable<AddressRange> EraseUnits(AddressRange range) => EraseRunsOver(range).Select(unit => unit.Range);

    /// <summary>Typical time to erase every unit that the range touches.</summary>
    public TimeSpan EraseTime(AddressRange range) =>
        TimeSpan.FromMilliseconds(EraseRunsOver(range).Sum(unit => unit.Run.EraseMilliseconds));

    /// <summary>Typical time to program that many bytes.</summary>
    public TimeSpan ProgramTime(long bytes) =>
        TimeSpan.FromMicroseconds((bytes + ProgramUnit - 1) / ProgramUnit * ProgramMicroseconds);

    IEnumerable<(AddressRange Range, EraseRun Run)> EraseRunsOver(AddressRange range)
    {
        var at = Start;
        foreach (var run in EraseRuns)
        {
            for (var i = 0; i < run.Count; i++, at += run.Size)
            {
                var unit = AddressRange.Of(at, run.Size);
                if (unit.Overlaps(range)) yield return (unit, run);
            }
        }
    }
}

/// <summary>Equal erase units in a row.</summary>
/// <param name="Count">How many.</param>
/// <param name="Size">Bytes of one.</param>
/// <param name="EraseMilliseconds">Typical time to erase one.</param>
public sealed record EraseRun(int Count, uint Size, double EraseMilliseconds);

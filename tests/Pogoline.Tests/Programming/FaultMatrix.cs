using System.Globalization;
using System.Text;
using Pogoline.Lab.Board;
using Pogoline.Lab.Faults;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;
using Pogoline.Programming.Journal;

namespace Pogoline.Tests.Programming;

/// <summary>How a job with a fault in it ended.</summary>
enum CellEnd
{
    /// <summary>At once, and the flash holds what it should.</summary>
    Passed,

    /// <summary>By going on with it, and the flash holds what it should.</summary>
    PassedAfterResume,

    /// <summary>Not at all, with a reason and a way back; the board can be reached without SWD.</summary>
    Refused,

    /// <summary>
    /// Not at all, and the board needs SWD: it was writing its bootloader over the running one's place when its power went or a bit did not take.
    /// No route but SWD avoids that, for the running system writes it in every other.
    /// </summary>
    Impossible,

    /// <summary>The board cannot be reached without SWD any more, or it was called passed and is not.</summary>
    Lost,
}

/// <summary>One fault in one step of one job.</summary>
sealed record Cell(string Board, Route Route, string Step, LabFault Fault, CellEnd End, string Why);

/// <summary>
/// Every step of a job × every fault that can happen in it, on virtual boards with the times of the data sheets and a virtual clock. Where in a
/// step a fault happens is drawn, always the same.
/// </summary>
static class FaultMatrix
{
    const int Resumes = 2;
    static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan ButtonForDfu = TimeSpan.FromSeconds(4);

    static readonly LabFault[] Faults =
    [
        new() { Fault = LabFaultKind.PowerCut, At = LabMoment.Erase, Seconds = 2 },
        new() { Fault = LabFaultKind.PowerCut, At = LabMoment.Byte, Seconds = 2 },
        new() { Fault = LabFaultKind.PowerCut, At = LabMoment.Program, Seconds = 2 },
        new() { Fault = LabFaultKind.PowerCut, At = LabMoment.Transfer, Seconds = 2 },
        new() { Fault = LabFaultKind.BrownOut, At = LabMoment.Program },
        new() { Fault = LabFaultKind.CablePull, At = LabMoment.Transfer, Seconds = 2 },
        new() { Fault = LabFaultKind.Reenumerate, At = LabMoment.Transfer },
        new() { Fault = LabFaultKind.Stall, At = LabMoment.Transfer },
        new() { Fault = LabFaultKind.Silence, At = LabMoment.Transfer },
        new() { Fault = LabFaultKind.WireFlip, At = LabMoment.Transfer, Bit = 9 },
        new() { Fault = LabFaultKind.ShortAnswer, At = LabMoment.Transfer },
        new() { Fault = LabFaultKind.SerialFlip, At = LabMoment.SerialByte, Bit = 3 },
        new() { Fault = LabFaultKind.SerialLoss, At = LabMoment.SerialByte },
        new() { Fault = LabFaultKind.SerialLoss, At = LabMoment.SerialByte, Times = 700 },
        new() { Fault = LabFaultKind.SerialCut, At = LabMoment.SerialByte, Seconds = 2 },
        new() { Fault = LabFaultKind.FlashFlip, At = LabMoment.Program, Bit = 77 },
        new() { Fault = LabFaultKind.WrongReport, At = LabMoment.Report },
        new() { Fault = LabFaultKind.SlowErase, Factor = 20 },
        new() { Fault = LabFaultKind.WornSector },
        new() { Fault = LabFaultKind.ClockDrift, Factor = 1.1 },
    ];

    /// <summary>The journeys: each board once by each route. A Tracker goes up by DFU and down by the others, as its NCP allows.</summary>
    public static IEnumerable<(string Board, string From, string To, Route Route)> Journeys =>
        from route in new[] { Route.Dfu, Route.Control, Route.Serial }
        from platform in PlatformCatalog.Supported
        let os = platform.Name != "tracker" ? ("1.5.2", "2.2.0") : route == Route.Dfu ? ("2.2.0", "4.0.2") : ("4.0.2", "2.2.0")
        select (platform.Name, os.Item1, os.Item2, route);

    /// <summary>All cells of a journey by a route.</summary>
    public static async Task<IReadOnlyList<Cell>> RunAsync(string board, string from, string to, Route route)
    {
        var cells = new List<Cell>();
        var steps = await CountAsync(board, from, to, route);
        for (var step = 0; step < steps.Count; step++)
        {
            foreach (var fault in Faults)
            {
                if (Place(fault, steps[step], $"{board} {step} {fault.Fault} {fault.At}") is { } placed) cells.Add(await CellAsync(board, from, to, route, step, steps[step], placed));
            }
        }
        return cells;
    }

    /// <summary>The counts as a table: a row for each fault.</summary>
    public static string Table(IReadOnlyList<Cell> cells)
    {
        var table = new StringBuilder();
        table.Append(CultureInfo.InvariantCulture, $"{"fault",-24}{"cells",8}{"passed",10}{"resumed",10}{"refused",10}{"impossible",12}{"lost",8}\n");
        foreach (var group in cells.GroupBy(c => c.Fault.At is { } at ? $"{c.Fault.Fault} at {at}" : $"{c.Fault.Fault}").Concat(cells.GroupBy(c => $"all by {c.Route}")).Append(null))
        {
            IEnumerable<Cell> of = group ?? (IEnumerable<Cell>)cells;
            int Count(CellEnd end) => of.Count(c => c.End == end);
            table.Append(CultureInfo.InvariantCulture,
                $"{group?.Key ?? "all",-24}{of.Count(),8}{Count(CellEnd.Passed),10}{Count(CellEnd.PassedAfterResume),10}{Count(CellEnd.Refused),10}{Count(CellEnd.Impossible),12}{Count(CellEnd.Lost),8}\n");
        }
        return table.ToString();
    }

    /// <summary>A fault with its moment drawn; null when it cannot happen in the step.</summary>
    static LabFault? Place(LabFault fault, StepCounts step, string draw)
    {
        switch (fault.Fault)
        {
            case LabFaultKind.WornSector:
                // A bit that is to be 1, or nobody would notice.
                return step.Step is WriteStep { Storage: StorageKind.InternalFlash } write ? fault with { Address = write.At.ToString(), Bit = step.OneBit } : null;
            case LabFaultKind.SlowErase:
                return step.Counts.GetValueOrDefault(LabMoment.Erase) > 0 ? fault : null;
            case LabFaultKind.ClockDrift:
                return step.Step is RestartStep ? fault : null;
            default:
                var count = step.Counts.GetValueOrDefault(fault.At!.Value);
                return count == 0 ? null : fault with { Number = 1 + (Draw(draw) % count) };
        }
    }

    static async Task<Cell> CellAsync(string board, string from, string to, Route route, int step, StepCounts counts, LabFault fault)
    {
        await using var bench = await StartAsync(board, from);
        var injector = new FaultInjector(bench.Unit, [fault]) { IsArmed = step == 0 };
        injector.Attach();
        var goal = Bench.GoalOf(board, to);
        var watch = new StepWatch(at => injector.IsArmed = at == step);
        Cell Ended(CellEnd end, string why) => new(board, route, counts.Name, fault, end == CellEnd.Lost && IsInBootloader(bench, injector.Hit) ? CellEnd.Impossible : end, why);

        var result = await JobFor(bench, watch, route).RunAsync(goal, CancellationToken.None);
        // A worn sector stays worn; everything else is over.
        injector.IsArmed = fault.Fault == LabFaultKind.WornSector;
        if (result.Outcome == Outcome.Passed) return Holds(bench, board, to) ? Ended(CellEnd.Passed, "") : Ended(CellEnd.Lost, "called passed and is not");
        if (string.IsNullOrEmpty(result.Error?.Code) || string.IsNullOrEmpty(result.Error.Remedy)) return Ended(CellEnd.Lost, "no reason, or no way back");
        var why = result.Error.Code;
        for (var resume = 1; resume <= Resumes; resume++)
        {
            // As the remedies say.
            if (result.Error!.Code is "dfu-timeout" or "restart-back-in-dfu") bench.Board.Reset(ButtonForDfu);
            if (!await ReviveAsync(bench)) return Ended(CellEnd.Lost, $"{why}, then not on the bus, also with MODE held");
            // Where one route does not get on, the remedy is another.
            result = await JobFor(bench, null, resume == 1 ? [route] : Enum.GetValues<Route>()).RunAsync(goal, CancellationToken.None);
            if (result.Error is { } error) why += $", {error.Code}";
            if (result.Outcome == Outcome.Passed) return Holds(bench, board, to) ? Ended(CellEnd.PassedAfterResume, why) : Ended(CellEnd.Lost, "called passed and is not");
        }
        bench.Board.Reset(ButtonForDfu);
        return await bench.Unit.WaitForAsync(UnitPresence.Dfu, StartDeadline, CancellationToken.None) ? Ended(CellEnd.Refused, why) : Ended(CellEnd.Lost, $"{why}, and no DFU mode");
    }

    /// <summary>What somebody at the bench does: power, cable, and at last the button.</summary>
    static async Task<bool> ReviveAsync(Bench bench)
    {
        bench.Board.PowerOn();
        bench.Board.Plug();
        if (await bench.Unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, StartDeadline, CancellationToken.None)) return true;
        bench.Board.Reset(ButtonForDfu);
        return await bench.Unit.WaitForAsync(UnitPresence.System | UnitPresence.Dfu, StartDeadline, CancellationToken.None);
    }

    /// <summary>What the board does in each step when nothing goes wrong; the first is looking, before there is a plan.</summary>
    static async Task<IReadOnlyList<StepCounts>> CountAsync(string board, string from, string to, Route route)
    {
        await using var bench = await StartAsync(board, from);
        var injector = new FaultInjector(bench.Unit, []);
        injector.Attach();
        var counts = new List<StepCounts> { new(null, "look", injector.Counts, 0) };
        var goal = Bench.GoalOf(board, to);
        var files = Bench.ContentOf(goal);
        var watch = new StepWatch(_ => injector.Counts = [])
        {
            Begun = step => counts.Add(new(step, step is WriteStep w ? $"write {w.Module}" : step is UpdateStep u ? $"update {u.Module}" : step.GetType().Name, injector.Counts, step is WriteStep write ? OneBit(files[write.Sha256].Span[write.Skip..]) : 0)),
        };
        var result = await JobFor(bench, watch, route).RunAsync(goal, CancellationToken.None);
        return result.Outcome == Outcome.Passed ? counts : throw new InvalidOperationException($"{board} by {route}: {result.Error?.Message}");
    }

    static async Task<Bench> StartAsync(string board, string from)
    {
        var bench = new Bench(board, from, LabTiming.Datasheet);
        return await bench.Unit.WaitForAsync(UnitPresence.System, StartDeadline, CancellationToken.None) ? bench : throw new InvalidOperationException($"{board} does not start");
    }

    static RestoreJob JobFor(Bench bench, IJobJournal? journal, params Route[] routes) =>
        new(bench.Unit, bench.Clock.HostTime, null) { Routes = routes, Journal = journal, GoesOn = journal is null };

    static bool Holds(Bench bench, string board, string to) => RealReleases.Of(board, to).All(bench.Holds);

    static bool IsInBootloader(Bench bench, AddressRange? hit) =>
        hit is { } at && bench.Unit.Platform.Components.Any(c => c.Function == ModuleFunction.Bootloader && c.Positions.Any(p => p.Range.Overlaps(at)));

    static int OneBit(ReadOnlySpan<byte> bytes) => (bytes.IndexOfAnyExcept((byte)0) is var at and >= 0) ? (at * 8) + int.TrailingZeroCount(bytes[at]) : 0;

    /// <summary>FNV-1a: the same on every machine.</summary>
    static long Draw(string text) => text.Aggregate(2166136261u, (hash, c) => (hash ^ c) * 16777619u);

    sealed record StepCounts(PlanStep? Step, string Name, IReadOnlyDictionary<LabMoment, long> Counts, int OneBit);

    /// <summary>Tells where a job is: 0 while it looks, then the number of the step from 1.</summary>
    sealed class StepWatch(Action<int> at) : IJobJournal
    {
        public Action<PlanStep> Begun { get; init; } = _ => { };

        public string Job => "matrix";

        public ValueTask PlannedAsync(Plan plan) => default;

        public ValueTask StepAsync(int index, StepState state, PlanStep step)
        {
            if (state == StepState.Begun)
            {
                at(index + 1);
                Begun(step);
            }
            return default;
        }

        public ValueTask EndedAsync(ProgrammingResult result) => default;
    }
}

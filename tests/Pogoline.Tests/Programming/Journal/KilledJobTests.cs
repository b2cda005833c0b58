using Pogoline.Host.Journals;
using Pogoline.Planning;
using Pogoline.Programming;
using Pogoline.Programming.Journal;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Programming.Journal;

/// <summary>
/// Jobs that end like a killed process: right after a line of the journal has reached the disk nothing more happens, and the board loses its power.
/// What is gone on with is what the journal file says.
/// </summary>
public class KilledJobTests
{
    [Theory, InlineData("photon", "2.3.1"), InlineData("electron", "2.3.1"), InlineData("boron", "4.0.2"), InlineData("b5som", "4.0.2")]
    public async Task A_job_that_is_killed_after_any_line_of_its_journal_is_gone_on_with_or_has_passed(string board, string os)
    {
        var lines = 0;
        for (var isOver = false; !isOver; lines++)
        {
            using var folder = new TemporaryFolder();
            var journals = new JournalFolder(folder.Path, TimeProvider.System);
            var goal = Bench.GoalOf(board, os);
            await using var bench = new Bench(board, "2.2.0");

            isOver = !await KilledAsync(bench, journals, goal, lines);

            var left = journals.Read(journals.Last()!);
            if (left.IsDone)
            {
                // The kill came after the end, or not at all: then the journal is right.
                Assert.All(goal.Modules, module => Assert.True(bench.Holds(module), $"after line {lines}: {module}"));
                continue;
            }
            bench.Board.CutPower();
            bench.Board.PowerOn();
            if (bench.Unit.Presence == UnitPresence.Absent) bench.Board.Reset(TimeSpan.FromSeconds(4));
            await using (var journal = journals.Open(left.Head.Job))
            {
                var wanted = left.Head.Goal.ToGoal(Bench.ContentOf(goal));
                var result = await new RestoreJob(bench.Unit, bench.Clock.HostTime, null) { Journal = journal, GoesOn = true, Routes = left.Head.Goal.Routes }.RunAsync(wanted, CancellationToken.None);
                Assert.True(result.Outcome == Outcome.Passed, $"after line {lines}: {result.Error?.Message}");
            }
            Assert.True(journals.Read(left.Head.Job).IsDone);
            Assert.All(goal.Modules, module => Assert.True(bench.Holds(module), $"after line {lines}: {module}"));
        }
        // A plan, two lines for each step, and the end: a job of at least entering DFU, writing and restarting.
        Assert.True(lines > 8, $"{lines} lines");
    }

    /// <returns>False when the job ended by itself before so many lines were written.</returns>
    static async Task<bool> KilledAsync(Bench bench, JournalFolder journals, Goal goal, int lines)
    {
        await using var file = await journals.CreateAsync(new(bench.Unit.DeviceId, bench.Unit.Platform.Name, bench.Unit.Port), JournalGoal.Of(goal, [Route.Dfu]), "test");
        try
        {
            await new RestoreJob(bench.Unit, bench.Clock.HostTime, null) { Journal = new Mortal(file, lines) }.RunAsync(goal, CancellationToken.None);
            return false;
        }
        catch (KilledException)
        {
            return true;
        }
    }

    /// <summary>A journal after one of whose lines the process is gone.</summary>
    sealed class Mortal(IJobJournal file, int lines) : IJobJournal
    {
        int _written;

        public string Job => file.Job;

        public ValueTask PlannedAsync(Plan plan) => WriteAsync(file.PlannedAsync(plan));

        public ValueTask StepAsync(int index, StepState state, PlanStep step) => WriteAsync(file.StepAsync(index, state, step));

        public ValueTask EndedAsync(ProgrammingResult result) => WriteAsync(file.EndedAsync(result));

        async ValueTask WriteAsync(ValueTask line)
        {
            await line;
            if (_written++ == lines) throw new KilledException();
        }
    }

    sealed class KilledException : Exception;
}

using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Host.Journals;
using Pogoline.Planning;
using Pogoline.Programming;
using Pogoline.Programming.Journal;
using Pogoline.Tests.Releases;
using Outcome = Pogoline.Programming.Outcome;

namespace Pogoline.Tests.Programming.Journal;

public class JobJournalTests
{
    [Fact]
    public async Task A_job_leaves_a_journal_that_names_unit_goal_plan_every_step_and_the_end()
    {
        using var folder = new TemporaryFolder();
        await using var bench = new Bench("boron", "1.5.2");
        var (result, journals) = await RestoreAsync(bench, folder, CancellationToken.None);

        Assert.Equal(Outcome.Passed, result.Outcome);
        var journal = journals.Read(result.Journal!);
        Assert.Equal((bench.Unit.DeviceId, "boron"), (journal.Head.Unit.Id, journal.Head.Unit.Platform));
        Assert.Equal(Bench.ContentOf(Bench.GoalOf("boron", "2.2.0")).Keys.Order(StringComparer.Ordinal), journal.Head.Goal.Files.Order(StringComparer.Ordinal));
        Assert.Equal((journal.Plan!.Steps.Count, false, true), (journal.StepsDone, journal.IsInStep, journal.IsDone));
        Assert.Equal(result.Journal, journals.Last());
        Assert.Equal(result.Journal, journals.Find(bench.Unit.DeviceId));
        Assert.Equal(result.Journal, journals.Find(result.Journal![..12]));
    }

    [Fact]
    public async Task A_journal_that_ends_anywhere_tells_how_far_the_job_came_and_can_be_gone_on_with()
    {
        using var folder = new TemporaryFolder();
        await using var bench = new Bench("photon", "1.5.2");
        var (result, journals) = await RestoreAsync(bench, folder, CancellationToken.None);
        var file = Path.Combine(journals.Path, $"{result.Journal}.jsonl");
        var whole = File.ReadAllBytes(file);
        for (var length = 0; length < whole.Length; length += 211)
        {
            File.WriteAllBytes(file, whole[..length]);
            var status = JobJournal.TryRead(whole.AsSpan(0, length), out var journal);
            Assert.Equal(whole.AsSpan(0, length).Contains((byte)'\n') ? OperationStatus.Done : OperationStatus.NeedMoreData, status);
            if (journal is null) continue;
            Assert.False(journal.IsDone && length < whole.Length - 1);
            await using (var again = journals.Open(result.Journal!)) await again.EndedAsync(result);
            Assert.True(journals.Read(result.Journal!).IsDone);
        }
    }

    [Fact]
    public void Whatever_a_file_holds_reading_it_ends_with_a_status()
    {
        var seed = Encoding.UTF8.GetString([.. JobJournal.Line(Head("20260101-000000-000-e00fce68")), .. JobJournal.Line(new StepEntry(default, 0, StepState.Begun, "why"))]);
        Prop.ForAll(ArbMap.Default.ArbFor<(int At, byte Value, byte[] Tail)>(), change =>
        {
            var bytes = Encoding.UTF8.GetBytes(seed);
            bytes[(int)((uint)change.At % bytes.Length)] = change.Value;
            var status = JobJournal.TryRead([.. bytes, .. change.Tail ?? []], out var journal);
            return (status == OperationStatus.Done) == (journal is not null);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3000));
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("a/b")]
    [InlineData("A")]
    [InlineData("..")]
    [InlineData("")]
    public void A_name_that_is_none_opens_no_file(string name)
    {
        using var folder = new TemporaryFolder();
        var journals = new JournalFolder(Path.Combine(folder.Path, "jobs"), TimeProvider.System);
        folder.Write("passwd.jsonl", JobJournal.Line(Head("x")));
        Assert.Equal(JournalFaults.Missing, Assert.Throws<PogolineException>(() => journals.Read(name)).Code);
        Assert.Equal(JournalFaults.Missing, Assert.Throws<PogolineException>(() => journals.Open(name)).Code);
        Assert.Equal(JournalFaults.Missing, Assert.Throws<PogolineException>(() => journals.Find(name)).Code);
        Assert.Equal(OperationStatus.InvalidData, JobJournal.TryRead(JobJournal.Line(Head(name)), out _));
    }

    [Fact]
    public async Task A_disk_that_takes_no_journal_ends_the_job_before_the_first_write()
    {
        await using var bench = new Bench("boron", "1.5.2");
        var before = bench.FlashDigest();
        var job = new RestoreJob(bench.Unit, bench.Clock.HostTime, null) { Journal = new FullDisk() };
        var result = await job.RunAsync(Bench.GoalOf("boron", "2.2.0"), CancellationToken.None);
        Assert.Equal((Outcome.Failed, "journal-file", ExitCode.Machine), (result.Outcome, result.Error?.Code, result.Exit));
        Assert.Equal(before, bench.FlashDigest());
        Assert.Equal(UnitPresence.System, bench.Unit.Presence);
    }

    static async Task<(ProgrammingResult, JournalFolder)> RestoreAsync(Bench bench, TemporaryFolder folder, CancellationToken stop)
    {
        var journals = new JournalFolder(Path.Combine(folder.Path, "jobs"), TimeProvider.System);
        var goal = Bench.GoalOf(bench.Unit.Platform.Name, "2.2.0");
        await using var journal = await journals.CreateAsync(new(bench.Unit.DeviceId, bench.Unit.Platform.Name, bench.Unit.Port), JournalGoal.Of(goal, [Route.Dfu]), "test");
        return (await new RestoreJob(bench.Unit, bench.Clock.HostTime, null) { Journal = journal }.RunAsync(goal, stop), journals);
    }

    static JobEntry Head(string job) => new(default, 1, job, "test", new("e00fce68", "boron", "1-1"), new(new(2, 2, 0), [], null, false, false, [Route.Dfu]));

    sealed class FullDisk : IJobJournal
    {
        static PogolineException Full => new(JournalFaults.File, "The disk is full.", "Free some space.");

        public string Job => "full";

        public ValueTask PlannedAsync(Plan plan) => throw Full;

        public ValueTask StepAsync(int index, StepState state, PlanStep step) => throw Full;

        public ValueTask EndedAsync(ProgrammingResult result) => throw Full;
    }
}

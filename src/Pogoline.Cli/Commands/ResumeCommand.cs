using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Programming.Journal;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline resume</c>: goes on with a job that was broken off.</summary>
static class ResumeCommand
{
    public static Command Create()
    {
        var job = new Argument<string?>("JOB") { Arity = ArgumentArity.ZeroOrOne, Description = "The job as its result names it, the beginning of that, or a device ID for the newest job of the unit." };
        var last = new Option<bool>("--last") { Description = "The newest job." };
        var units = new UnitOptions();
        var sources = new SourceOptions();
        var gang = new GangOptions();
        var swd = new SwdJobs();
        var command = new ExampleCommand("resume",
            "Goes on with a job after a kill, a crash or a power cut of machine or board: looks at the board again and does only what is not right yet.",
            "pogoline resume --last",
            "pogoline resume e00fce68a1b2c3d4e5f60718",
            "pogoline resume --last --lab boron@1.5.2 --state boards")
        {
            job, last,
        };
        units.AddTo(command);
        sources.AddTo(command);
        gang.AddTo(command, many: false);
        swd.AddOptionsTo(command);
        command.SetAction((parsed, stop) => Terminal.GuardAsync(gang.IsJson(parsed), async () =>
        {
            var journals = gang.Journals(parsed);
            var (name, newest) = (parsed.GetValue(job), parsed.GetValue(last));
            if (name is null == !newest) throw new PogolineException(UnitFaults.Usage, "Say which job.", "Give either the name of a job or --last.");
            var journal = journals.Read(name is not null ? journals.Find(name) : journals.Last()
                ?? throw new PogolineException(JournalFaults.Missing, $"There is no job in {journals.Path}.", "Name another folder with --journal or POGOLINE_STATE."));
            if (journal.IsDone)
            {
                throw new PogolineException(JournalFaults.Finished, $"The job {journal.Head.Job} has {journal.Result!.Outcome.ToString().ToLowerInvariant()}: nothing is left to do.",
                    "To check the board once more, run the first command again.");
            }
            if (journal.Head.Goal.HasFactoryData)
            {
                throw new PogolineException(JournalFaults.FactoryData, $"The job {journal.Head.Job} was to write factory data, which no journal holds.",
                    "Run the first command again: the board keeps its row, and what is already right is not written twice.");
            }
            using var store = sources.Open(parsed);
            if (journal.Head.Goal.Probe is not null) return await swd.ResumeAsync(parsed, gang, units, sources, store, journal, stop);
            var wanted = journal.Head.Unit;
            await using var opened = await units.OpenAsync(parsed, sources, stop, unless: wanted.Id);
            var unit = opened.Units.FirstOrDefault(u => u.DeviceId == wanted.Id && u.Platform.Name == wanted.Platform) ?? throw new PogolineException(JournalFaults.OtherUnit,
                $"The job is for {wanted.Platform} {wanted.Id}; here {(opened.Units.Count == 1 ? "is" : "are")} {string.Join(", ", opened.Units.Select(u => $"{u.Platform.Name} {u.DeviceId}"))}.",
                "Connect the board of the job, or start a new job for this one.");
            var jobs = gang.Jobs(parsed, store);
            return await gang.RunAsync(parsed, OpenedUnits.Of([unit]), _ => (board, observer, stopUnit) => jobs.ResumeAsync(board, journal, observer, stopUnit), stop);
        }));
        return command;
    }
}

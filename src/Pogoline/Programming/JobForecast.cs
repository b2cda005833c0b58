using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Programming;

/// <summary>How long the steps of a plan are expected to take, by the data sheets and the bus, so that progress is a share of time.</summary>
static class JobForecast
{
    const double Bus = 1 / PlanFloor.ControlBytesPerSecond;

    public static void Give(JobProgress progress, Plan plan, Platform platform)
    {
        List<WriteStep> writes = [.. plan.Steps.OfType<WriteStep>()];
        List<UpdateStep> updates = [.. plan.Steps.OfType<UpdateStep>()];
        var programs = writes.GroupBy(w => w.Module)
            .ToDictionary(g => g.Key, g => g.Sum(w => platform.StorageOf(w.Storage).ProgramTime(w.Length).TotalSeconds) / g.Sum(w => w.Length) + Bus);
        foreach (var group in updates.GroupBy(u => u.Module))
        {
            programs[group.Key] = group.Sum(u => PlanFloor.Of(u, platform).TotalSeconds) / group.Sum(u => Math.Max(1, u.Length));
        }
        var erases = writes.GroupBy(w => w.Module).ToDictionary(g => g.Key, g => g.Average(w => EraseSecondsPerByte(platform.StorageOf(w.Storage), w.Range)));
        progress.SecondsPerByte = (phase, module) => phase switch
        {
            ProgrammingPhase.Erase => erases.GetValueOrDefault(module),
            ProgrammingPhase.Write => programs.GetValueOrDefault(module),
            ProgrammingPhase.Verify => Bus,
            _ => 0,
        };
        progress.ExpectedSeconds = writes.Sum(w => PlanFloor.Of(w, platform).TotalSeconds) + updates.Sum(u => PlanFloor.Of(u, platform).TotalSeconds);
    }

    static double EraseSecondsPerByte(Storage storage, AddressRange range)
    {
        var units = storage.EraseUnits(range).Sum(u => (double)u.Length);
        return units == 0 ? 0 : storage.EraseTime(range).TotalSeconds / units;
    }
}

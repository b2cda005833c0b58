using Pogoline.Cli.Output;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary><c>restore --dry-run</c>: the plan as command lines of dfu-util.</summary>
static class DryRun
{
    public static async Task PrintAsync(RestoreJob job, IUnit unit, Plan? saved, Func<Platform, Task<ChosenGoal>> choose, bool json, CancellationToken stop)
    {
        var chosen = saved is null ? await choose(unit.Platform) : null;
        var plan = saved ?? await job.PlanAsync(chosen!.Goal, stop);
        Print(plan, unit, sha256 => FileName(plan, chosen, sha256), json);
    }

    public static void Print(Plan plan, IUnit unit, Func<string, string> fileName, bool json)
    {
        PlanCheck.Require(plan, unit.Platform);
        var commands = DfuUtilCommands.Of(plan, unit.Platform, unit.DeviceId == unit.Port ? null : unit.DeviceId, fileName);
        if (json) Terminal.Json(new(1, plan.Platform, plan.Release.ToString(), commands), DeviceJson.Default.DryRunReport);
        else foreach (var line in commands) Console.Out.WriteLine(line);
    }

    static string FileName(Plan plan, ChosenGoal? chosen, string sha256) =>
        chosen?.Release.Files.FirstOrDefault(f => f.Sha256 == sha256)?.Name
        ?? $"{plan.Platform}-{plan.Modules.First(m => m.Sha256 == sha256).Name}.bin";
}

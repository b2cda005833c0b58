using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary>Which routes files go by: the one that was named, else those that fit, and why.</summary>
static class FlashRoutes
{
    /// <exception cref="PogolineException"><see cref="PlanFaults.FileMode"/>: a file cannot go by the named route.</exception>
    public static (IReadOnlyList<Route> Routes, IReadOnlyList<string> Why) Choose(IUnit unit, IReadOnlyList<FirmwareModule> modules, Route? only)
    {
        if (only is { } route)
        {
            foreach (var module in modules) FileModes.Require(unit.Platform, module.Id, route);
            return ([route], []);
        }
        List<FirmwareModule> direct = [.. modules.Where(m => FileModes.Find(m.Id.Function, Route.Dfu)?.How == Delivery.Direct)];
        List<FirmwareModule> others = [.. modules.Except(direct)];
        if (direct.Count > 0)
        {
            return (Enum.GetValues<Route>(),
            [
                $"By DFU: {Spelled(direct)}; it alone reads back what was written.",
                .. others.Count > 0 ? [$"By the running system, or waiting in the OTA region for it: {Spelled(others)}; DFU cannot write that in place."] : Array.Empty<string>(),
            ]);
        }
        foreach (var module in others) FileModes.Require(unit.Platform, module.Id, Route.Control);
        return unit.Presence == UnitPresence.System
            ? ([Route.Control, Route.Serial], [$"By control requests: {Spelled(others)}; DFU cannot write that in place, and the system runs."])
            : (Enum.GetValues<Route>(), [$"In DFU mode: {Spelled(others)} waits in the OTA region for the system that starts next."]);
    }

    /// <summary>The release by which files are placed: that of a system part among them, else the newest that has such a place.</summary>
    public static DeviceOsVersion ReleaseOf(Platform platform, IReadOnlyList<FirmwareModule> modules) =>
        modules.FirstOrDefault(m => m.Id.Function == ModuleFunction.SystemPart) is { } part && DeviceOsVersions.FromSystem(part.Version) is { } match ? match.Numbers.Os
        : DeviceOsVersions.All.Select(n => n.Os).Last(os => modules.All(m => platform.Find(m.Id) is not { } component
            || component.PositionsFor(os).Any(p => component.IdAt(p) == m.Id && p.Range.Contains(m.Range))) || os == DeviceOsVersions.All[0].Os);

    static string Spelled(IEnumerable<FirmwareModule> modules) => string.Join(", ", modules.Select(m => $"{m.Id}"));
}

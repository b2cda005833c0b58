using Pogoline.Planning;

namespace Pogoline.Programming;

/// <summary>What a job has done so far.</summary>
sealed class JobTally
{
    readonly Dictionary<string, ModuleTally> _modules = [];

    /// <summary>Whether anything was erased, written or sent yet.</summary>
    public bool HasWritten { get; set; }

    /// <summary>How it was made sure that the unit installed what it installs by itself: asked, or read again where it cannot be asked.</summary>
    public Verification ArrivalVerified { get; set; } = Verification.Report;

    /// <summary>Modules that the running system reported as expected after the last restart.</summary>
    public HashSet<ModuleId> Reported { get; } = [];

    /// <summary>What could not be made sure of, as sentences.</summary>
    public List<string> Unconfirmed { get; } = [];

    /// <summary>What people should know of how it went.</summary>
    public List<string> Notes { get; } = [];

    /// <summary>What was done to a component.</summary>
    public ModuleTally? Of(string module) => _modules.TryGetValue(module, out var tally) ? tally : null;

    /// <summary>Something was done to a component.</summary>
    public void Add(string module, Route route, long bytes, TimeSpan time, bool readBack = false)
    {
        var tally = Of(module) ?? new(route, 0, TimeSpan.Zero, false);
        _modules[module] = new(route, tally.Bytes + bytes, tally.Time + time, tally.ReadBack || readBack);
    }
}

/// <summary>What was done to a component.</summary>
/// <param name="Route">The route it went by, at last.</param>
/// <param name="Bytes">Bytes written.</param>
/// <param name="Time">Time for erasing, writing and reading back.</param>
/// <param name="ReadBack">Whether all of it was read back and found right.</param>
readonly record struct ModuleTally(Route Route, long Bytes, TimeSpan Time, bool ReadBack);

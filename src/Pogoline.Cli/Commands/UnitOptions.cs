using System.CommandLine;
using System.CommandLine.Parsing;
using Pogoline.Host;
using Pogoline.Host.Releases;
using Pogoline.Host.Serial;
using Pogoline.Host.Usb;
using Pogoline.Lab.Board;
using Pogoline.Lab.Faults;
using Pogoline.Platforms;

namespace Pogoline.Cli.Commands;

/// <summary>The options that say which units a command works on.</summary>
sealed class UnitOptions
{
    readonly Option<string?> _lab = new("--lab")
    {
        Description = "Work on virtual boards instead: BOARD[@OS][*N], such as boron@1.5.2 or argon@2.2.0*4.", HelpName = "boards",
    };

    readonly Option<string[]> _devices = new("--device", "-d")
    {
        Description = "A connected board: its device ID, its platform if there is only one of it, or its USB port path. May be given again; without it the only board there is.",
        HelpName = "id|platform|port",
    };

    readonly Option<string?> _timing = new("--timing")
    {
        Description = "'datasheet' gives virtual boards the erase, program and bus times of the real parts.", HelpName = "timing",
    };

    readonly Option<string?> _state = new("--state")
    {
        Description = "Keep each virtual board's memories in DIR/<device-id> and take them up again.", HelpName = "DIR",
    };

    readonly Option<string?> _mode = new("--lab-mode")
    {
        Description = "The mode that virtual boards start in, as if a button had been held; without it what they come up with.", HelpName = "mode",
    };

    const string FaultsName = "--lab-faults";

    readonly Option<string?> _faults = new(FaultsName)
    {
        Description = "Let virtual boards, their debug probes and downloads fail as a fault plan says.", HelpName = "file",
    };

    readonly Argument<string?>? _argument;

    public UnitOptions(Argument<string?>? argument = null)
    {
        _argument = argument;
        _timing.AcceptOnlyFromAmong("none", "datasheet");
        _mode.AcceptOnlyFromAmong("normal", "dfu", "listening", "safe");
    }

    public void AddTo(Command command)
    {
        command.Options.Add(_devices);
        command.Options.Add(_lab);
        command.Options.Add(_timing);
        command.Options.Add(_state);
        command.Options.Add(_faults);
        command.Options.Add(_mode);
    }

    /// <summary>Adds only the options for virtual boards.</summary>
    public void AddLabTo(Command command)
    {
        foreach (var option in new Option[] { _lab, _timing, _state, _mode }) command.Options.Add(option);
    }

    /// <summary>Where virtual boards keep their memories, and how they start.</summary>
    public LabOptions LabOptions(ParseResult parsed) => new()
    {
        State = parsed.GetValue(_state) is { } folder ? new(folder) : null,
        Mode = parsed.GetValue(_mode) is { } mode ? Enum.Parse<DeviceMode>(mode, ignoreCase: true) : null,
    };

    /// <summary>The virtual boards; null for real ones.</summary>
    public string? Lab(ParseResult parsed) => parsed.GetValue(_lab);

    /// <summary>How long things take on virtual boards.</summary>
    public LabTiming Timing(ParseResult parsed) => parsed.GetValue(_timing) == "datasheet" ? LabTiming.Datasheet : LabTiming.None;

    /// <summary>Whether boards were named, real or virtual.</summary>
    public bool AreNamed(ParseResult parsed) => parsed.GetValue(_lab) is not null || parsed.GetValue(_devices) is { Length: > 0 };

    /// <summary>The units.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="sources">Where virtual boards get their firmware.</param>
    /// <param name="stop">Ends the search.</param>
    /// <param name="unless">The board that is meant unless others are named.</param>
    /// <param name="all">Whether every board is meant, also those that come later, instead of those that were named.</param>
    /// <exception cref="PogolineException">There are none.</exception>
    public async Task<OpenedUnits> OpenAsync(ParseResult parsed, SourceOptions sources, CancellationToken stop, bool all = false, string? unless = null)
    {
        var names = parsed.GetValue(_devices) ?? [];
        if (_argument is not null && parsed.GetValue(_argument) is { } argument) names = [argument, .. names];
        if (all && names.Length > 0) throw new PogolineException(UnitFaults.Usage, "--all and --watch take every board, --device names some.", "Give one of the two.");
        if (parsed.GetValue(_lab) is not { } lab)
        {
            if (parsed.GetValue(_state) is not null || parsed.GetValue(_faults) is not null)
                throw new PogolineException(UnitFaults.Usage, "--state and --lab-faults are for virtual boards.", "Add --lab, or leave them away.");
            return all ? OpenedUnits.OnBus(LibUsbBus.Open(TimeProvider.System)) : await OpenRealAsync(names.Length == 0 && unless is not null ? [unless] : names, stop);
        }
        if (names.Length > 0) throw new PogolineException(UnitFaults.Usage, "--device names real boards, --lab virtual ones.", "Give one of the two.");
        using var store = sources.OpenForLab(parsed);
        var faults = FaultsOf(parsed);
        var boards = await VirtualLab.MakeAsync([LabSpec.Parse(lab)], ModulesFrom(store), new(Timing(parsed), TimeProvider.System), stop, LabOptions(parsed));
        faults?.ApplyTo(boards);
        return OpenedUnits.Of(boards);
    }

    /// <summary>How virtual boards, their probes and the sources of releases fail; null for not at all, and on commands without such an option.</summary>
    /// <exception cref="PogolineException">The fault plan cannot be used.</exception>
    public static LabFaultPlan? FaultsOf(ParseResult parsed)
    {
        if (parsed.GetResult(FaultsName) is not OptionResult { Implicit: false } given || given.GetValueOrDefault<string?>() is not { } path) return null;
        try
        {
            if (new FileInfo(path).Length <= LabFaultPlan.MaximumLength) return LabFaultPlan.Load(File.ReadAllBytes(path));
            throw new PogolineException(LabFaults.FaultPlan, $"{path} is larger than any fault plan.", "Write it as docs/lab.md describes it.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(LabFaults.FaultPlan, $"{path} cannot be read: {e.Message}", "Correct the path given with --lab-faults.", e);
        }
    }

    static async Task<OpenedUnits> OpenRealAsync(string[] names, CancellationToken stop)
    {
        var bus = LibUsbBus.Open(TimeProvider.System);
        var locks = new List<UnitLock>();
        try
        {
            var finder = new UsbUnitFinder(bus, new LibSerialPorts(TimeProvider.System));
            var units = new List<UsbUnit>();
            foreach (var name in names.DefaultIfEmpty(null))
            {
                var unit = await finder.ChooseAsync(name, TimeProvider.System, stop);
                if (units.Exists(u => u.Port == unit.Port)) throw new PogolineException(UnitFaults.Usage, $"The board at {unit.Port} was named twice.", "Name every board once.");
                locks.Add(UnitLock.Take(HostPaths.Runtime, unit.DeviceId));
                units.Add(unit);
            }
            return OpenedUnits.Of(units, bus, locks);
        }
        catch
        {
            foreach (var taken in locks) taken.Dispose();
            await bus.DisposeAsync();
            throw;
        }
    }

    /// <summary>The files of a release for virtual boards.</summary>
    public static Func<Platform, DeviceOsVersion, CancellationToken, ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>>> ModulesFrom(ReleaseStore store) =>
        async (platform, os, stop) =>
            [.. (await store.GetAsync(os, platform, stop)).Files.Where(f => f.Component.Function != ModuleFunction.Ncp).Select(f => f.Module.Image)];
}

/// <summary>Faults in choosing a unit.</summary>
static class UnitFaults
{
    /// <summary>The command line does not say what to do.</summary>
    public static readonly FaultCode Usage = new("usage", ExitCode.Usage, "An option is missing, or two contradict each other.");
}

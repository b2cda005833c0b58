using System.CommandLine;
using Pogoline.Host.Releases;
using Pogoline.Lab.Board;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary>The options that say which units a command works on.</summary>
sealed class UnitOptions
{
    readonly Option<string?> _lab = new("--lab")
    {
        Description = "Work on virtual boards instead: BOARD[@OS][*N], such as boron@1.5.2 or argon@2.2.0*4.", HelpName = "boards",
    };

    readonly Option<string?> _timing = new("--timing")
    {
        Description = "'datasheet' gives virtual boards the erase, program and bus times of the real parts.", HelpName = "timing",
    };

    public UnitOptions() => _timing.AcceptOnlyFromAmong("none", "datasheet");

    public void AddTo(Command command)
    {
        command.Options.Add(_lab);
        command.Options.Add(_timing);
    }

    /// <summary>Whether virtual boards were asked for.</summary>
    public bool AreVirtual(ParseResult parsed) => parsed.GetValue(_lab) is not null;

    /// <summary>The units.</summary>
    /// <exception cref="PogolineException">There are none.</exception>
    public async Task<IReadOnlyList<IUnit>> OpenAsync(ParseResult parsed, ReleaseStore store, CancellationToken stop)
    {
        if (parsed.GetValue(_lab) is not { } lab)
        {
            throw new PogolineException(UnitFaults.None, "No unit was named, and this version works with virtual boards only.", "Add --lab BOARD@OS, such as --lab boron@1.5.2.");
        }
        var timing = parsed.GetValue(_timing) == "datasheet" ? LabTiming.Datasheet : LabTiming.None;
        return await VirtualLab.MakeAsync([LabSpec.Parse(lab)], ModulesFrom(store), new(timing, TimeProvider.System), stop);
    }

    /// <summary>The files of a release for virtual boards.</summary>
    public static Func<Platform, DeviceOsVersion, CancellationToken, ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>>> ModulesFrom(ReleaseStore store) =>
        async (platform, os, stop) =>
            [.. (await store.GetAsync(os, platform, stop)).Files.Where(f => f.Component.Function != ModuleFunction.Ncp).Select(f => f.Module.Image)];
}

/// <summary>Faults in choosing a unit.</summary>
static class UnitFaults
{
    /// <summary>No unit is there.</summary>
    public static readonly FaultCode None = new("unit-none", ExitCode.Device, "None is connected, or none was named.");

    /// <summary>The command line does not say what to do.</summary>
    public static readonly FaultCode Usage = new("usage", ExitCode.Usage, "An option is missing, or two contradict each other.");
}

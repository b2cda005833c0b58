using System.CommandLine;
using Pogoline.Hex;
using Pogoline.Host.Bundles;
using Pogoline.Host.Probes;
using Pogoline.Host.Releases;
using Pogoline.Host.Usb;
using Pogoline.Lab.Board;
using Pogoline.Lab.Probes;
using Pogoline.Links.Swd.Probes;
using Pogoline.Links.Swd.Targets;
using Pogoline.Platforms;
using Pogoline.Programming.Swd;
using ProbeKind = Pogoline.Links.Swd.Probes.ProbeKind;

namespace Pogoline.Cli.Commands;

/// <summary>The options that say which probe is used, how it connects, and what is allowed beyond the ordinary.</summary>
sealed class SwdOptions
{
    readonly Option<string[]> _probes = new("--probe")
    {
        Description = "A debug probe: its serial number or USB port path; may be given again, each probe then works on its own board. With --lab the kind of the virtual probe: cmsis-dap-v1, cmsis-dap-v2, stlink-v2, stlink-v2-1 or jlink.",
        HelpName = "probe",
    };

    readonly Option<int> _clock = new("--clock") { Description = "SWCLK in hertz; lowered by itself when the wires do not bear it.", HelpName = "hertz", DefaultValueFactory = _ => new SwdConnectOptions().ClockHz };
    readonly Option<string> _underReset = new("--under-reset") { Description = "Hold the target in reset while connecting: auto (when it does not answer otherwise), always or never.", HelpName = "when", DefaultValueFactory = _ => "auto" };
    readonly Option<bool> _noLoader = new("--no-loader") { Description = "Program through the debug port alone, without a loader in the target's RAM." };
    readonly Option<string?> _platform = new("--platform") { Description = "The board, where no module on it says so, and for the wiring notes of an error.", HelpName = "platform" };
    readonly Option<string?> _base = new("--base") { Description = "A restore image (hex) of the platform that brings MBR and UICR back.", HelpName = "file" };
    readonly Option<bool> _massErase = new("--allow-mass-erase") { Description = "All of the flash may be erased at once; what stays is put back." };
    readonly Option<bool> _unlock = new("--allow-unlock") { Description = "A locked chip may be opened, which erases it." };
    readonly Option<bool> _optionBytes = new("--allow-option-bytes") { Description = "Option bytes may be changed: Gen 2 write protection is taken off and put back." };
    readonly Option<bool> _uicr = new("--allow-uicr") { Description = "UICR may be changed." };

    public SwdOptions() => _underReset.AcceptOnlyFromAmong("auto", "always", "never");

    /// <summary>Adds the options that say which probe, and how it connects.</summary>
    public void AddConnection(Command command)
    {
        foreach (var option in new Option[] { _probes, _clock, _underReset, _noLoader, _platform }) command.Options.Add(option);
    }

    /// <summary>Adds the options that allow what is not done otherwise.</summary>
    public void AddLeave(Command command)
    {
        foreach (var option in new Option[] { _base, _massErase, _unlock, _optionBytes, _uicr }) command.Options.Add(option);
    }

    /// <summary>What was allowed, and how to connect.</summary>
    public async Task<SwdJobOptions> JobAsync(ParseResult parsed, CancellationToken stop) => new()
    {
        Connect = new()
        {
            ClockHz = parsed.GetValue(_clock) is >= 1000 and var clock ? clock : throw new PogolineException(UnitFaults.Usage, "--clock is in hertz, 1000 or more.", "Write --clock 1000000 for 1 MHz."),
            UnderReset = parsed.GetValue(_underReset) switch { "always" => UnderReset.Always, "never" => UnderReset.Never, _ => UnderReset.WhenNeeded },
            Board = parsed.GetValue(_platform),
        },
        Platform = parsed.GetValue(_platform) is { } name ? PlatformCatalog.Require(name) : null,
        UseLoader = !parsed.GetValue(_noLoader),
        AllowMassErase = parsed.GetValue(_massErase),
        AllowUnlock = parsed.GetValue(_unlock),
        AllowOptionBytes = parsed.GetValue(_optionBytes),
        AllowUicr = parsed.GetValue(_uicr),
        Base = parsed.GetValue(_base) is { } path ? await BaseAsync(path, stop) : [],
    };

    static Task<IReadOnlyList<(FlashAddress, ReadOnlyMemory<byte>)>> BaseAsync(string path, CancellationToken stop)
    {
        MachineLock.Default.RequireUnlocked("A base image given by hand");
        return SegmentsAsync([path], stop);
    }

    /// <summary>The bytes of image files at their addresses.</summary>
    public static async Task<IReadOnlyList<(FlashAddress, ReadOnlyMemory<byte>)>> SegmentsAsync(IEnumerable<string> paths, CancellationToken stop)
    {
        var segments = new List<(FlashAddress, ReadOnlyMemory<byte>)>();
        foreach (var path in paths) segments.AddRange((await HexInput.ReadAsync(path, HexMode.Strict, stop)).Memory.Segments.Select(s => (s.Start, s.Bytes)));
        return segments;
    }

    /// <summary>Opens the probes that were meant, real or virtual.</summary>
    /// <exception cref="PogolineException">None or several fit, or one cannot be opened.</exception>
    /// <param name="parsed">The command line.</param>
    /// <param name="units">Whether boards are virtual.</param>
    /// <param name="sources">Where virtual boards get their firmware.</param>
    /// <param name="stop">Ends the search.</param>
    /// <param name="all">Whether every probe is meant.</param>
    /// <param name="unless">The probe that is meant unless others are named.</param>
    public async Task<OpenedProbes> OpenAsync(ParseResult parsed, UnitOptions units, SourceOptions sources, CancellationToken stop, bool all = false, string? unless = null)
    {
        var names = parsed.GetValue(_probes) ?? [];
        if (names.Length == 0 && unless is not null) names = [unless];
        var board = parsed.GetValue(_platform) is { } platform ? PlatformCatalog.Require(platform) : null;
        if (units.Lab(parsed) is { } lab)
        {
            if (names is not [var kind]) throw new PogolineException(UnitFaults.Usage, "A virtual board needs a virtual probe.", $"Add --probe with one of {string.Join(", ", ProbeKinds.Names)}.");
            using var store = sources.OpenForLab(parsed);
            return await OpenVirtualAsync(lab, kind, board, units, parsed, store, stop);
        }
        if (all && names.Length > 0) throw new PogolineException(UnitFaults.Usage, "--all takes every probe, --probe names some.", "Give one of the two.");
        var bus = LibUsbBus.Open(TimeProvider.System);
        try
        {
            var finder = new ProbeFinder(bus, TimeProvider.System);
            var probes = all ? [.. await finder.LookAsync(stop)] : await ChooseAsync(finder, names, stop);
            if (probes.Count == 0) throw new PogolineException(UsbFaults.UnitNone, "No probe is connected.", "Plug probes in, and look at 'pogoline swd probes'.");
            return new([.. probes.Select(p => new ProbeSeat(p.SerialNumber.Length > 0 ? p.SerialNumber : p.Device.Port, p.Device.Port, board, stopOpen => finder.OpenAsync(p, stopOpen)))], [], bus);
        }
        catch
        {
            await bus.DisposeAsync();
            throw;
        }
    }

    static async Task<List<ProbeSighting>> ChooseAsync(ProbeFinder finder, string[] names, CancellationToken stop)
    {
        var probes = new List<ProbeSighting>();
        foreach (var name in names.DefaultIfEmpty(null))
        {
            var seen = await finder.ChooseAsync(name, stop);
            if (probes.Exists(p => p.Device.Port == seen.Device.Port)) throw new PogolineException(UnitFaults.Usage, $"The probe at {seen.Device.Port} was named twice.", "Name every probe once.");
            probes.Add(seen);
        }
        return probes;
    }

    static async Task<OpenedProbes> OpenVirtualAsync(string lab, string name, Platform? board, UnitOptions units, ParseResult parsed, ReleaseStore store, CancellationToken stop)
    {
        var (kind, faults) = (ProbeKinds.Parse(name), UnitOptions.FaultsOf(parsed));
        var made = await VirtualLab.MakeAsync([LabSpec.Parse(lab)], UnitOptions.ModulesFrom(store), new(units.Timing(parsed), TimeProvider.System), stop, units.LabOptions(parsed));
        return new([.. made.Select(unit =>
        {
            var probe = unit.AttachProbe(kind);
            faults?.ApplyTo(unit, probe);
            return new ProbeSeat(name, unit.Port, board, stopOpen => ProbeFactory.OpenAsync(KindOf(kind), probe.Open(), TimeProvider.System, stopOpen));
        })], made, null);
    }

    static ProbeKind KindOf(Lab.Probes.ProbeKind kind) => kind switch
    {
        Lab.Probes.ProbeKind.CmsisDapV1 => ProbeKind.CmsisDapV1,
        Lab.Probes.ProbeKind.CmsisDapV2 => ProbeKind.CmsisDapV2,
        Lab.Probes.ProbeKind.JLink => ProbeKind.JLink,
        _ => ProbeKind.StLink,
    };
}

/// <summary>The probes that a command works with, and what they hang on. Jobs close the probes themselves.</summary>
sealed class OpenedProbes(IReadOnlyList<ProbeSeat> probes, IReadOnlyList<VirtualUnit> units, LibUsbBus? bus) : IAsyncDisposable
{
    public IReadOnlyList<ProbeSeat> All => probes;

    /// <summary>The only probe.</summary>
    public ProbeSeat Only => probes is [var only] ? only : throw new PogolineException(UnitFaults.Usage, $"{probes.Count} probes were named; this command is for one.", "Name one probe.");

    public async ValueTask DisposeAsync()
    {
        foreach (var unit in units) await unit.DisposeAsync();
        if (bus is not null) await bus.DisposeAsync();
    }
}

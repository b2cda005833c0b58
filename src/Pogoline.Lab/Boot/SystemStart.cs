using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Boot;

/// <summary>How far the system gets.</summary>
public enum SystemOutcome
{
    /// <summary>It runs, with or without user firmware.</summary>
    Running,

    /// <summary>It resets the board.</summary>
    Reset,

    /// <summary>It crashes before USB comes up.</summary>
    Crash,
}

/// <summary>
/// What Device OS does from its first instruction until a host can talk to it, and shortly after. <see cref="Prepare"/> ends where USB
/// comes up, <see cref="ApplyOtaUpdate"/> follows, then <see cref="Settle"/>.
/// </summary>
public sealed class SystemStart
{
    const uint SoftDeviceStart = 0x1000;

    readonly BoardHardware _hardware;
    readonly FlashModules _modules;
    readonly FirmwareMap _map;

    /// <summary>A start of the system whose first part the bootloader found.</summary>
    public SystemStart(BoardHardware hardware, ModuleHeader system)
    {
        _hardware = hardware;
        _modules = new(hardware, system.Version);
        _map = _modules.Map;
    }

    /// <summary>How <see cref="Prepare"/> or <see cref="ApplyOtaUpdate"/> ended.</summary>
    public SystemOutcome Outcome { get; private set; }

    /// <summary>What the system made of the image that the OTA flag announced; null when the flag was not set.</summary>
    public UpdateCode? OtaUpdate { get; private set; }

    /// <summary>The row of the user part that runs; null in safe mode.</summary>
    public ModuleBounds? UserPart { get; private set; }

    /// <summary>Whether the system runs without user firmware.</summary>
    public bool IsSafeMode => UserPart is null;

    /// <summary>The modules as this system sees them.</summary>
    public FlashModules Modules => _modules;

    int Generation => _hardware.Platform.Generation;
    RetainedState Retained => _hardware.Retained;
    DctStore Dct => _hardware.Storage.Dct;

    /// <summary>Up to the moment when USB comes up.</summary>
    public IEnumerable<TimeSpan> Prepare()
    {
        if (!IsExecutable())
        {
            Outcome = SystemOutcome.Crash;
            yield break;
        }
        if (ModuleSlot.Read(Dct, 0) != _map.FactorySlot) _map.FactorySlot.Write(Dct, 0);
        ChooseUserPart();
        if (Outcome == SystemOutcome.Reset) yield break;
        if (Generation == 2 && Retained.Watchdog == RetainedState.WatchdogEnabled)
        {
            Retained.Watchdog = ushort.MaxValue;
            Outcome = SystemOutcome.Reset;
            yield break;
        }
        foreach (var busy in ReplaceOlderBootloader()) yield return busy;
        if (Retained.ResetSettings == 1) ResetSettings();
        WriteIdentity();
        Retained.BootRequest = RetainedState.RequestNone;
    }

    /// <summary>
    /// Takes the image in the OTA area as a finished update when the OTA flag is set. The flag is gone before anything is looked at: there
    /// is one attempt only. Successful: a reset follows, 100 ms later.
    /// </summary>
    public IEnumerable<TimeSpan> ApplyOtaUpdate()
    {
        if (_modules.SystemVersion < SystemVersions.OtaFlag || Dct.Bytes[DctLayout.OtaFlag] != DctLayout.OtaFlagSet) yield break;
        Dct.Write(DctLayout.OtaFlag, [0xFF]);
        var applier = new UpdateApplier(_hardware, _modules);
        OtaUpdate = applier.Judge(out var image);
        if (OtaUpdate != UpdateCode.Accepted) yield break;
        foreach (var busy in applier.Apply(image)) yield return busy;
        Outcome = SystemOutcome.Reset;
    }

    /// <summary>Whether the system goes to listening mode by itself at its first attempt to connect, also in safe mode.</summary>
    public bool Settle()
    {
        var asked = Retained.Listen == RetainedState.ListenRequested;
        Retained.Listen = 0;
        if (asked) return true;
        // Electron listens when its SIM is not ready; the SIM of a virtual one is.
        if (_map.ListensWithoutWifi && _hardware.WifiNetworks.Count == 0) return true;
        return Generation == 3 && _modules.SystemVersion < SystemVersions.NoSetupDone
            && Dct.Bytes[DctLayout.SetupDone] is 0x00 or 0xFF;
    }

    /// <summary>
    /// Gen 2 calls into its other parts before it checks anything: one that is not intact is taken to crash, also where only its CRC is
    /// wrong and a real board might get as far as safe mode. Gen 3 needs the SoftDevice; its header is not in flash, so its vector table
    /// and its version word stand for it.
    /// </summary>
    bool IsExecutable() => Generation == 2
        ? _map.Bounds.Where(row => row.Module.Function == ModuleFunction.SystemPart)
            .All(row => (_modules.Check(row) & (ModuleChecks.Integrity | ModuleChecks.Platform)) == (ModuleChecks.Integrity | ModuleChecks.Platform))
        : ModuleImage.LooksLikeVectors(_hardware.FlashFrom(new(SoftDeviceStart))) && _modules.RadioStackVersion != ushort.MaxValue;

    void ChooseUserPart()
    {
        if (!SystemIsValid() || (Retained.StartupMode & 1) != 0) return;
        var candidates = _map.Bounds.Where(row => row.Module.Function == ModuleFunction.UserPart && !row.IsFactory).ToList();
        UserPart = candidates.FirstOrDefault(row => HeaderFits(row) && _modules.Check(row).HasFlag(ModuleChecks.Boot));
        if (UserPart is not null || _modules.SystemVersion >= SystemVersions.LargeUserPart && Generation == 3 || HeaderFits(candidates[0])) return;
        var factory = _map.Bounds.First(row => row.IsFactory);
        if (!_modules.TryRead(factory, out var image) || image.Header.Start != _map.User) return;
        Retained.FactoryReset = RetainedState.FactoryResetRequested;
        Outcome = SystemOutcome.Reset;
    }

    // Electron takes its parts for granted. Otherwise the bootloader and one system part are checked, the one that knows the others.
    bool SystemIsValid()
    {
        if (_hardware.Platform.Traits.EmbedsBootloader) return true;
        var part = new ModuleId(ModuleFunction.SystemPart, (byte)(Generation == 2 ? 2 : 1));
        return _map.Bounds.Where(row => row.Module.Function == ModuleFunction.Bootloader || row.Module == part)
            .All(row => _modules.Check(row).HasFlag(ModuleChecks.Boot));
    }

    bool HeaderFits(ModuleBounds row) =>
        _hardware.TryReadHeader(row.Location, out var header) && header.Start == row.Location && header.End > header.Start
        && header.End <= _hardware.Flash.Range.End && header.PlatformId == _hardware.Platform.Id;

    // Electron only. The version alone decides; no reset follows, the new one runs from the next reset on.
    IEnumerable<TimeSpan> ReplaceOlderBootloader()
    {
        if (!_hardware.Platform.Traits.EmbedsBootloader || _map.Find(new(ModuleFunction.SystemPart, 3)) is not { } row
            || !_modules.TryRead(row, out var part)
            || !EmbeddedBootloader.TryFind(
                _hardware.Flash.Read(row.Location, (int)part.Header.ImageLength).ToArray(), _hardware.Platform.Id, out var image, out var embedded)
            || _hardware.BootloaderVersion >= embedded.Version) yield break;
        foreach (var busy in new UpdateApplier(_hardware, _modules).WriteBootloader(image)) yield return busy;
    }

    // Gen 2 only takes note. Gen 3 keeps its own UDP keys; the server's key and address go back to their defaults, taken to be in place.
    void ResetSettings()
    {
        Retained.ResetSettings = ushort.MaxValue;
        if (Generation == 2) return;
        var kept = Dct.Bytes[DctLayout.UdpPublicKey..DctLayout.DeviceId].ToArray();
        Dct.Reset();
        Dct.Write(DctLayout.UdpPublicKey, kept);
        _hardware.WifiNetworks = [];
    }

    void WriteIdentity()
    {
        var id = Convert.FromHexString(_hardware.DeviceId);
        if (!Dct.Bytes.Slice(DctLayout.DeviceId, id.Length).SequenceEqual(id)) Dct.Write(DctLayout.DeviceId, id);
        DeviceKeys.MakeMissing(_hardware);
    }
}

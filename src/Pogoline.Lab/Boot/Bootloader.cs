using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Boot;

/// <summary>How the bootloader ends.</summary>
public enum BootOutcome
{
    /// <summary>It jumps to the system.</summary>
    System,

    /// <summary>It offers DFU.</summary>
    Dfu,

    /// <summary>It resets the board.</summary>
    Reset,
}

/// <summary>What a bootloader finds at a reset besides the memories.</summary>
/// <param name="ByWatchdog">Whether the watchdog caused the reset.</param>
/// <param name="ButtonHeld">How long the MODE button is held from the reset on.</param>
public readonly record struct ResetConditions(bool ByWatchdog = false, TimeSpan ButtonHeld = default);

/// <summary>
/// What the bootloader does between a reset and the system or DFU mode, in its order. <see cref="Run"/> hands over the time after every
/// piece of work on the flash: whoever stops asking has reset the board there.
/// </summary>
/// <param name="hardware">The board.</param>
/// <param name="version">The module version of the bootloader that runs.</param>
/// <param name="conditions">What came with the reset.</param>
public sealed class Bootloader(BoardHardware hardware, ushort version, ResetConditions conditions)
{
    static readonly TimeSpan HoldForSafeMode = TimeSpan.FromMilliseconds(1000);
    static readonly TimeSpan HoldForDfu = TimeSpan.FromMilliseconds(3000);
    static readonly TimeSpan HoldForFactoryReset = TimeSpan.FromMilliseconds(6500);
    static readonly TimeSpan HoldForResetSettings = TimeSpan.FromMilliseconds(10000);

    readonly SlotCopier _copier = new(hardware, version);
    bool _dfu, _safeMode, _factoryReset;

    RetainedState Retained => hardware.Retained;
    DctStore Dct => hardware.Storage.Dct;

    /// <summary>How it ended; valid when <see cref="Run"/> has.</summary>
    public BootOutcome Outcome { get; private set; }

    /// <summary>The system part that it jumps to; valid when <see cref="Outcome"/> is <see cref="BootOutcome.System"/>.</summary>
    public ModuleHeader System { get; private set; }

    /// <summary>Whether the watchdog runs when the system starts; it fires after 5 s unless the system gets past its set-up.</summary>
    public bool WatchdogRuns { get; private set; }

    /// <summary>Runs until a decision is made.</summary>
    public IEnumerable<TimeSpan> Run()
    {
        if (hardware.Platform.Generation == 3)
        {
            if (hardware.ReadUicr(MasterBootRecord.ParameterPageOffset) == uint.MaxValue)
            {
                // The page below the system part; a board that comes from an erased chip therefore resets once more.
                hardware.ProgramUicr(MasterBootRecord.ParameterPageOffset,
                    version >= SystemVersions.BootloaderLowSystemPart ? 0x27000u : 0x2F000u);
                Outcome = BootOutcome.Reset;
                yield break;
            }
            if (!FileSystem.IsIntact(hardware.Storage.External!))
                foreach (var busy in FileSystem.Format(hardware)) yield return busy;
        }
        Retained.StartupMode = 0;
        // Gen 2 saves the reset cause in the register that holds a request to listen.
        if (hardware.Platform.Generation == 2) Retained.Listen = 0;
        ReadRequests();
        ReadButton();
        if (_safeMode) Retained.StartupMode = 1;
        foreach (var busy in Act()) yield return busy;
    }

    void ReadRequests()
    {
        _factoryReset = Retained.FactoryReset == RetainedState.FactoryResetRequested;
        var request = Retained.BootRequest;
        switch (request)
        {
            case RetainedState.RequestDfu: (_dfu, Retained.BootRequest) = (true, RetainedState.RequestNone); break;
            case RetainedState.RequestSafeMode: (_safeMode, Retained.BootRequest) = (true, RetainedState.RequestNone); break;
            case 1 when conditions.ByWatchdog: Retained.BootRequest = 2; break;
            case 2 when conditions.ByWatchdog: (_factoryReset, Retained.BootRequest) = (true, 3); break;
            case 3 when conditions.ByWatchdog: (_dfu, Retained.BootRequest) = (true, RetainedState.RequestNone); break;
            case not RetainedState.RequestNone when conditions.ByWatchdog: Retained.BootRequest = RetainedState.RequestNone; break;
            case RetainedState.RequestNone: Retained.BootRequest = 1; break;
        }
    }

    void ReadButton()
    {
        var held = conditions.ButtonHeld;
        if (held >= HoldForSafeMode) (_safeMode, _factoryReset) = (true, false);
        if (held >= HoldForDfu) (_dfu, _safeMode) = (true, false);
        if (held > HoldForFactoryReset && FactoryImage.Find(hardware, _copier) is not null) (_dfu, _factoryReset) = (false, true);
        if (held > HoldForResetSettings) (Retained.ResetSettings, _dfu, _safeMode) = (1, false, false);
    }

    IEnumerable<TimeSpan> Act()
    {
        if (_factoryReset)
        {
            var startsSystem = ApplicationTest.TryFindSystem(hardware, version, out _);
            foreach (var busy in ResetToFactory(orElse: startsSystem ? BootOutcome.Reset : BootOutcome.Dfu)) yield return busy;
            yield break;
        }
        // Slots are not looked at on the way into DFU mode: they stay until a start that goes to the system.
        if (_dfu) { Outcome = BootOutcome.Dfu; yield break; }
        if (DctAccess.BootloaderCanUse(hardware))
        {
            foreach (var busy in ProcessSlots()) yield return busy;
            if (Outcome == BootOutcome.Reset) yield break;
        }
        if (ApplicationTest.TryFindSystem(hardware, version, out var system))
        {
            (Outcome, System) = (BootOutcome.System, system);
            WatchdogRuns = hardware.Platform.Generation == 2 && Retained.Watchdog == RetainedState.WatchdogEnabled;
            yield break;
        }
        Outcome = BootOutcome.Dfu;
        if (hardware.Platform.Generation != 2) yield break;
        foreach (var busy in ResetToFactory(orElse: BootOutcome.Dfu)) yield return busy;
    }

    IEnumerable<TimeSpan> ResetToFactory(BootOutcome orElse)
    {
        Outcome = orElse;
        if (FactoryImage.Find(hardware, _copier) is { } image)
        {
            foreach (var busy in _copier.Copy(image)) yield return busy;
            Retained.Watchdog = RetainedState.WatchdogEnabled;
            Outcome = BootOutcome.Reset;
        }
        Retained.FactoryReset = ushort.MaxValue;
    }

    IEnumerable<TimeSpan> ProcessSlots()
    {
        var pending = ModuleSlot.General(Dct).Where(entry => entry.Slot.IsPending).ToList();
        var bootloaderLast = hardware.Platform.Generation == 3 && version >= SystemVersions.BootloaderWithMbr;
        foreach (var (index, slot) in bootloaderLast ? pending.Where(entry => !IsBootloader(entry.Slot)) : pending)
        {
            if (_copier.IsAcceptable(slot))
                foreach (var busy in _copier.Copy(slot)) yield return busy;
            // Freed only now, whatever came of it: a loss of power during the copy has it repeated.
            ModuleSlot.Free(Dct, index);
        }
        if (!bootloaderLast) yield break;
        foreach (var (index, slot) in pending.Where(entry => IsBootloader(entry.Slot)))
        {
            ModuleSlot.Free(Dct, index);
            if (!_copier.IsAcceptable(slot)) continue;
            foreach (var busy in ReplaceBootloader(slot)) yield return busy;
            Outcome = BootOutcome.Reset;
            yield break;
        }
    }

    static bool IsBootloader(ModuleSlot slot) => slot.Function == ModuleFunction.Bootloader;

    // The new image goes through the place of the user part, whose pages are put away and come back with the next start.
    IEnumerable<TimeSpan> ReplaceBootloader(ModuleSlot slot)
    {
        const uint Page = 4096;
        var length = (slot.Length + Page - 1) / Page * Page;
        // The reserved area lies behind the factory image, as the releases with such a bootloader have it.
        var map = FirmwareMap.For(hardware.Platform, version >= SystemVersions.BootloaderLargeUserPart
            ? SystemVersions.LargeUserPart : SystemVersions.UpdateSlotsForBootloader);
        var backup = map.Factory + map.FactoryLength;
        var saved = hardware.Flash.Read(slot.Destination, (int)length).ToArray();
        foreach (var busy in FlashWriter.Rewrite(hardware, ModuleSlot.External, backup, saved)) yield return busy;
        var restore = new ModuleSlot(
            ModuleSlot.Pending, ModuleSlot.External, ModuleSlot.Internal, backup, slot.Destination, length, 0, ModuleFunction.None);
        if (!ModuleSlot.TryAdd(Dct, restore)) yield break;
        foreach (var busy in _copier.Copy(slot)) yield return busy;
        foreach (var busy in new MasterBootRecord(hardware).CopyBootloader(slot.Destination, slot.Length)) yield return busy;
    }
}

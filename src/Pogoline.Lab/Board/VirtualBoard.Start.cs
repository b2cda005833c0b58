using Pogoline.Lab.Boot;
using Pogoline.Lab.Dfu;
using Pogoline.Lab.Flash;
using Pogoline.Links;

namespace Pogoline.Lab.Board;

/// <content>From a reset to the state that lasts.</content>
public sealed partial class VirtualBoard
{
    // A board that resets itself in a circle never reaches the bus; after this many rounds it is left standing there.
    const int EndlessResets = 32;
    const uint FirstHalfOfExternalFlash = 4 * 1024 * 1024;
    static readonly TimeSpan WatchdogTime = TimeSpan.FromSeconds(5);
    static readonly TimeSpan UpdateToReset = TimeSpan.FromMilliseconds(100);

    void Restart(ResetConditions conditions)
    {
        Resets++;
        Start(conditions);
    }

    void Start(ResetConditions conditions)
    {
        Stop();
        _firmware = Run(conditions).GetEnumerator();
        Continue();
    }

    void Stop()
    {
        StopTimer();
        _firmware?.Dispose();
        _firmware = null;
        _busyUntil = 0;
        Enter(DeviceMode.Absent);
    }

    void Continue()
    {
        while (_firmware is { } firmware)
        {
            bool isAtWork;
            try
            {
                isAtWork = firmware.MoveNext();
            }
            catch (PowerLostException e)
            {
                CutPower(e.Returns);
                return;
            }
            Files?.Save();
            if (!isAtWork) return;
            var wait = _clock.Timing.Of(firmware.Current + Hardware.Storage.TakeBusyTime());
            if (wait <= TimeSpan.Zero) continue;
            StartTimer(wait, Continue);
            return;
        }
    }

    // Everything from a reset to the state that lasts.
    IEnumerable<TimeSpan> Run(ResetConditions conditions)
    {
        for (var round = 0; round < EndlessResets; round++)
        {
            if (round > 0) Resets++;
            Enter(DeviceMode.Absent);
            if (!StartsBootloader || Hardware.BootloaderVersion is not { } version) yield break;
            yield return _clock.Timing.BootloaderStart;
            var bootloader = new Bootloader(Hardware, version, conditions);
            foreach (var busy in bootloader.Run()) yield return busy;
            conditions = default;
            if (bootloader.Outcome == BootOutcome.Reset) continue;
            if (bootloader.Outcome == BootOutcome.Dfu)
            {
                yield return _clock.Timing.Enumeration;
                AttachDfu(version);
                yield break;
            }

            yield return _clock.Timing.SystemStart;
            var system = new SystemStart(Hardware, bootloader.System);
            foreach (var busy in system.Prepare()) yield return busy;
            if (system.Outcome == SystemOutcome.Crash)
            {
                if (!bootloader.WatchdogRuns) yield break;
                yield return WatchdogTime;
                conditions = new(ByWatchdog: true);
                continue;
            }
            if (system.Outcome == SystemOutcome.Reset) continue;

            yield return _clock.Timing.Enumeration;
            AttachSystem(system);
            foreach (var busy in system.ApplyOtaUpdate()) yield return busy;
            LastOtaUpdate = system.OtaUpdate ?? LastOtaUpdate;
            if (system.Outcome == SystemOutcome.Reset)
            {
                yield return UpdateToReset;
                continue;
            }
            if (system.Settle()) Enter(DeviceMode.Listening);
            yield break;
        }
    }

    bool StartsBootloader => Hardware.Platform.Generation == 2 || new MasterBootRecord(Hardware).StartsBootloader;

    void AttachSystem(SystemStart system)
    {
        (_system, IsSafeMode) = (system, system.IsSafeMode);
        _usb = new(Hardware.Platform, Hardware.DeviceId);
        Attach(system.IsSafeMode ? DeviceMode.Safe : DeviceMode.Normal);
    }

    void AttachDfu(ushort bootloaderVersion)
    {
        _dfuTime = _clock.Time.GetTimestamp();
        _dfu = DfuUsbDevice.Create(new()
        {
            Platform = Hardware.Platform,
            DeviceId = Hardware.DeviceId,
            BootloaderRelease = BootloaderReleases.Of(bootloaderVersion),
            ExternalFlashReach = bootloaderVersion < Hardware.Platform.Traits.WholeExternalFlashFromBootloader ? FirstHalfOfExternalFlash : null,
            DctUsable = () => DctAccess.BootloaderCanUse(Hardware),
        }, Hardware.Storage);
        Attach(DeviceMode.Dfu);
    }

    // The host's operating system resets the port, gives an address and sets the only configuration.
    void Attach(DeviceMode mode)
    {
        Enumeration++;
        _dfu?.BusReset();
        foreach (var request in new SetupPacket[] { new(0x00, UsbRequest.SetAddress, 1, 0, 0), new(0x00, UsbRequest.SetConfiguration, 1, 0, 0) })
        {
            if (_dfu is not null) _dfu.Control(request, []);
            else _usb!.Control(request, [], out _);
        }
        Attachment = _dfu is not null
            ? new(Enumeration, _dfu.DeviceDescriptor, _dfu.Configuration, null)
            : new(Enumeration, _usb!.Descriptors.Device, _usb.Descriptors.Configuration, _usb.Serial);
        Enter(mode);
    }
}

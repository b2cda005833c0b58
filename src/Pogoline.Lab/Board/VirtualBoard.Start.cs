using Pogoline.Lab.Boot;
using Pogoline.Lab.Console;
using Pogoline.Lab.Control;
using Pogoline.Lab.Dfu;
using Pogoline.Lab.Flash;
using Pogoline.Lab.Usb;
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

    // Where nothing takes time, what was said last must still reach the host.
    static readonly TimeSpan LastWords = TimeSpan.FromMilliseconds(100);

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
        (_busyUntil, _isFrozen) = (0, false);
        Enter(DeviceMode.Absent);
    }

    void Continue()
    {
        while (_firmware is { } firmware)
        {
            _pause = null;
            bool goesOn;
            try
            {
                goesOn = firmware.MoveNext();
            }
            catch (PowerLostException e)
            {
                CutPower(e.Returns);
                return;
            }
            Files?.Save();
            if (!goesOn) return;
            var pause = firmware.Current;
            if (TimeOf(pause) is not { } wait) continue;
            _pause = pause.Kind;
            if (wait != Timeout.InfiniteTimeSpan) StartTimer(wait, Continue);
            return;
        }
    }

    // Null when it is over at once.
    TimeSpan? TimeOf(Pause pause)
    {
        var work = _clock.Timing.Of((pause.Kind == PauseKind.Input ? TimeSpan.Zero : pause.Time) + Hardware.Storage.TakeBusyTime());
        return pause.Kind switch
        {
            PauseKind.Input => _loop!.HasWork ? null : pause.Time,
            PauseKind.Output when !_clock.Timing.Passes => _usb!.Serial.HasOutput ? pause.Time : null,
            _ => work > TimeSpan.Zero ? work : null,
        };
    }

    IEnumerable<Pause> Run(ResetConditions conditions)
    {
        for (;;)
        {
            foreach (var busy in StartUp(conditions)) yield return Pause.Work(busy);
            if (_loop is not { } loop) yield break;
            foreach (var pause in loop.Run()) yield return pause;
            if (!_clock.Timing.Passes) yield return Pause.Drain(LastWords);
            Resets++;
            conditions = default;
        }
    }

    // Everything from a reset to the state that lasts.
    IEnumerable<TimeSpan> StartUp(ResetConditions conditions)
    {
        for (var round = 0; round < EndlessResets; round++)
        {
            if (round > 0) Resets++;
            Enter(DeviceMode.Absent);
            if (Hardware.Platform.Generation == 3)
                foreach (var busy in new MasterBootRecord(Hardware).GoOn()) yield return busy;
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
            if (system.Settle()) _running!.Listen(true);
            yield break;
        }
    }

    bool StartsBootloader => Hardware.Platform.Generation == 2 || new MasterBootRecord(Hardware).StartsBootloader;

    void AttachSystem(SystemStart system)
    {
        (_system, IsSafeMode) = (system, system.IsSafeMode);
        var since = _clock.Time.GetTimestamp();
        TimeSpan Uptime() => _clock.Time.GetElapsedTime(since);
        var port = new CdcSerialPort { Moved = SerialMoved };
        _running = new(Hardware, system.Modules, Listen, Uptime) { Report = modules => Report(modules) };
        var requests = new ControlChannel(_running);
        _loop = new(_running, requests, port, Uptime);
        _usb = new(Hardware.Platform, Hardware.DeviceId, port, requests);
        Attach(system.IsSafeMode ? DeviceMode.Safe : DeviceMode.Normal);
    }

    void Listen(bool on)
    {
        if (on) _loop!.StartListening();
        Enter(on ? DeviceMode.Listening : IsSafeMode ? DeviceMode.Safe : DeviceMode.Normal);
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

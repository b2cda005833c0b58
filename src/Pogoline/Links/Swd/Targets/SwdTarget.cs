using System.Globalization;
using Pogoline.Links.Swd.Probes;

namespace Pogoline.Links.Swd.Targets;

/// <summary>
/// A target that answers: what it is, whether it is locked, and its core, memory and flash controller. Connecting changes nothing on it. Whoever takes its core
/// gives it back: when the target is disposed of without a reset, it is reset then, so that the board starts as it would by itself.
/// </summary>
public sealed partial class SwdTarget : IAsyncDisposable
{
    const uint ExpectedDebugPort = 0x2BA01477;
    const byte MemoryPort = 0;
    const byte IdentificationRegister = 0xFC;
    const double LowestVolts = 1.5;
    const int SlowClockHz = 500_000;

    static readonly TimeSpan ResetPulse = TimeSpan.FromMilliseconds(20);

    readonly IProbe _probe;
    readonly TimeProvider _time;
    readonly SwdConnectOptions _options;
    readonly List<string> _notes;
    bool _holdsCore;

    SwdTarget(IProbe probe, SwdConnectOptions options, TimeProvider time)
    {
        (_probe, _options, _time, _notes) = (probe, options, time, [.. probe.Description.Notes]);
        Port = new(probe, time);
        Memory = probe.Memory ?? new MemoryAccessPort(Port, MemoryPort);
        Core = new(Port, Memory, time);
    }

    /// <summary>The probe.</summary>
    public ProbeDescription Probe => _probe.Description;

    /// <summary>What it is.</summary>
    public TargetDefinition Definition { get; private set; } = null!;

    /// <summary>Whether readback protection keeps debuggers away.</summary>
    public bool IsLocked { get; private set; }

    /// <summary>The device ID; empty while the target is locked.</summary>
    public string DeviceId { get; private set; } = "";

    /// <summary>The revision of the chip as its maker writes it; empty while it is not known.</summary>
    public string Revision { get; private set; } = "";

    /// <summary>The supply in volts; null when the probe cannot measure it.</summary>
    public double? Volts { get; private set; }

    /// <summary>Whether it had to be held in reset to answer.</summary>
    public bool WasHeldInReset { get; private set; }

    /// <summary>What people should know of the connection.</summary>
    public IReadOnlyList<string> Notes => Port.LoweredClockHz == 0 ? _notes
        : [.. _notes, string.Create(CultureInfo.InvariantCulture, $"The clock was lowered to {Port.LoweredClockHz / 1000} kHz: the wires disturb faster ones.")];

    internal DebugPort Port { get; }

    internal IMemory Memory { get; }

    internal CortexCore Core { get; }

    internal NordicControlPort? ControlPort { get; private set; }

    internal TimeProvider Time => _time;

    internal IFlashController Controller { get; private set; } = null!;

    /// <summary>Whether the chip locks itself again at every reset, until UICR and firmware open it (nRF52840 from build code F).</summary>
    internal bool IsHardened => Definition.ControlPort is not null && Revision is [_, _, >= 'F', ..];

    /// <summary>Whether a reset would lock the chip again: it was unlocked just now, and nothing that keeps it open has been written yet.</summary>
    internal bool KeepsOpenOnlyUntilReset { get; private set; }

    /// <summary>Connects to whatever hangs on the probe.</summary>
    /// <param name="probe">The probe; it goes with the target.</param>
    /// <param name="options">How.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Observed between packets.</param>
    /// <exception cref="PogolineException"><see cref="SwdFaults"/>: no power, no answer, another chip.</exception>
    public static async ValueTask<SwdTarget> ConnectAsync(IProbe probe, SwdConnectOptions options, TimeProvider time, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(probe);
        ArgumentNullException.ThrowIfNull(options);
        var target = new SwdTarget(probe, options, time);
        try
        {
            await target.ConnectAsync(stop).ConfigureAwait(false);
            await target.OrInResetAsync(target.IdentifyAsync, target.IdentifyAsync, stop).ConfigureAwait(false);
            return target;
        }
        catch
        {
            await target.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Resets the target and lets it run.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults"/>: it does not.</exception>
    public async ValueTask ResetAsync(CancellationToken stop)
    {
        if (IsLocked && ControlPort is not null) await ControlPort.PulseResetAsync(stop).ConfigureAwait(false);
        else await Core.ResetAndRunAsync(stop).ConfigureAwait(false);
        _holdsCore = false;
    }

    /// <summary>Resets the target and halts it before its first instruction.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults"/>: it does not.</exception>
    public ValueTask ResetAndHaltAsync(CancellationToken stop)
    {
        RequireUnlocked();
        _holdsCore = true;
        return OrInResetAsync(Core.ResetAndHaltAsync, _ => ValueTask.CompletedTask, stop);
    }

    /// <summary>Leaves the core as it is when the target is disposed of: somebody else goes on with it.</summary>
    public void LeaveHalted() => _holdsCore = false;

    internal ValueTask HaltAsync(CancellationToken stop)
    {
        _holdsCore = true;
        return Core.HaltAsync(stop);
    }

    /// <summary>Reads memory of any kind.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Bus"/>, <see cref="SwdFaults.Locked"/>.</exception>
    public async ValueTask ReadAsync(FlashAddress address, Memory<byte> into, Action<int>? read, CancellationToken stop)
    {
        const int step = 16 * 1024;
        RequireUnlocked();
        for (var done = 0; done < into.Length;)
        {
            stop.ThrowIfCancellationRequested();
            var (at, part) = (address.Value + (uint)done, into.Slice(done, Math.Min(step, into.Length - done)));
            var length = part.Length;
            // Firmware that runs may take the debug pins meanwhile; a core that is in our hands runs none.
            if (_holdsCore) await Read(stop).ConfigureAwait(false);
            else await OrInResetAsync(Read, Read, stop).ConfigureAwait(false);
            done += length;
            ValueTask Read(CancellationToken stopRead) => Memory.ReadAsync(at, part, stopRead);
            read?.Invoke(length);
        }
    }

    /// <summary>The write-protected sectors by number; none where there is no such protection.</summary>
    public async ValueTask<IReadOnlyList<int>> ReadProtectedSectorsAsync(CancellationToken stop)
    {
        if (Controller is not Stm32F2Controller stm32) return [];
        var bits = await stm32.ReadProtectedSectorsAsync(stop).ConfigureAwait(false);
        return [.. Enumerable.Range(0, 16).Where(i => (bits >> i & 1) != 0)];
    }

    /// <summary>Protects sectors against writing, or takes the protection off; the others stay as they are.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Range"/>: there is no such sector, or no such protection.</exception>
    public async ValueTask ProtectSectorsAsync(IReadOnlyList<int> sectors, bool on, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(sectors);
        if (Controller is not Stm32F2Controller stm32)
            throw new PogolineException(SwdFaults.Range, $"The {Definition.Mcu} has no write protection that lasts: firmware sets it at each start, and a reset takes it away.", "There is nothing to do.");
        var count = Definition.Flash.EraseUnits(Definition.Flash.Range).Count();
        if (sectors.FirstOrDefault(s => s < 0 || s >= count, -1) is var wrong && sectors.Any(s => s < 0 || s >= count))
            throw new PogolineException(SwdFaults.Range, $"There is no sector {wrong}.", $"The sectors are 0 to {count - 1}.");
        var bits = sectors.Aggregate(0, (mask, sector) => mask | (1 << sector));
        var before = await stm32.ReadProtectedSectorsAsync(stop).ConfigureAwait(false);
        await stm32.ProtectSectorsAsync((ushort)(on ? before | bits : before & ~bits), stop).ConfigureAwait(false);
    }

    /// <summary>Takes the lock off, which erases everything; the caller has made sure that this is wanted and what comes after.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults"/>: the probe cannot, or the chip stays locked.</exception>
    public async ValueTask UnlockAsync(CancellationToken stop)
    {
        _holdsCore = true;
        if (ControlPort is not null) await ControlPort.EraseAllAsync(stop).ConfigureAwait(false);
        else if (Controller is Stm32F2Controller stm32)
        {
            await stm32.UnlockAsync(stop).ConfigureAwait(false);
            await Core.ResetAndHaltAsync(stop).ConfigureAwait(false);
        }
        await IdentifyAsync(stop).ConfigureAwait(false);
        KeepsOpenOnlyUntilReset = IsHardened;
    }

    /// <summary>Throws when the target is locked.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Locked"/>.</exception>
    public void RequireUnlocked()
    {
        if (!IsLocked) return;
        throw new PogolineException(SwdFaults.Locked, $"The {Definition.Mcu} is locked against debuggers; two reads say so.", Definition.Generation == 3
            ? "Unlocking erases everything on the chip, also its MBR and UICR: 'pogoline restore --swd --platform BOARD --base FILE --allow-unlock' erases and brings all of it back."
            : "Unlocking erases everything on the chip, also its keys for the cloud: run 'pogoline swd unlock --allow-unlock', then restore, then give it new keys ('particle keys doctor').");
    }

    /// <summary>Gives the core back if it is still held, and closes the probe; what fails at that is not told, because what went wrong before is.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_holdsCore) await TryGiveBackAsync().ConfigureAwait(false);
        await _probe.DisposeAsync().ConfigureAwait(false);
    }

    async ValueTask TryGiveBackAsync()
    {
        _holdsCore = false;
        try
        {
            try
            {
                await Core.ResetAndRunAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (PogolineException e) when (e.Code != SwdFaults.ProbeGone)
            {
                await _probe.SetResetAsync(true, CancellationToken.None).ConfigureAwait(false);
                await Task.Delay(ResetPulse, _time, CancellationToken.None).ConfigureAwait(false);
                await _probe.SetResetAsync(false, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (PogolineException)
        {
            // Nothing else can be done for it: it starts again by its supply.
        }
    }
}

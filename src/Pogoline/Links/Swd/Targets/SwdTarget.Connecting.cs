using System.Globalization;
using System.Text;
using Pogoline.Links.Swd.Probes;

namespace Pogoline.Links.Swd.Targets;

/// <content>Attaching, and finding out what answers.</content>
public sealed partial class SwdTarget
{
    async ValueTask ConnectAsync(CancellationToken stop)
    {
        Volts = await _probe.ReadVoltageAsync(stop).ConfigureAwait(false);
        if (Volts < LowestVolts)
        {
            throw new PogolineException(SwdFaults.NoPower, string.Create(CultureInfo.InvariantCulture, $"The target's supply is {Volts:F2} V."),
                "Power the board (USB or battery), and connect the probe's VTREF to its 3V3.");
        }
        var idr = _options.UnderReset == UnderReset.Always ? await AttachInResetAsync(stop).ConfigureAwait(false)
            : await Port.AttachAsync(_options.ClockHz, stop).ConfigureAwait(false);
        if (idr is null && _options.ClockHz > SlowClockHz && _options.UnderReset != UnderReset.Always)
        {
            idr = await Port.AttachAsync(SlowClockHz, stop).ConfigureAwait(false);
            if (idr is not null) _notes.Add(string.Create(CultureInfo.InvariantCulture, $"The target answers at {SlowClockHz / 1000} kHz only."));
        }
        if (idr is null && _options.UnderReset == UnderReset.WhenNeeded) idr = await AttachInResetAsync(stop).ConfigureAwait(false);
        if (idr is null) throw NoTarget();
        if (idr != ExpectedDebugPort) throw WrongTarget($"its debug port is 0x{idr:X8} instead of 0x{ExpectedDebugPort:X8}");
    }

    /// <summary>Does something; when firmware takes the debug pins meanwhile, does something else after the target was halted out of reset.</summary>
    async ValueTask OrInResetAsync(Func<CancellationToken, ValueTask> work, Func<CancellationToken, ValueTask> afterReset, CancellationToken stop)
    {
        try
        {
            await work(stop).ConfigureAwait(false);
            return;
        }
        catch (PogolineException e) when ((e.Code == SwdFaults.Lost || e.Code == SwdFaults.Bus) && _options.UnderReset != UnderReset.Never)
        {
            // Some probes call silence a fault; a target that answers has refused the access itself.
            if (e.Code == SwdFaults.Bus && await Port.ReattachAsync(stop).ConfigureAwait(false) is not null) throw;
            if (await AttachInResetAsync(stop).ConfigureAwait(false) is null) throw;
        }
        await afterReset(stop).ConfigureAwait(false);
    }

    async ValueTask<uint?> AttachInResetAsync(CancellationToken stop)
    {
        await Port.AttachAsync(_options.ClockHz, stop).ConfigureAwait(false);
        var held = _holdsCore;
        _holdsCore = true;
        await _probe.SetResetAsync(true, stop).ConfigureAwait(false);
        uint? idr;
        try
        {
            idr = await Port.ReattachAsync(stop).ConfigureAwait(false);
            if (idr is not null) await Core.ArmResetCatchAsync(stop).ConfigureAwait(false);
        }
        catch (PogolineException e) when (e.Code == SwdFaults.Bus || e.Code == SwdFaults.Lost)
        {
            idr = null;
        }
        finally
        {
            await _probe.SetResetAsync(false, CancellationToken.None).ConfigureAwait(false);
        }
        if (idr is not null)
        {
            await Core.FinishResetCatchAsync(stop).ConfigureAwait(false);
            _notes.Add("The target answered only while it was held in reset: its firmware takes the debug pins.");
            WasHeldInReset = true;
            return idr;
        }
        // A part that is silent in reset may answer before its firmware takes the pins away.
        idr = await Port.ReattachAsync(stop).ConfigureAwait(false);
        _holdsCore = held;
        if (idr is not null) _notes.Add("The target answered only after a pulse on its reset line.");
        return idr;
    }

    async ValueTask IdentifyAsync(CancellationToken stop)
    {
        if (await FindControlPortAsync(stop).ConfigureAwait(false) is { } nordic)
        {
            Use(nordic);
            ControlPort = new(Port, nordic.ControlPort!.Number, _time);
            IsLocked = await ControlPort.IsLockedAsync(stop).ConfigureAwait(false);
            if (IsLocked) return;
        }
        var core = await Core.ReadIdAsync(stop).ConfigureAwait(false);
        if (TargetCatalog.All.FirstOrDefault(t => (core & t.CpuId.Mask) == t.CpuId.Value) is not { } found) throw WrongTarget($"its core is 0x{core:X8}");
        var part = await Memory.ReadWordAsync(found.Part.Address.Value, stop).ConfigureAwait(false);
        if ((part & found.Part.Mask) != found.Part.Value) throw WrongTarget($"its part number is 0x{part:X8}");
        Use(found);
        if (Controller is Stm32F2Controller stm32)
        {
            IsLocked = await stm32.IsLockedAsync(stop).ConfigureAwait(false);
            Revision = $"0x{part >> 16:X4}";
        }
        else
        {
            var variant = await Memory.ReadWordAsync(found.Part.Address.Value + sizeof(uint), stop).ConfigureAwait(false);
            Revision = Encoding.ASCII.GetString([(byte)(variant >> 24), (byte)(variant >> 16), (byte)(variant >> 8), (byte)variant]);
        }
        if (IsLocked) return;
        var id = new byte[found.DeviceId.Length];
        await Memory.ReadAsync(found.DeviceId.Address.Value, id, stop).ConfigureAwait(false);
        DeviceId = found.DeviceId.Prefix + Convert.ToHexStringLower(id);
    }

    async ValueTask<TargetDefinition?> FindControlPortAsync(CancellationToken stop)
    {
        if (!Probe.ReachesAccessPorts) return null;
        foreach (var target in TargetCatalog.All.Where(t => t.ControlPort is not null))
        {
            try
            {
                if (await Port.ReadApAsync(target.ControlPort!.Number, IdentificationRegister, stop).ConfigureAwait(false) == target.ControlPort.Identification) return target;
            }
            catch (PogolineException e) when (e.Code == SwdFaults.Bus)
            {
                // A part without that access port may say so with a fault.
            }
        }
        return null;
    }

    void Use(TargetDefinition definition)
    {
        Definition = definition;
        Controller = definition.Controller switch
        {
            "nrf52840" => new Nrf52Controller(definition, Memory, _time),
            "stm32f205" => new Stm32F2Controller(definition, Memory, _time),
            var other => throw new InvalidDataException($"there is no flash controller '{other}'"),
        };
    }

    PogolineException NoTarget()
    {
        var wiring = _options.Board is null ? [] : TargetCatalog.WiringOf(_options.Board);
        var notes = wiring.Count == 0 ? "'pogoline swd wiring DEVICE' says which pins" : string.Join(" ", wiring.Select(w => $"{w.Title}: {w.Connection}{(w.Warning is null ? "" : $" {w.Warning}")}"));
        var locked = Probe.Kind == ProbeKind.StLink ? " A locked nRF52840 looks the same through an ST-LINK." : "";
        return new(SwdFaults.NoTarget, $"No target answers on SWD, neither at {_options.ClockHz / 1000} kHz nor slower{(_options.UnderReset == UnderReset.Never ? "" : ", nor while its reset line is low")}.{locked}",
            $"Check that the board has power, and SWDIO, SWCLK, GND and RESET: {notes}");
    }

    static PogolineException WrongTarget(string why) => new(SwdFaults.WrongTarget, $"The chip on the probe is no Particle Gen 2 or Gen 3 microcontroller: {why}.",
        "Connect the probe to the board that is meant.");
}

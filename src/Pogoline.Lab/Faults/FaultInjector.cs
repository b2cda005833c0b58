using Pogoline.Lab.Board;
using Pogoline.Lab.Boot;
using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Faults;

/// <summary>Makes faults happen to one board: counts what it does, and acts when a fault's moment has come.</summary>
sealed class FaultInjector : IFlashFaults
{
    static readonly TimeSpan Sag = TimeSpan.FromMilliseconds(100);

    readonly VirtualUnit _unit;
    AddressRange? _atWork;
    readonly IReadOnlyList<LabFault> _faults;

    public FaultInjector(VirtualUnit unit, IReadOnlyList<LabFault> faults) => (_unit, _faults) = (unit, faults);

    /// <summary>Whether it counts and acts.</summary>
    public bool IsArmed { get; set; } = true;

    /// <summary>Where in the flash the board was at work when the power went or a bit flipped; null when that was before it did anything.</summary>
    public AddressRange? Hit { get; private set; }

    /// <summary>What the board has done while it was armed.</summary>
    public Dictionary<LabMoment, long> Counts { get; set; } = [];

    public double EraseFactor => !IsArmed ? 1 : _faults.Where(f => f.Fault == LabFaultKind.SlowErase).Select(f => f.Factor).DefaultIfEmpty(1).Max();

    /// <summary>Takes its place between the board and everything that faults concern.</summary>
    public void Attach()
    {
        var before = _unit.Wire;
        _unit.Wire = pipe => new FaultyPipe(before(pipe), _unit.Clock, OnTransfer);
        var line = _unit.SerialLine;
        _unit.SerialLine = channel => new FaultySerialChannel(line(channel), OnSerial);
        _unit.Board.Hardware.Storage.Inject(this);
        _unit.Board.TimerFactor = _faults.Where(f => f.Fault == LabFaultKind.ClockDrift).Select(f => f.Factor).DefaultIfEmpty(1).First();
        _unit.Board.Report = OnReport;
    }

    public void Erase(AddressRange unit, Span<byte> cells)
    {
        _atWork = unit;
        if (Due(LabMoment.Erase) is { } fault && PowerLossOf(fault) is { } lost)
        {
            Disturb(cells);
            Hit = unit;
            throw lost;
        }
        cells.Fill(0xFF);
        foreach (var worn in _faults.Where(f => IsArmed && f.Fault == LabFaultKind.WornSector && FlashAddress.TryParse(f.Address, out var at) && unit.Contains(at)))
        {
            cells[worn.Bit / 8 % cells.Length] &= (byte)~(1 << (worn.Bit % 8));
        }
    }

    public void Program(FlashAddress address, Span<byte> cells, ReadOnlySpan<byte> data)
    {
        _atWork = AddressRange.Of(address, (uint)data.Length);
        var byOperation = Due(LabMoment.Program);
        var (byByte, done) = DueWithin(LabMoment.Byte, data.Length);
        var lost = PowerLossOf(byOperation) ?? PowerLossOf(byByte);
        var length = lost is null ? data.Length : byByte is null ? data.Length / 2 : done;
        for (var i = 0; i < length; i++) cells[i] &= data[i];
        if (lost is not null || byOperation?.Fault == LabFaultKind.FlashFlip) Hit = _atWork;
        if (lost is not null) throw lost;
        if (byOperation is { Fault: LabFaultKind.FlashFlip } flip) cells[flip.Bit / 8 % cells.Length] ^= (byte)(1 << (flip.Bit % 8));
    }

    public void WriteConfiguration()
    {
        if (PowerLossOf(Due(LabMoment.Program)) is { } lost) throw lost;
    }

    PipeFault? OnTransfer(ControlTransfer transfer)
    {
        if (Due(LabMoment.Transfer) is not { } fault) return null;
        switch (fault.Fault)
        {
            case LabFaultKind.PowerCut or LabFaultKind.BrownOut:
                Hit = _atWork;
                _unit.Board.CutPower(PowerLossOf(fault)!.Returns);
                return null;
            case LabFaultKind.CablePull:
                _unit.Board.Unplug(Returns(fault));
                return null;
            case LabFaultKind.Reenumerate:
                _unit.Board.Unplug(TimeSpan.Zero);
                return null;
            case LabFaultKind.Stall:
                return new PipeFault.Stall();
            case LabFaultKind.Silence:
                return new PipeFault.Silence();
            case LabFaultKind.WireFlip:
                return new PipeFault.Answer(answer => Flip(answer, fault.Bit));
            case LabFaultKind.ShortAnswer:
                return new PipeFault.Answer(answer => answer[..(answer.Length / 2)]);
            default:
                return null;
        }
    }

    /// <summary>What arrives of bytes on the serial line.</summary>
    ReadOnlyMemory<byte> OnSerial(ReadOnlyMemory<byte> data)
    {
        if (DueWithin(LabMoment.SerialByte, data.Length) is not ({ } fault, var number)) return data;
        var at = number - 1;
        switch (fault.Fault)
        {
            case LabFaultKind.SerialFlip:
                return Flip(data, (at * 8) + (fault.Bit % 8));
            case LabFaultKind.SerialLoss:
                return new([.. data.Span[..at], .. data.Span[Math.Min(data.Length, at + fault.Times)..]]);
            default:
                _unit.Board.Unplug(Returns(fault));
                return data;
        }
    }

    IReadOnlyList<InventoryEntry> OnReport(IReadOnlyList<InventoryEntry> modules)
    {
        if (Due(LabMoment.Report) is not { Fault: LabFaultKind.WrongReport } || modules.Count == 0) return modules;
        // The module that most jobs are about.
        var at = modules.ToList().FindIndex(m => m.Header.Module.Function == ModuleFunction.SystemPart);
        return [.. modules.Select((m, i) => i == Math.Max(at, 0) ? m with { Header = m.Header with { Version = (ushort)(m.Header.Version + 1) } } : m)];
    }

    /// <summary>Counts one more, and gives the fault whose moment it is.</summary>
    LabFault? Due(LabMoment moment)
    {
        if (!IsArmed) return null;
        var now = Counts[moment] = Counts.GetValueOrDefault(moment) + 1;
        return _faults.FirstOrDefault(f => f.At == moment && now >= f.Number && now < f.Number + f.Times);
    }

    /// <summary>Counts bytes, and gives the fault whose moment is among them, with which of them it is, from 1.</summary>
    (LabFault? Fault, int Done) DueWithin(LabMoment moment, int bytes)
    {
        if (!IsArmed) return (null, bytes);
        var before = Counts.GetValueOrDefault(moment);
        Counts[moment] = before + bytes;
        var fault = _faults.FirstOrDefault(f => f.At == moment && f.Number > before && f.Number <= before + bytes);
        return (fault, fault is null ? bytes : (int)(fault.Number - before));
    }

    static PowerLostException? PowerLossOf(LabFault? fault) => fault?.Fault switch
    {
        LabFaultKind.PowerCut => new(Returns(fault)),
        LabFaultKind.BrownOut => new(Sag),
        _ => null,
    };

    static TimeSpan? Returns(LabFault fault) => fault.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>An erase that was broken off: some cells are erased, some have lost bits, some are as they were.</summary>
    static void Disturb(Span<byte> cells)
    {
        var noise = 0x9E3779B9u;
        for (var i = 0; i < cells.Length; i++)
        {
            noise = (noise * 1664525) + 1013904223;
            if ((noise >> 31) != 0) cells[i] |= (byte)(noise >> 16);
        }
    }

    static ReadOnlyMemory<byte> Flip(ReadOnlyMemory<byte> answer, int bit)
    {
        if (answer.Length == 0) return answer;
        var changed = answer.ToArray();
        changed[bit / 8 % changed.Length] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}

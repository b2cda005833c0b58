using System.Buffers;
using Pogoline.FactoryData;
using Pogoline.Links;
using Pogoline.Links.Dfu;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming.Modes;

namespace Pogoline.Programming;

/// <summary>
/// Carries out the steps of a plan by DFU, and reads back everything that a pass wrote before it leaves. It decides nothing: what, where and
/// in which order is the plan's.
/// </summary>
sealed class DfuExecutor : IStepExecutor
{
    static readonly TimeSpan LeaveDeadline = TimeSpan.FromSeconds(10);

    readonly IUnit _unit;
    readonly TimeProvider _time;
    readonly JobProgress _progress;
    readonly JobContent _content;
    readonly JobTally _tally;
    readonly List<PlanStep> _pass = [];
    IControlPipe? _pipe;
    DfuDevice? _dfu;

    public DfuExecutor(IUnit unit, JobContent content, JobTally tally, TimeProvider time, JobProgress progress) =>
        (_unit, _content, _tally, _time, _progress) = (unit, content, tally, time, progress);

    /// <summary>
    /// Whether a job is gone on with that may have been broken off anywhere: what is to be written is compared with what is there first.
    /// </summary>
    public bool GoesOn { get; set; }

    /// <summary>Whether the unit was brought into DFU mode, or found there and talked to.</summary>
    public bool IsOpen => _dfu is not null;

    /// <summary>The unit as a DFU device; brings it into DFU mode first.</summary>
    public async ValueTask<DfuDevice> OpenAsync(CancellationToken stop)
    {
        if (_dfu is not null) return _dfu;
        _progress.Say(ProgrammingPhase.Mode, "DFU mode");
        await new UnitModes(_unit, _time).EnterAsync(DeviceMode.Dfu, stop).ConfigureAwait(false);
        _pipe = await _unit.OpenAsync(stop).ConfigureAwait(false);
        return _dfu = await DfuDevice.OpenAsync(_pipe, _time, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask RunAsync(PlanStep step, StepPlace place, CancellationToken stop)
    {
        switch (step)
        {
            case EnterDfuStep:
                await OpenAsync(stop).ConfigureAwait(false);
                RequireMemory(place.Rest.TakeWhile(s => s is not (RestartStep or StayStep)));
                break;
            case WriteStep write:
                await WriteAsync(write, place.Before, stop).ConfigureAwait(false);
                break;
            case EraseStep erase:
                await EraseAsync(erase.Module, erase.Storage, erase.Range, stop).ConfigureAwait(false);
                _pass.Add(erase);
                break;
            case DctByteStep dct:
                await WriteDctByteAsync(dct, stop).ConfigureAwait(false);
                break;
            case FactoryStep factory:
                _progress.Say(ProgrammingPhase.Write, "factory data");
                foreach (var value in _content.Factory.Where(v => factory.Fields.Contains(v.Field.Name))) await WriteFactoryAsync(value, stop).ConfigureAwait(false);
                break;
            case StayStep:
                await VerifyPassAsync(stop).ConfigureAwait(false);
                break;
            case RestartStep restart:
                await VerifyPassAsync(stop).ConfigureAwait(false);
                await LeaveAsync(stop).ConfigureAwait(false);
                _progress.Say(ProgrammingPhase.Restart, restart.Reason);
                if (await ReportCheck.WaitForAsync(_unit, restart.Expected, requireDependencies: place.MustBeWhole, _time, stop).ConfigureAwait(false))
                {
                    _tally.Reported.UnionWith(restart.Expected.Select(e => e.Id));
                }
                else
                {
                    _tally.ArrivalVerified = Verification.Readback;
                    await ConfirmByReadingAsync(restart.Expected, place.IsLast, stop).ConfigureAwait(false);
                }
                break;
            default:
                throw new PogolineException(PlanFaults.BadPlan, $"DFU has no such step: {step.GetType().Name}.", "Make the plan again.");
        }
    }

    /// <summary>For a unit that cannot report: its system must start, and then DFU must find what the plan expects.</summary>
    async ValueTask ConfirmByReadingAsync(IReadOnlyList<ExpectedModule> expected, bool isLast, CancellationToken stop)
    {
        await StartCheck.WaitAsync(_unit, StartCheck.Settled, _time, stop).ConfigureAwait(false);
        var dfu = await OpenAsync(stop).ConfigureAwait(false);
        _progress.Say(ProgrammingPhase.Look, "what arrived");
        var arriving = StartCheck.Arriving(_content.Modules, expected);
        var found = await DfuInventory.ReadAsync(_unit.Platform, dfu, arriving, null, (_, bytes) => _progress.Add(bytes), stop).ConfigureAwait(false);
        var differences = StartCheck.Differences(found, arriving, expected);
        if (differences.Count > 0)
        {
            throw new PogolineException(ProgrammingFaults.Report, $"After the restart the unit does not hold what was written: {string.Join("; ", differences)}.",
                "Run the same command again; if it stays, update what is missing by serial or control requests.");
        }
        if (!isLast) return;
        _tally.Unconfirmed.AddRange(StartCheck.Unseen(_unit.Platform, _content.Modules));
        await LeaveAsync(stop).ConfigureAwait(false);
        await StartCheck.WaitAsync(_unit, TimeSpan.Zero, _time, stop).ConfigureAwait(false);
    }

    /// <summary>Tells the unit to leave DFU mode, and waits until it has left.</summary>
    public async ValueTask LeaveAsync(CancellationToken stop)
    {
        var dfu = await OpenAsync(stop).ConfigureAwait(false);
        await dfu.LeaveAsync(stop).ConfigureAwait(false);
        await CloseAsync().ConfigureAwait(false);
        if (!await _unit.WaitForAsync(UnitPresence.Absent | UnitPresence.System, LeaveDeadline, stop).ConfigureAwait(false))
        {
            throw new PogolineException(ProgrammingFaults.ModeSwitch, $"The unit did not leave DFU mode within {LeaveDeadline.TotalSeconds} s.",
                "Everything is written and read back: reset the board, then run the same command again to confirm it.");
        }
    }

    public ValueTask DisposeAsync() => CloseAsync();

    async ValueTask WriteAsync(WriteStep write, Inventory before, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        var bytes = Content(write);
        var units = _unit.Platform.StorageOf(write.Storage).EraseUnits(write.Range).ToList();
        var work = MayBeThereInPart(write, before) ? await CompareAsync(write, units, stop).ConfigureAwait(false) : UnitWork.All(units, write.Range);
        await EraseAsync(write.Module, write.Storage, work.Erase, stop).ConfigureAwait(false);
        _progress.Begin(ProgrammingPhase.Write, write.Module, bytes.Length);
        foreach (var range in work.Write)
        {
            var (alternate, address) = Locate(write.Storage, range.Start);
            _tally.HasWritten = true;
            await _dfu!.WriteAsync(alternate, address, bytes.Slice((int)(range.Start - write.At), (int)range.Length), _progress.Add, stop).ConfigureAwait(false);
        }
        _progress.Add(work.RightBytes);
        if (work.RightBytes > 0) _tally.Notes.Add($"Of the {write.Module}, {work.RightBytes} of {bytes.Length} bytes were right already and were not written again.");
        _pass.Add(write);
        _tally.Add(write.Module, Route.Dfu, bytes.Length - work.RightBytes, _time.GetElapsedTime(started));
    }

    /// <summary>Whether the write may have been done before and broken off: the job is gone on with, or the header is the wanted one.</summary>
    bool MayBeThereInPart(WriteStep write, Inventory before)
    {
        var file = _content[write.Sha256];
        return GoesOn || (_content.Modules.FirstOrDefault(m => m.Image.Equals(file)) is { } wanted && before.Find(wanted.Id) is { } found
            && found.Version == wanted.Version && found.Range.Start == wanted.Header.Start && found.Range.End == wanted.Header.End);
    }

    async ValueTask<UnitWork> CompareAsync(WriteStep write, IReadOnlyList<AddressRange> units, CancellationToken stop)
    {
        using var there = MemoryPool<byte>.Shared.Rent(write.Length);
        await ReadAsync(ProgrammingPhase.Look, write.Module, write.Storage, write.Range, there.Memory, stop).ConfigureAwait(false);
        return UnitWork.Compare(units, write.Range, Content(write).Span, there.Memory.Span[..write.Length]);
    }

    async ValueTask ReadAsync(ProgrammingPhase phase, string module, StorageKind storage, AddressRange range, Memory<byte> into, CancellationToken stop)
    {
        var (alternate, address) = Locate(storage, range.Start);
        _progress.Begin(phase, module, range.Length);
        await _dfu!.ReadAsync(alternate, address, into[..(int)range.Length], _progress.Add, stop).ConfigureAwait(false);
    }

    ValueTask EraseAsync(string module, StorageKind storage, AddressRange range, CancellationToken stop) =>
        EraseAsync(module, storage, [.. _unit.Platform.StorageOf(storage).EraseUnits(range)], stop);

    async ValueTask EraseAsync(string module, StorageKind storage, IReadOnlyList<AddressRange> units, CancellationToken stop)
    {
        if (units.Count == 0) return;
        _progress.Begin(ProgrammingPhase.Erase, module, units.Sum(u => u.Length));
        var alternate = Locate(storage, units[0].Start).Alternate;
        _tally.HasWritten = true;
        await _dfu!.EraseAsync(alternate, [.. units.Select(u => Locate(storage, u.Start).Address)], i => _progress.Add((int)units[i].Length), stop).ConfigureAwait(false);
    }

    /// <summary>A configuration byte is read back at once: on Photon and P1 it is out of reach when the system parts have changed.</summary>
    async ValueTask WriteDctByteAsync(DctByteStep dct, CancellationToken stop)
    {
        var (alternate, address) = Locate(StorageKind.Dct, new(dct.Offset));
        _tally.HasWritten = true;
        await _dfu!.WriteAsync(alternate, address, new[] { dct.Value }, null, stop).ConfigureAwait(false);
        var back = new byte[1];
        await _dfu.ReadAsync(alternate, address, back, null, stop).ConfigureAwait(false);
        if (back[0] != dct.Value) throw Mismatch($"configuration byte {dct.Offset}", address, dct.Value, back[0]);
    }

    /// <summary>Values that are there already are left alone; a value that reads back wrong is named and not shown.</summary>
    async ValueTask WriteFactoryAsync(FactoryValue value, CancellationToken stop)
    {
        var (alternate, address) = Locate(StorageKind.Dct, new(value.Field.Offset));
        var back = new byte[value.Bytes.Length];
        await _dfu!.ReadAsync(alternate, address, back, null, stop).ConfigureAwait(false);
        if (back.AsSpan().SequenceEqual(value.Bytes.Span)) return;
        _tally.HasWritten = true;
        await _dfu.WriteAsync(alternate, address, value.Bytes, null, stop).ConfigureAwait(false);
        await _dfu.ReadAsync(alternate, address, back, null, stop).ConfigureAwait(false);
        if (!back.AsSpan().SequenceEqual(value.Bytes.Span)) throw new PogolineException(ProgrammingFaults.Mismatch,
            $"The {value.Field.Name} reads back wrong at configuration offset {value.Field.Offset}.", "Run the same command again: the board gets the same row. If it fails again, the flash there is worn.");
    }

    async ValueTask VerifyPassAsync(CancellationToken stop)
    {
        foreach (var step in _pass)
        {
            var started = _time.GetTimestamp();
            var (module, storage, range) = step is WriteStep w ? (w.Module, w.Storage, w.Range) : step is EraseStep e ? (e.Module, e.Storage, e.Range) : throw new InvalidOperationException();
            ReadOnlyMemory<byte>? wanted = step is WriteStep write ? Content(write) : default(ReadOnlyMemory<byte>?);
            if (await FindDifferenceAsync(module, storage, range, wanted, stop).ConfigureAwait(false) is { } wrong) throw wrong;
            if (wanted is not null) _tally.Add(module, Route.Dfu, 0, _time.GetElapsedTime(started), readBack: true);
        }
        _pass.Clear();
    }

    /// <summary>Reads a range back, block by block, and compares it with what it is to hold; null for blank.</summary>
    /// <returns>The fault of the first byte that is wrong; null for none.</returns>
    async ValueTask<PogolineException?> FindDifferenceAsync(string module, StorageKind storage, AddressRange range, ReadOnlyMemory<byte>? wanted, CancellationToken stop)
    {
        var (alternate, address) = Locate(storage, range.Start);
        PogolineException? wrong = null;
        _progress.Begin(ProgrammingPhase.Verify, module, range.Length);
        await _dfu!.ReadAsync(alternate, address, (int)range.Length, (offset, back) =>
        {
            _progress.Add(back.Length);
            if (wrong is not null) return;
            var want = wanted is { } content ? content.Span.Slice(offset, back.Length) : default;
            var at = wanted is null ? back.IndexOfAnyExcept((byte)0xFF) : back.CommonPrefixLength(want);
            if (at >= 0 && at < back.Length) wrong = Mismatch(module, address + (uint)(offset + at), wanted is null ? (byte)0xFF : want[at], back[at]);
        }, stop).ConfigureAwait(false);
        return wrong;
    }

    /// <summary>Refuses before the first write what the unit's own memory descriptions do not allow.</summary>
    void RequireMemory(IEnumerable<PlanStep> pass)
    {
        foreach (var (storage, range, access) in pass.SelectMany(Needs))
        {
            var (alternate, address) = Locate(storage, range.Start);
            if (_dfu!.Alternate(alternate) is { Memory: { } memory, Text: var text } && !memory.Allows(address, range.Length, access))
            {
                throw new PogolineException(ProgrammingFaults.Memory,
                    $"The unit's alternate {alternate} ({text}) does not allow {access} at 0x{address:X8}, {range.Length} bytes.",
                    "Check that it is the board you think it is, and that device protection is off.");
            }
        }
    }

    IEnumerable<(StorageKind Storage, AddressRange Range, DfuAccess Access)> Needs(PlanStep step) => step switch
    {
        WriteStep write => [(write.Storage, write.Range, DfuAccess.Read | DfuAccess.Erase | DfuAccess.Write)],
        EraseStep erase => [(erase.Storage, erase.Range, DfuAccess.Read | DfuAccess.Erase)],
        DctByteStep dct => [(StorageKind.Dct, AddressRange.Of(new(dct.Offset), 1), DfuAccess.Read | DfuAccess.Write)],
        FactoryStep => _content.Factory.Select(v => (StorageKind.Dct, AddressRange.Of(new(v.Field.Offset), (uint)v.Field.Size), DfuAccess.Read | DfuAccess.Write)),
        _ => [],
    };

    (byte Alternate, uint Address) Locate(StorageKind storage, FlashAddress at)
    {
        var alternate = _unit.Platform.Alternates.Single(a => a.Storage == storage);
        return (alternate.Number, alternate.Offset.Value + at.Value);
    }

    ReadOnlyMemory<byte> Content(WriteStep write) => _content[write.Sha256].Slice(write.Skip, write.Length);

    async ValueTask CloseAsync()
    {
        if (_pipe is not null) await _pipe.DisposeAsync().ConfigureAwait(false);
        (_pipe, _dfu) = (null, null);
    }

    static PogolineException Mismatch(string what, uint address, byte wanted, byte got) => new(ProgrammingFaults.Mismatch,
        $"The {what} reads back wrong at 0x{address:X8}: 0x{wanted:X2} was written, 0x{got:X2} is there.",
        "The unit stays in DFU mode: run the same command again. If the same address fails again, the flash there is worn.");
}

using Pogoline.Links.Swd.Loader;
using Pogoline.Modules;

namespace Pogoline.Links.Swd.Targets;

/// <summary>What a <see cref="FlashProgrammer"/> is doing.</summary>
public enum FlashWork
{
    /// <summary>Comparing what is there with what is wanted.</summary>
    Compare,

    /// <summary>Erasing and programming.</summary>
    Write,

    /// <summary>Checking what was written.</summary>
    Verify,
}

/// <summary>How a flash is written.</summary>
public sealed record FlashOptions
{
    /// <summary>Whether a loader in the target's RAM may be used.</summary>
    public bool UseLoader { get; init; } = true;

    /// <summary>Is told bytes as they are done.</summary>
    public Action<FlashWork, int>? Progress { get; init; }
}

/// <summary>What the flash holds of an image while it is written.</summary>
/// <param name="Written">Units that are written.</param>
/// <param name="Total">Units that are to be written.</param>
/// <param name="InDoubt">What may be erased or half-written.</param>
/// <param name="WasErased">Whether everything was erased before.</param>
public sealed record FlashStanding(int Written, int Total, IReadOnlyList<AddressRange> InDoubt, bool WasErased)
{
    /// <summary>A sentence for people.</summary>
    public override string ToString() =>
        $"{Written} of {Total} sectors are written{(InDoubt.Count > 0 ? $", {string.Join(" and ", InDoubt)} may be half-written" : "")}, and the others {(WasErased ? "are blank" : "hold what they held before")}.";
}

/// <summary>
/// Brings the flash of a target to an image: only units that differ are erased and written, and everything is checked by checksums that the target computes, or
/// by reading it back where no loader is used. The core is reset and halted first, so that no firmware interferes.
/// </summary>
public sealed class FlashProgrammer : IAsyncDisposable
{
    const int ReadStep = 4096;
    const int SampleSize = 1024;

    readonly SwdTarget _target;
    readonly FlashOptions _options;
    readonly RamLoader? _loader;
    bool _hasEnded;
    bool _hasErasedAll;

    FlashProgrammer(SwdTarget target, FlashOptions options, RamLoader? loader) => (_target, _options, _loader) = (target, options, loader);

    /// <summary>Whether the loader is at work.</summary>
    public bool UsesLoader => _loader is not null;

    /// <summary>How far the writing came; null before it begins.</summary>
    public FlashStanding? Standing { get; private set; }

    /// <summary>Resets and halts the target and readies its flash controller.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults"/>: the target is locked, or does not do what it is told.</exception>
    public static async ValueTask<FlashProgrammer> StartAsync(SwdTarget target, FlashOptions options, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        target.RequireUnlocked();
        if (target.KeepsOpenOnlyUntilReset) await target.HaltAsync(stop).ConfigureAwait(false);
        else await target.ResetAndHaltAsync(stop).ConfigureAwait(false);
        await target.Controller.BeginAsync(target.Volts, stop).ConfigureAwait(false);
        var loader = options.UseLoader && target.Controller.FitsLoader ? new RamLoader(target) : null;
        if (loader is not null) await loader.StartAsync(stop).ConfigureAwait(false);
        return new(target, options, loader);
    }

    /// <summary>Reads what lies in the gaps of the image, so that it stays; large gaps that are blank by checksum are not read.</summary>
    public async ValueTask KeepGapsAsync(FlashImage image, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(image);
        foreach (var unit in image.Units)
        {
            foreach (var gap in unit.Gaps.ToList())
            {
                var (first, last) = (new FlashAddress((gap.Start.Value + 3) & ~3u), new FlashAddress(gap.End.Value & ~3u));
                if (_loader is null || gap.Length < SampleSize || !await IsBlankAsync(new(first, last), stop).ConfigureAwait(false))
                {
                    await KeepAsync(unit, gap, stop).ConfigureAwait(false);
                    continue;
                }
                await KeepAsync(unit, new(gap.Start, first), stop).ConfigureAwait(false);
                unit.Clear(new(first, last));
                await KeepAsync(unit, new(last, gap.End), stop).ConfigureAwait(false);
            }
        }
    }

    async ValueTask KeepAsync(FlashUnitImage unit, AddressRange range, CancellationToken stop)
    {
        if (range.Length == 0) return;
        var bytes = new byte[range.Length];
        await _target.ReadAsync(range.Start, bytes, null, stop).ConfigureAwait(false);
        unit.Put(range.Start, bytes);
    }

    async ValueTask<bool> IsBlankAsync(AddressRange range, CancellationToken stop)
    {
        var blank = new byte[range.Length];
        blank.AsSpan().Fill(0xFF);
        return (await _loader!.ChecksumAsync(range.Start.Value, range.Length, 1, stop).ConfigureAwait(false))[0] == Crc32.Compute(blank);
    }

    /// <summary>The units that do not hold what they should.</summary>
    public ValueTask<IReadOnlyList<FlashUnitImage>> CompareAsync(IReadOnlyList<FlashUnitImage> units, CancellationToken stop) => FindDifferentAsync(units, FlashWork.Compare, stop);

    /// <summary>Erases units and writes what they are to hold.</summary>
    /// <param name="units">The units.</param>
    /// <param name="areBlank">Whether everything was just erased.</param>
    /// <param name="stop">Observed between units; the unit under way is finished.</param>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Protected"/> before anything is erased, <see cref="SwdFaults.Flash"/>.</exception>
    public async ValueTask WriteAsync(IReadOnlyList<FlashUnitImage> units, bool areBlank, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(units);
        var locked = await _target.Controller.FindProtectedAsync([.. units.Select(u => u.Range)], stop).ConfigureAwait(false);
        if (locked.Count > 0) throw Protected(locked);
        // While a large unit is erased that takes few bytes, the link already carries those of others.
        units = [.. units.OrderByDescending(u => u.Range.Length > RamLoader.SlotSize && u.UsedLength < u.Range.Length / 4)];
        var given = new List<int>();
        var begun = 0;
        for (; begun < units.Count && !stop.IsCancellationRequested; begun++)
        {
            // With the loader units before may still be at work when the next one begins.
            var settled = _loader is null ? begun : given.Count(g => g + RamLoader.Slots <= _loader.Given);
            Standing = new(settled, units.Count, Joined(units.Skip(settled).Take(begun - settled + 1)), _hasErasedAll);
            if (_loader is not null) await SubmitAsync(units[begun], areBlank).ConfigureAwait(false);
            else await WriteSlowlyAsync(units[begun], areBlank).ConfigureAwait(false);
            given.Add(_loader?.Given ?? 0);
        }
        if (_loader is not null) await _loader.FinishAsync(CancellationToken.None).ConfigureAwait(false);
        Standing = new(begun, units.Count, [], _hasErasedAll);
        if (begun < units.Count) stop.ThrowIfCancellationRequested();
    }

    static List<AddressRange> Joined(IEnumerable<FlashUnitImage> units)
    {
        var ranges = new List<AddressRange>();
        foreach (var range in units.Select(u => u.Range))
        {
            if (ranges.Count > 0 && ranges[^1].End == range.Start) ranges[^1] = new(ranges[^1].Start, range.End);
            else ranges.Add(range);
        }
        return ranges;
    }

    /// <summary>Sectors are write-protected.</summary>
    internal static PogolineException Protected(IEnumerable<AddressRange> sectors) => new(SwdFaults.Protected, $"Write protection is on for {string.Join(", ", sectors)}.",
        "Add --allow-option-bytes: the protection is taken off for the job and put back afterwards. Nothing was erased.");

    /// <summary>Erases all of the flash, and UICR where there is one.</summary>
    public async ValueTask EraseAllAsync(CancellationToken stop)
    {
        (_hasErasedAll, Standing) = (true, new(0, 0, [], true));
        if (_loader is not null) await _loader.StopAsync(stop).ConfigureAwait(false);
        await _target.Controller.EraseAllAsync(stop).ConfigureAwait(false);
        if (_loader is not null) await _loader.StartAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Checks units.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Mismatch"/> with the first place that differs.</exception>
    public async ValueTask VerifyAsync(IReadOnlyList<FlashUnitImage> units, CancellationToken stop)
    {
        var different = await FindDifferentAsync(units, FlashWork.Verify, stop).ConfigureAwait(false);
        if (different.Count == 0) return;
        var unit = different[0];
        var there = new byte[unit.Range.Length];
        await _target.ReadAsync(unit.Range.Start, there, null, stop).ConfigureAwait(false);
        var same = there.AsSpan().CommonPrefixLength(unit.Content);
        var place = same == there.Length ? $"{unit.Range} (it reads right now)" : $"{unit.Range.Start + (uint)same}: 0x{there[same]:X2} instead of 0x{unit.Content[same]:X2}";
        throw new PogolineException(SwdFaults.Mismatch, $"The flash does not hold what was written, at {place}.", "Run the same command again; if the same place fails again, the flash there is worn.");
    }

    /// <summary>The CRC-32 of what lies in a range, computed by the target where the loader is at work.</summary>
    public async ValueTask<uint> ChecksumAsync(AddressRange range, CancellationToken stop)
    {
        const uint most = 64 * 1024;
        var whole = _loader is null ? 0 : range.Length & ~3u;
        var crc = whole == 0 ? 0 : (await _loader!.ChecksumAsync(range.Start.Value, whole, 1, stop).ConfigureAwait(false))[0];
        for (var done = whole; done < range.Length;)
        {
            var bytes = new byte[Math.Min(most, range.Length - done)];
            await _target.ReadAsync(range.Start + done, bytes, null, stop).ConfigureAwait(false);
            crc = Crc32.Append(crc, bytes);
            done += (uint)bytes.Length;
        }
        return crc;
    }

    /// <summary>Which of the units are write-protected.</summary>
    public ValueTask<IReadOnlyList<AddressRange>> FindProtectedAsync(IReadOnlyList<FlashUnitImage> units, CancellationToken stop) =>
        _target.Controller.FindProtectedAsync([.. units.Select(u => u.Range)], stop);

    /// <summary>Stops the loader and locks the flash controller; the core stays halted. A second time nothing happens: it may run again by then.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_hasEnded) return;
        _hasEnded = true;
        try
        {
            if (_loader is not null) await _loader.StopAsync(CancellationToken.None).ConfigureAwait(false);
            await _target.Controller.EndAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (PogolineException)
        {
            // What went wrong first is what is told.
        }
    }

    async ValueTask SubmitAsync(FlashUnitImage unit, bool isBlank)
    {
        AddressRange? erase = isBlank ? null : unit.Range;
        // Blank parts at the end, and whole slots of them within, need no program.
        for (var done = 0; done < unit.UsedLength || erase is not null;)
        {
            var data = unit.Content.AsMemory(done, Math.Min(RamLoader.SlotSize, unit.UsedLength - done));
            if (data.Span.ContainsAnyExcept((byte)0xFF) || erase is not null)
                await _loader!.SubmitAsync(erase, unit.Range.Start.Value + (uint)done, data, CancellationToken.None).ConfigureAwait(false);
            erase = null;
            done += data.Length;
            _options.Progress?.Invoke(FlashWork.Write, data.Length);
        }
        _options.Progress?.Invoke(FlashWork.Write, (int)unit.Range.Length - unit.UsedLength);
    }

    async ValueTask WriteSlowlyAsync(FlashUnitImage unit, bool isBlank)
    {
        if (!isBlank) await _target.Controller.EraseAsync(unit.Range, CancellationToken.None).ConfigureAwait(false);
        for (var done = 0; done < unit.UsedLength; done += ReadStep)
        {
            var data = unit.Content.AsMemory(done, Math.Min(ReadStep, unit.UsedLength - done));
            if (data.Span.ContainsAnyExcept((byte)0xFF)) await _target.Controller.ProgramAsync(unit.Range.Start.Value + (uint)done, data, CancellationToken.None).ConfigureAwait(false);
            _options.Progress?.Invoke(FlashWork.Write, data.Length);
        }
        _options.Progress?.Invoke(FlashWork.Write, (int)unit.Range.Length - unit.UsedLength);
    }

    async ValueTask<IReadOnlyList<FlashUnitImage>> FindDifferentAsync(IReadOnlyList<FlashUnitImage> units, FlashWork work, CancellationToken stop)
    {
        var all = units;
        // A sector of another release mostly differs in its first bytes, which are summed up much sooner than all of it.
        var different = work == FlashWork.Compare ? await FindDifferentAtStartAsync(units, stop).ConfigureAwait(false) : [];
        foreach (var unit in different) _options.Progress?.Invoke(work, (int)unit.Range.Length);
        if (different.Count > 0) units = [.. units.Where(u => !different.Contains(u))];
        for (var first = 0; first < units.Count;)
        {
            stop.ThrowIfCancellationRequested();
            var count = 1;
            if (_loader is not null) while (first + count < units.Count && units[first + count].Range.Start == units[first + count - 1].Range.End && units[first + count].Range.Length == units[first].Range.Length) count++;
            var run = units.Skip(first).Take(count).ToList();
            if (_loader is not null)
            {
                var sums = await _loader.ChecksumAsync(run[0].Range.Start.Value, run[0].Range.Length, count, stop).ConfigureAwait(false);
                different.UnionWith(run.Where((unit, i) => Crc32.Compute(unit.Content) != sums[i]));
            }
            else
            {
                var there = new byte[run[0].Range.Length];
                await _target.ReadAsync(run[0].Range.Start, there, null, stop).ConfigureAwait(false);
                if (!there.AsSpan().SequenceEqual(run[0].Content)) different.Add(run[0]);
            }
            foreach (var unit in run) _options.Progress?.Invoke(work, (int)unit.Range.Length);
            first += count;
        }
        return [.. all.Where(different.Contains)];
    }

    async ValueTask<HashSet<FlashUnitImage>> FindDifferentAtStartAsync(IReadOnlyList<FlashUnitImage> units, CancellationToken stop)
    {
        const int smallest = 16 * SampleSize;
        var different = new HashSet<FlashUnitImage>();
        foreach (var unit in units.Where(u => _loader is not null && u.Range.Length >= smallest))
        {
            var sum = (await _loader!.ChecksumAsync(unit.Range.Start.Value, SampleSize, 1, stop).ConfigureAwait(false))[0];
            if (sum != Crc32.Compute(unit.Content.AsSpan(0, SampleSize))) different.Add(unit);
        }
        return different;
    }
}

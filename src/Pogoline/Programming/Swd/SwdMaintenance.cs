using Pogoline.Links.Swd;
using Pogoline.Links.Swd.Targets;
using Pogoline.Platforms;

namespace Pogoline.Programming.Swd;

/// <summary>What is done to a board by SWD beside programming it: erasing, unlocking, comparing.</summary>
/// <param name="target">The board.</param>
/// <param name="options">What is allowed.</param>
public sealed class SwdMaintenance(SwdTarget target, SwdJobOptions options)
{
    /// <summary>Erases the sectors that a range consists of, and checks that they are blank.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Range"/>: it is no run of whole sectors; <see cref="SwdFaults.Protected"/>.</exception>
    public async ValueTask<int> EraseAsync(AddressRange range, CancellationToken stop)
    {
        var flash = target.Definition.Flash;
        var units = flash.EraseUnits(range).ToList();
        if (units.Count == 0 || units[0].Start != range.Start || units[^1].End != range.End)
        {
            throw new PogolineException(SwdFaults.Range, $"{range} does not consist of whole sectors.",
                units.Count == 0 ? $"The flash lies at {flash.Range}." : $"Whole sectors would be {units[0].Start} and {units[^1].End - units[0].Start} bytes. Nothing was erased.");
        }
        var image = new FlashImage(flash);
        foreach (var unit in units) image.Erase(unit);
        var programmer = await StartAsync(stop).ConfigureAwait(false);
        await using (programmer.ConfigureAwait(false))
        {
            await UnprotectedAsync(units, () => programmer.WriteAsync(image.Units, areBlank: false, stop), stop).ConfigureAwait(false);
            await programmer.VerifyAsync(image.Units, stop).ConfigureAwait(false);
        }
        return units.Count;
    }

    /// <summary>Erases everything; on a Gen 3 board MBR and UICR are put back at once, or it is refused.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.NotAllowed"/>, <see cref="SwdFaults.NoBase"/>.</exception>
    public async ValueTask EraseAllAsync(CancellationToken stop)
    {
        if (!options.AllowMassErase) throw NotAllowed("A mass erase takes everything off the chip", "--allow-mass-erase");
        target.RequireUnlocked();
        var foundation = await FoundationAsync(stop).ConfigureAwait(false);
        var programmer = await StartAsync(stop).ConfigureAwait(false);
        await using (programmer.ConfigureAwait(false))
        {
            await UnprotectedAsync([.. target.Definition.Flash.EraseUnits(target.Definition.Flash.Range)], () => programmer.EraseAllAsync(stop), stop).ConfigureAwait(false);
            if (foundation is not null) await PutBackAsync(programmer, foundation).ConfigureAwait(false);
        }
    }

    /// <summary>Opens a locked chip, which erases it; on a Gen 3 board MBR and UICR are put back at once, or it is refused.</summary>
    /// <returns>False when it is not locked: nothing was done.</returns>
    /// <exception cref="PogolineException"><see cref="SwdFaults.NotAllowed"/>, <see cref="SwdFaults.NoBase"/>.</exception>
    public async ValueTask<bool> UnlockAsync(CancellationToken stop)
    {
        if (!target.IsLocked) return false;
        if (!options.AllowUnlock) throw NotAllowed("Unlocking erases everything on the chip", "--allow-unlock");
        var foundation = await FoundationAsync(stop).ConfigureAwait(false);
        await target.UnlockAsync(stop).ConfigureAwait(false);
        if (foundation is null) return true;
        var programmer = await StartAsync(stop).ConfigureAwait(false);
        await using (programmer.ConfigureAwait(false)) await PutBackAsync(programmer, foundation).ConfigureAwait(false);
        return true;
    }

    /// <summary>Protects sectors against writing, or takes the protection off; Gen 2.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.NotAllowed"/>, <see cref="SwdFaults.Range"/>.</exception>
    public async ValueTask ProtectAsync(IReadOnlyList<int> sectors, bool on, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(sectors);
        if (!options.AllowOptionBytes) throw NotAllowed("Write protection is kept in the option bytes", "--allow-option-bytes");
        target.RequireUnlocked();
        await target.ResetAndHaltAsync(stop).ConfigureAwait(false);
        await target.ProtectSectorsAsync(sectors, on, stop).ConfigureAwait(false);
    }

    /// <summary>The sectors that do not hold given bytes; what lies beside the bytes does not count.</summary>
    public async ValueTask<(int Sectors, IReadOnlyList<AddressRange> Different)> CompareAsync(IReadOnlyList<(FlashAddress At, ReadOnlyMemory<byte> Data)> segments, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(segments);
        var image = new FlashImage(target.Definition.Flash);
        foreach (var (at, data) in segments.Where(s => target.Definition.Configuration?.Range.Contains(s.At) != true)) image.Put(at, data.Span);
        var programmer = await StartAsync(stop).ConfigureAwait(false);
        await using (programmer.ConfigureAwait(false))
        {
            await programmer.KeepGapsAsync(image, stop).ConfigureAwait(false);
            var different = await programmer.CompareAsync(image.Units, stop).ConfigureAwait(false);
            List<AddressRange> ranges = [.. different.Select(u => u.Range)];
            foreach (var (at, data) in segments.Where(s => target.Definition.Configuration?.Range.Contains(s.At) == true))
            {
                var place = target.Definition.Configuration!;
                var words = new byte[place.Length];
                words.AsSpan().Fill(0xFF);
                var offset = (int)(at - place.Start);
                data.Span[..Math.Min(data.Length, words.Length - offset)].CopyTo(words.AsSpan(offset));
                if ((await new ConfigurationRegisters(target).CompareAsync(words, stop).ConfigureAwait(false)).Count > 0) ranges.Add(place.Range);
            }
            return (image.Units.Count, ranges);
        }
    }

    /// <summary>Takes write protection off for the work where that is allowed, and puts it back.</summary>
    async ValueTask UnprotectedAsync(IReadOnlyList<AddressRange> units, Func<ValueTask> work, CancellationToken stop)
    {
        var isProtected = await target.Controller.FindProtectedAsync(units, stop).ConfigureAwait(false);
        if (isProtected.Count == 0 || target.Controller is not Stm32F2Controller stm32)
        {
            await work().ConfigureAwait(false);
            return;
        }
        if (!options.AllowOptionBytes) throw FlashProgrammer.Protected(isProtected);
        var before = await stm32.ReadProtectedSectorsAsync(stop).ConfigureAwait(false);
        await stm32.ProtectSectorsAsync(0, stop).ConfigureAwait(false);
        var isDone = false;
        try
        {
            await work().ConfigureAwait(false);
            isDone = true;
        }
        finally
        {
            try
            {
                await stm32.ProtectSectorsAsync(before, CancellationToken.None).ConfigureAwait(false);
            }
            catch (PogolineException) when (!isDone)
            {
                // What went wrong first is what is told.
            }
        }
    }

    ValueTask<FlashProgrammer> StartAsync(CancellationToken stop) => FlashProgrammer.StartAsync(target, new() { UseLoader = options.UseLoader }, stop);

    async ValueTask<BoardFoundation?> FoundationAsync(CancellationToken stop)
    {
        if (target.Definition.Configuration is null) return null;
        // All platforms of a microcontroller share both; which one it is need not be known.
        var platform = options.Platform ?? PlatformCatalog.Supported.First(p => p.Mcu == target.Definition.Mcu);
        if (options.Base.Count > 0) return BoardFoundation.Of(platform, target.Definition, options.Base);
        if (!target.IsLocked && await BoardFoundation.ReadAsync(platform, target, stop).ConfigureAwait(false) is { } there) return there;
        throw new PogolineException(SwdFaults.NoBase, $"The erase takes MBR and UICR with it, {(target.IsLocked ? "a locked chip does not show them" : "the board has no good ones")}, and no base image was given.",
            "Add --base FILE with a restore image of the platform. Nothing was erased.");
    }

    async ValueTask PutBackAsync(FlashProgrammer programmer, BoardFoundation foundation)
    {
        var image = new FlashImage(target.Definition.Flash);
        image.Put(target.Definition.Flash.Start, foundation.BootRecord.Span);
        var registers = new ConfigurationRegisters(target);
        await registers.WriteAsync(registers.KeepOpen(foundation.Configuration.Span), CancellationToken.None).ConfigureAwait(false);
        await programmer.WriteAsync(image.Units, areBlank: true, CancellationToken.None).ConfigureAwait(false);
        await programmer.VerifyAsync(image.Units, CancellationToken.None).ConfigureAwait(false);
    }

    static PogolineException NotAllowed(string what, string option) => new(SwdFaults.NotAllowed, $"{what}, and that was not allowed.", $"Add {option} if that is meant. Nothing was changed.");
}

using Pogoline.Links.Swd;
using Pogoline.Links.Swd.Targets;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming.Journal;

namespace Pogoline.Programming.Swd;

/// <summary>Carries a job out on a target that answers: looks, decides how to erase, writes, checks, restarts.</summary>
sealed class SwdWriter(SwdTarget target, Platform platform, SwdJobOptions options, JobProgress progress, IJobJournal? journal)
{
    static readonly TimeSpan EraseAllTime = TimeSpan.FromMilliseconds(169);

    readonly List<string> _notes = [];
    readonly Storage _flash = target.Definition.Flash;
    FlashProgrammer? _programmer;
    Plan? _plan;
    bool _mustRestoreFoundation;
    bool _wasUnlocked;

    /// <summary>Whether anything was erased or written.</summary>
    public bool HasWritten { get; private set; }

    /// <summary>What people should know.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>What the board holds when the job ends before its end.</summary>
    public string Remains => _programmer?.Standing is { } standing ? standing.ToString()
        : _wasUnlocked ? "The chip was unlocked, which erased everything on it." : "The flash holds what it held before; only option bytes or UICR were changed.";

    /// <summary>Brings the board to a goal.</summary>
    public async ValueTask<ProgrammingResult> RestoreAsync(Goal goal, CancellationToken stop)
    {
        var foundation = options.Base.Count > 0 ? BoardFoundation.Of(platform, target.Definition, options.Base) : null;
        if (target.IsLocked) await UnlockAsync(foundation, stop).ConfigureAwait(false);
        var programmer = await StartAsync(stop).ConfigureAwait(false);
        await using (programmer.ConfigureAwait(false))
        {
            var (outlook, image) = await LookAsync(programmer, goal, stop).ConfigureAwait(false);
            foundation = await CompleteFoundationAsync(image, foundation, stop).ConfigureAwait(false);
            var different = await CompareAsync(programmer, image, stop).ConfigureAwait(false);
            _plan = SwdPlan.Of(outlook, different, []);
            if (journal is not null) await journal.PlannedAsync(_plan).ConfigureAwait(false);
            if (different.Count > 0) await TakeDownAsync<SwdWriteStep>(StepState.Begun).ConfigureAwait(false);
            var written = await WriteAsync(programmer, image, different, foundation, outlook, stop).ConfigureAwait(false);
            _notes.AddRange(outlook.Notes);
            return await FinishAsync(programmer, image, written, outlook, stop).ConfigureAwait(false);
        }
    }

    /// <summary>What <see cref="RestoreAsync"/> would do; the core is halted for it, and nothing is written.</summary>
    public async ValueTask<Plan> PlanAsync(Goal goal, CancellationToken stop)
    {
        target.RequireUnlocked();
        var programmer = await StartAsync(stop).ConfigureAwait(false);
        await using (programmer.ConfigureAwait(false))
        {
            var (outlook, image) = await LookAsync(programmer, goal, stop).ConfigureAwait(false);
            var different = await CompareAsync(programmer, image, stop).ConfigureAwait(false);
            var notes = new List<string>();
            var isProtected = await programmer.FindProtectedAsync(different, stop).ConfigureAwait(false);
            if (isProtected.Count > 0) notes.Add($"Write protection is on for {string.Join(", ", isProtected)}: add --allow-option-bytes.");
            if (BoardFoundation.BootRecordOf(platform) is not null && await BoardFoundation.ReadAsync(platform, target, stop).ConfigureAwait(false) is null)
                notes.Add("The board has no MBR, or its UICR does not name the bootloader: add --base FILE and --allow-uicr.");
            return SwdPlan.Of(outlook, different, notes);
        }
    }

    /// <summary>Writes bytes to addresses.</summary>
    public async ValueTask<ProgrammingResult> WriteAsync(IReadOnlyList<(FlashAddress At, ReadOnlyMemory<byte> Data)> segments, CancellationToken stop)
    {
        var image = new FlashImage(_flash);
        var words = new byte[target.Definition.Configuration?.Length ?? 0];
        words.AsSpan().Fill(0xFF);
        foreach (var (at, data) in segments)
        {
            // All of the page in which UICR lies; what lies behind its words is no memory, and blank in every restore image.
            if (target.Definition.Configuration is { } place && at >= place.Start && at < place.Start + 0x1000)
            {
                var offset = (int)(at - place.Start);
                var fits = Math.Clamp(words.Length - offset, 0, data.Length);
                data.Span[..fits].CopyTo(words.AsSpan(Math.Min(offset, words.Length)));
                if (data.Span[fits..].ContainsAnyExcept((byte)0xFF)) throw new PogolineException(SwdFaults.Range, $"Behind {place.Range} there is nothing that could be written.", "Check that the file is for this chip.");
            }
            else
            {
                image.Put(at, data.Span);
            }
        }
        await RequireConfigurationAsync(words, stop).ConfigureAwait(false);
        var programmer = await StartAsync(stop).ConfigureAwait(false);
        await using (programmer.ConfigureAwait(false))
        {
            await programmer.KeepGapsAsync(image, stop).ConfigureAwait(false);
            var different = await CompareAsync(programmer, image, stop).ConfigureAwait(false);
            var written = await WriteAsync(programmer, image, different, null, null, stop).ConfigureAwait(false);
            if (words.AsSpan().ContainsAnyExcept((byte)0xFF)) await WriteConfigurationAsync(words, stop).ConfigureAwait(false);
            return await FinishAsync(programmer, image, written, null, stop).ConfigureAwait(false);
        }
    }

    async ValueTask<(Outlook Outlook, FlashImage Image)> LookAsync(FlashProgrammer programmer, Goal goal, CancellationToken stop)
    {
        progress.Say(ProgrammingPhase.Look, "modules");
        var inventory = await SwdInventory.ReadAsync(platform, target, programmer, id => goal.Modules.Any(m => m.Id == id), stop).ConfigureAwait(false);
        var outlook = Outlook.Of(inventory, goal with { Modules = [.. goal.Modules.Where(m => platform.Find(m.Id)?.Storage == StorageKind.InternalFlash)] });
        return (outlook, ImageOf(outlook));
    }

    async ValueTask TakeDownAsync<T>(StepState state) where T : PlanStep
    {
        if (journal is null || _plan is not { } plan || plan.Steps.OfType<T>().FirstOrDefault() is not { } step) return;
        await journal.StepAsync(plan.Steps.ToList().IndexOf(step), state, step).ConfigureAwait(false);
    }

    async ValueTask UnlockAsync(BoardFoundation? foundation, CancellationToken stop)
    {
        if (!options.AllowUnlock) target.RequireUnlocked();
        if (target.Definition.Configuration is not null && foundation is null)
        {
            throw new PogolineException(SwdFaults.NoBase, $"Unlocking erases the MBR and UICR of the {platform.DisplayName} too, and nothing would bring them back.",
                "Add --base FILE with a restore image of the platform. Nothing was erased.");
        }
        progress.Say(ProgrammingPhase.Erase, "unlocking");
        (HasWritten, _wasUnlocked) = (true, true);
        await target.UnlockAsync(stop).ConfigureAwait(false);
        _mustRestoreFoundation = foundation is not null;
        _notes.Add(target.Definition.Generation == 2
            ? "The chip was locked; unlocking erased everything, also its keys for the cloud: give it new ones ('particle keys doctor')."
            : "The chip was locked; unlocking erased everything on it.");
    }

    async ValueTask<FlashProgrammer> StartAsync(CancellationToken stop)
    {
        progress.Say(ProgrammingPhase.Mode, "halting the core");
        return _programmer = await FlashProgrammer.StartAsync(target, new() { UseLoader = options.UseLoader, Progress = (_, bytes) => progress.Add(bytes) }, stop).ConfigureAwait(false);
    }

    FlashImage ImageOf(Outlook outlook)
    {
        var image = new FlashImage(_flash);
        foreach (var placed in outlook.Placed)
        {
            image.Put(placed.Module.Range.Start, placed.Module.DeviceBytes.Span);
            image.Own(placed.Module.Range);
        }
        if (outlook.User.StaleHeader is { } stale) foreach (var unit in _flash.EraseUnits(stale.Range)) image.Erase(unit);
        return image;
    }

    /// <summary>Sees to it that the board has what it starts from; puts a boot record into the image where the board has none.</summary>
    async ValueTask<BoardFoundation?> CompleteFoundationAsync(FlashImage image, BoardFoundation? given, CancellationToken stop)
    {
        if (BoardFoundation.BootRecordOf(platform) is not { } record) return null;
        if (_mustRestoreFoundation)
        {
            await WriteConfigurationAsync(given!.Configuration, stop).ConfigureAwait(false);
            image.Put(record.Start, given.BootRecord.Span);
            return given;
        }
        if (await BoardFoundation.ReadAsync(platform, target, stop).ConfigureAwait(false) is { } there) return there;
        if (given is null)
        {
            throw new PogolineException(SwdFaults.NoBase, $"The board has no MBR, or its UICR does not name the bootloader, so it cannot start; a release's modules hold neither.",
                "Add --base FILE with a restore image of the platform, and --allow-uicr. Nothing was changed.");
        }
        await RequireConfigurationAsync(given.Configuration, stop).ConfigureAwait(false);
        await WriteConfigurationAsync(given.Configuration, stop).ConfigureAwait(false);
        image.Put(record.Start, given.BootRecord.Span);
        return given;
    }

    async ValueTask<IReadOnlyList<FlashUnitImage>> CompareAsync(FlashProgrammer programmer, FlashImage image, CancellationToken stop)
    {
        progress.Begin(ProgrammingPhase.Look, "sectors that differ", image.Length);
        return await programmer.CompareAsync(image.Units, stop).ConfigureAwait(false);
    }

    async ValueTask<IReadOnlyList<FlashUnitImage>> WriteAsync(FlashProgrammer programmer, FlashImage image, IReadOnlyList<FlashUnitImage> different,
        BoardFoundation? foundation, Outlook? outlook, CancellationToken stop)
    {
        if (different.Count == 0) return [];
        var isProtected = await programmer.FindProtectedAsync(different, stop).ConfigureAwait(false);
        ushort? protection = null;
        if (isProtected.Count > 0 && options.AllowOptionBytes && target.Controller is Stm32F2Controller stm32)
        {
            protection = await stm32.ReadProtectedSectorsAsync(stop).ConfigureAwait(false);
            HasWritten = true;
            await stm32.ProtectSectorsAsync(0, stop).ConfigureAwait(false);
        }
        var isWritten = false;
        try
        {
            var (units, areBlank) = await EraseAllIfFasterAsync(programmer, image, different, foundation, outlook, stop).ConfigureAwait(false);
            progress.Begin(ProgrammingPhase.Write, $"{units.Count} sectors", units.Sum(u => (long)u.Range.Length));
            HasWritten |= isProtected.Count == 0 || protection is not null;
            await programmer.WriteAsync(units, areBlank, stop).ConfigureAwait(false);
            isWritten = true;
            return units;
        }
        finally
        {
            if (protection is { } sectors) await ProtectAgainAsync(sectors, isWritten).ConfigureAwait(false);
        }
    }

    async ValueTask ProtectAgainAsync(ushort sectors, bool isWritten)
    {
        try
        {
            await ((Stm32F2Controller)target.Controller).ProtectSectorsAsync(sectors, CancellationToken.None).ConfigureAwait(false);
            _notes.Add("Write protection was taken off for the job and put back.");
        }
        catch (PogolineException e) when (!isWritten)
        {
            // What went wrong first is what is told.
            _notes.Add($"Write protection was taken off for the job and could not be put back ({e.Code}): 'pogoline swd info' shows it, 'pogoline swd protect on' sets it.");
        }
    }

    /// <summary>Erases everything at once where that is allowed, faster, and whatever is to stay can be put back.</summary>
    async ValueTask<(IReadOnlyList<FlashUnitImage> Units, bool AreBlank)> EraseAllIfFasterAsync(FlashProgrammer programmer, FlashImage image, IReadOnlyList<FlashUnitImage> different,
        BoardFoundation? foundation, Outlook? outlook, CancellationToken stop)
    {
        if (!options.AllowMassErase || target.Definition.Configuration is null) return (different, false);
        if ((foundation ?? await BoardFoundation.ReadAsync(platform, target, stop).ConfigureAwait(false)) is null && outlook is not null) return (different, false);
        var kept = outlook is null ? await KeepOthersAsync(programmer, image, stop).ConfigureAwait(false) : await KeepModulesAsync(outlook, stop).ConfigureAwait(false);
        List<FlashUnitImage> all = [.. image.Units, .. kept.Units.Where(k => image.Units.All(u => u.Range != k.Range))];
        all.Sort((a, b) => a.Range.Start.CompareTo(b.Range.Start));
        var byPages = Sum(different, erase: true);
        var atOnce = EraseAllTime + Sum(all, erase: false);
        if (byPages <= atOnce) return (different, false);
        var words = await new ConfigurationRegisters(target).ReadAsync(stop).ConfigureAwait(false);
        progress.Say(ProgrammingPhase.Erase, "all of the flash");
        HasWritten = true;
        await programmer.EraseAllAsync(stop).ConfigureAwait(false);
        // From here on the board starts again only when both are back, so they come first.
        await WriteConfigurationAsync(words, CancellationToken.None).ConfigureAwait(false);
        await programmer.WriteAsync(all[..1], areBlank: true, CancellationToken.None).ConfigureAwait(false);
        _notes.Add("All of the flash was erased at once; MBR, UICR and what stays were put back first.");
        foreach (var unit in kept.Units.Where(k => image.Units.All(u => u.Range != k.Range))) AddTo(image, unit);
        return ([.. all.Skip(1)], true);
    }

    /// <summary>What a release does not bring: the boot record, its parameters, and modules that stay.</summary>
    async ValueTask<FlashImage> KeepModulesAsync(Outlook outlook, CancellationToken stop)
    {
        var kept = new FlashImage(_flash);
        await KeepAsync(kept, BoardFoundation.BootRecordOf(platform)!.Value, stop).ConfigureAwait(false);
        foreach (var area in platform.Areas.Where(a => a.Name == "mbrParameters" && a.Storage == StorageKind.InternalFlash)) await KeepAsync(kept, area.Range, stop).ConfigureAwait(false);
        foreach (var module in outlook.Modules.Where(m => m.Action == ModuleAction.Kept))
        {
            if (outlook.Inventory.Find(module.Id) is { Range.Length: > 0 } installed) await KeepAsync(kept, AddressRange.Of(installed.Range.Start, installed.Range.Length + sizeof(uint)), stop).ConfigureAwait(false);
        }
        return kept;
    }

    /// <summary>Everything beside the image that is not blank.</summary>
    async ValueTask<FlashImage> KeepOthersAsync(FlashProgrammer programmer, FlashImage image, CancellationToken stop)
    {
        var given = image.Units.Select(u => u.Range).ToHashSet();
        var blank = _flash.EraseUnits(_flash.Range).Where(u => !given.Contains(u)).Select(u => new FlashUnitImage(u)).ToList();
        var kept = new FlashImage(_flash);
        foreach (var unit in await programmer.CompareAsync(blank, stop).ConfigureAwait(false)) await KeepAsync(kept, unit.Range, stop).ConfigureAwait(false);
        return kept;
    }

    static void AddTo(FlashImage image, FlashUnitImage unit) => image.Put(unit.Range.Start, unit.Content);

    async ValueTask KeepAsync(FlashImage kept, AddressRange range, CancellationToken stop)
    {
        var bytes = new byte[range.Length];
        await target.ReadAsync(range.Start, bytes, null, stop).ConfigureAwait(false);
        kept.Put(range.Start, bytes);
    }

    TimeSpan Sum(IEnumerable<FlashUnitImage> units, bool erase) => SwdPlan.Floor(_flash, units, erase);

    async ValueTask RequireConfigurationAsync(ReadOnlyMemory<byte> words, CancellationToken stop)
    {
        if (options.AllowUicr || !words.Span.ContainsAnyExcept((byte)0xFF)) return;
        var different = await new ConfigurationRegisters(target).CompareAsync(words, stop).ConfigureAwait(false);
        if (different.Count == 0) return;
        throw new PogolineException(SwdFaults.NotAllowed, $"UICR would change: {string.Join(", ", different.Select(d => $"0x{target.Definition.Configuration!.Start.Value + d.Offset:X8} to 0x{d.Value:X8}"))}.",
            "Add --allow-uicr if that is meant. Nothing was changed.");
    }

    async ValueTask WriteConfigurationAsync(ReadOnlyMemory<byte> words, CancellationToken stop)
    {
        progress.Say(ProgrammingPhase.Write, "UICR");
        var registers = new ConfigurationRegisters(target);
        var wanted = registers.KeepOpen(words.Span);
        if (!words.Span.SequenceEqual(wanted))
            _notes.Add($"The chip (build code {target.Revision}) locks itself at every reset unless UICR.APPROTECT is 0x5A, so that was written; firmware must agree at each start.");
        HasWritten = true;
        await registers.WriteAsync(wanted, stop).ConfigureAwait(false);
    }

    async ValueTask<ProgrammingResult> FinishAsync(FlashProgrammer programmer, FlashImage image, IReadOnlyList<FlashUnitImage> written, Outlook? outlook, CancellationToken stop)
    {
        progress.Begin(ProgrammingPhase.Verify, "all sectors", image.Length);
        await programmer.VerifyAsync(image.Units, stop).ConfigureAwait(false);
        await programmer.DisposeAsync().ConfigureAwait(false);
        if (written.Count > 0) await TakeDownAsync<SwdWriteStep>(StepState.Done).ConfigureAwait(false);
        await TakeDownAsync<SwdResetStep>(StepState.Begun).ConfigureAwait(false);
        progress.Say(ProgrammingPhase.Restart, "resetting");
        await target.ResetAsync(CancellationToken.None).ConfigureAwait(false);
        await TakeDownAsync<SwdResetStep>(StepState.Done).ConfigureAwait(false);
        if (outlook is null) _notes.Insert(0, $"{written.Count} of {image.Units.Count} sectors differed and were written; all were checked.");
        return new()
        {
            Outcome = Outcome.Passed,
            Unit = new(target.DeviceId, platform.Name, ""),
            Release = outlook is null or { Goal.IsByHand: true } ? null : outlook.Goal.Release,
            Modules = outlook is null ? [] : [.. outlook.Modules.Select(m => Describe(m, outlook, written, programmer.UsesLoader))],
            FloorSeconds = Math.Round(Sum(written, erase: !_notes.Exists(n => n.StartsWith("All of the flash", StringComparison.Ordinal))).TotalSeconds, 3),
        };
    }

    static ModuleResult Describe(PlannedModule module, Outlook outlook, IReadOnlyList<FlashUnitImage> written, bool byChecksum)
    {
        var placed = outlook.Placed.FirstOrDefault(p => p.Module.Id == module.Id);
        var touched = placed is null ? [] : written.Where(u => u.Range.Overlaps(placed.Module.Range)).ToList();
        return new()
        {
            Name = module.Name,
            Function = module.Function,
            Index = module.Index,
            From = module.From,
            To = module.To,
            Route = "swd",
            Action = placed is null ? module.Action : touched.Count > 0 ? ModuleAction.Written : ModuleAction.Skipped,
            Verified = placed is not null ? byChecksum ? Verification.Crc : Verification.Readback : outlook.Inventory.Find(module.Id) is { Intact: true } ? Verification.Crc : Verification.None,
            Bytes = touched.Sum(u => (long)u.Range.Length),
        };
    }
}

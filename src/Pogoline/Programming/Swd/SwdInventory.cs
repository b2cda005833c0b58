using System.Buffers;
using System.Buffers.Binary;
using Pogoline.Links.Swd;
using Pogoline.Links.Swd.Targets;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Programming.Swd;

/// <summary>Finds out through the debug port which board it is and which modules it holds.</summary>
static class SwdInventory
{
    const int HeaderReach = 0x200 + ModuleHeader.Size;

    // Where a header lies behind the start of a module: none, Gen 2 and Gen 3 vector tables.
    static readonly int[] HeaderOffsets = [0, 0x184, 0x200];

    /// <summary>The SoftDevice's firmware id: the flash holds no header of it.</summary>
    const uint SoftDeviceIdOffset = 0x200C;

    /// <summary>The board by the modules on it, and by what the user says it is.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Board"/>: they disagree, or neither says.</exception>
    public static async ValueTask<Platform> RecogniseAsync(SwdTarget target, Platform? said, CancellationToken stop)
    {
        if (said is not null && said.Mcu != target.Definition.Mcu)
            throw new PogolineException(SwdFaults.Board, $"{said.DisplayName} has a {said.Mcu}; the chip on the probe is a {target.Definition.Mcu}.", "Correct --platform, or connect the probe to the board that is meant.");
        var found = target.IsLocked ? null : await FindPlatformAsync(target, stop).ConfigureAwait(false);
        if (found is not null && said is not null && found != said)
        {
            throw new PogolineException(SwdFaults.Board, $"The modules on the board are for {found.DisplayName}, not for {said.DisplayName}.",
                $"Leave --platform out; if the board really is a {said.DisplayName}, erase it first with 'pogoline swd erase --all'.");
        }
        return found ?? said ?? throw new PogolineException(SwdFaults.Board, target.IsLocked ? "A locked chip does not say which board it is on." : "The board holds no module that says which board it is.",
            $"Add --platform with one of {string.Join(", ", PlatformCatalog.Supported.Where(p => p.Mcu == target.Definition.Mcu).Select(p => p.Name))}.");
    }

    /// <summary>The modules on a board.</summary>
    /// <param name="platform">The board.</param>
    /// <param name="target">The target.</param>
    /// <param name="programmer">Computes checksums.</param>
    /// <param name="isReplaced">Which modules come anew, so that it does not matter whether those on the board are whole.</param>
    /// <param name="stop">Observed between modules.</param>
    public static async ValueTask<Inventory> ReadAsync(Platform platform, SwdTarget target, FlashProgrammer programmer, Func<ModuleId, bool> isReplaced, CancellationToken stop)
    {
        var found = new List<InstalledModule>();
        foreach (var component in platform.Components.Where(c => c.Storage == StorageKind.InternalFlash))
        {
            foreach (var (id, start) in component.Positions.Select(p => (component.IdAt(p), p.Start)).Distinct())
            {
                var module = component.DropsHeader
                    ? await ReadHeaderlessAsync(target, id, start, stop).ConfigureAwait(false)
                    : await ReadModuleAsync(platform, component, target, isReplaced(id) ? null : programmer, id, start, stop).ConfigureAwait(false);
                if (module is not null && found.TrueForAll(m => m.Id != id)) found.Add(module);
            }
        }
        return new() { Platform = platform, Modules = found, IsKnown = true };
    }

    /// <summary>The board by the modules on it; null when none says.</summary>
    public static ValueTask<Platform?> TryRecogniseAsync(SwdTarget target, CancellationToken stop) => FindPlatformAsync(target, stop);

    /// <summary>The modules on a board by their headers alone; the board goes on running.</summary>
    public static async ValueTask<IReadOnlyList<SwdModule>> ReadHeadersAsync(Platform platform, SwdTarget target, CancellationToken stop)
    {
        var found = new List<SwdModule>();
        foreach (var component in platform.Components.Where(c => c.Storage == StorageKind.InternalFlash))
        {
            foreach (var (id, start) in component.Positions.Select(p => (component.IdAt(p), p.Start)).Distinct())
            {
                if (component.DropsHeader)
                {
                    if (await ReadHeaderlessAsync(target, id, start, stop).ConfigureAwait(false) is { } softDevice && found.TrueForAll(m => m.Name != component.Name)) found.Add(new(component.Name, softDevice.Version, start));
                    continue;
                }
                var head = new byte[HeaderReach];
                await target.ReadAsync(start, head, null, stop).ConfigureAwait(false);
                if (FindHeader(head, start) is { } header && header.Header.Id == id && header.Header.PlatformId == platform.Id) found.Add(new(component.Name, header.Header.Version, start));
            }
        }
        return found;
    }

    static async ValueTask<Platform?> FindPlatformAsync(SwdTarget target, CancellationToken stop)
    {
        var candidates = PlatformCatalog.Supported.Where(p => p.Mcu == target.Definition.Mcu).ToList();
        var starts = candidates.SelectMany(p => p.Components).Where(c => c.Storage == StorageKind.InternalFlash && c.Function is ModuleFunction.Bootloader or ModuleFunction.SystemPart)
            .OrderBy(c => c.Function).SelectMany(c => c.Positions).Select(p => p.Start).Distinct().ToList();
        foreach (var start in starts)
        {
            var head = new byte[HeaderReach];
            await target.ReadAsync(start, head, null, stop).ConfigureAwait(false);
            if (FindHeader(head, start) is { } found && candidates.Find(p => p.Id == found.Header.PlatformId && p.Find(found.Header.Id) is not null) is { } platform) return platform;
        }
        return null;
    }

    static async ValueTask<InstalledModule?> ReadModuleAsync(Platform platform, Component component, SwdTarget target, FlashProgrammer? programmer, ModuleId id, FlashAddress start, CancellationToken stop)
    {
        var head = new byte[HeaderReach];
        await target.ReadAsync(start, head, null, stop).ConfigureAwait(false);
        if (FindHeader(head, start) is not { } found || found.Header.Id != id || found.Header.PlatformId != platform.Id) return null;
        var header = found.Header;
        var module = new InstalledModule { Id = id, Version = header.Version, Range = new(header.Start, header.End), First = header.Dependency1, Second = header.Dependency2 };
        var room = component.Positions.Where(p => p.Start == start).Max(p => p.Range.Length);
        if (header.End - header.Start + sizeof(uint) > room) return module with { Intact = false };
        if (programmer is null) return module;
        var stored = new byte[sizeof(uint)];
        await target.ReadAsync(header.End, stored, null, stop).ConfigureAwait(false);
        var actual = await programmer.ChecksumAsync(new(header.Start, header.End), stop).ConfigureAwait(false);
        return module with { Intact = actual == BinaryPrimitives.ReadUInt32BigEndian(stored) };
    }

    static async ValueTask<InstalledModule?> ReadHeaderlessAsync(SwdTarget target, ModuleId id, FlashAddress start, CancellationToken stop)
    {
        var word = new byte[sizeof(ushort)];
        await target.ReadAsync(start + SoftDeviceIdOffset, word, null, stop).ConfigureAwait(false);
        var version = BinaryPrimitives.ReadUInt16LittleEndian(word);
        return version == ushort.MaxValue ? null : new() { Id = id, Version = version };
    }

    static (ModuleHeader Header, int Offset)? FindHeader(ReadOnlySpan<byte> head, FlashAddress start)
    {
        foreach (var offset in HeaderOffsets)
        {
            if (ModuleHeader.TryRead(head[offset..], out var header) == OperationStatus.Done && header.Start == start && header.End > header.Start) return (header, offset);
        }
        return null;
    }
}

using System.Buffers;
using System.Buffers.Binary;
using Pogoline.Links.Dfu;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Programming;

/// <summary>
/// Finds out which modules a board in DFU mode holds: the header of every component, and all of it where that decides something, which is
/// where the header is the wanted one, and for user firmware.
/// </summary>
public sealed class DfuInventory
{
    const int HeaderReach = 0x200 + ModuleHeader.Size;

    // Where a header lies behind the start of a module: none, Gen 2 and Gen 3 vector tables.
    static readonly int[] HeaderOffsets = [0, 0x184, 0x200];

    /// <summary>The SoftDevice's firmware id: the flash holds no header of it.</summary>
    const uint SoftDeviceIdOffset = 0x200C;

    readonly Platform _platform;
    readonly DfuDevice _dfu;
    readonly IReadOnlyList<FirmwareModule> _wanted;
    readonly Action<string, int> _read;

    DfuInventory(Platform platform, DfuDevice dfu, IReadOnlyList<FirmwareModule> wanted, Action<string, int> read) =>
        (_platform, _dfu, _wanted, _read) = (platform, dfu, wanted, read);

    /// <summary>Reads the inventory.</summary>
    /// <param name="platform">The board's platform.</param>
    /// <param name="dfu">The board.</param>
    /// <param name="wanted">The modules that it is to hold; one that it may hold already is compared to the last byte.</param>
    /// <param name="report">What the running system said before; null when none did.</param>
    /// <param name="read">Told the component and the bytes as they are read.</param>
    /// <param name="stop">Observed between blocks.</param>
    public static async ValueTask<Inventory> ReadAsync(Platform platform, DfuDevice dfu, IReadOnlyList<FirmwareModule> wanted,
        SystemReport? report, Action<string, int> read, CancellationToken stop)
    {
        var reader = new DfuInventory(platform, dfu, wanted, read);
        var found = new List<InstalledModule>();
        foreach (var component in platform.Components.Where(c => c.Storage == StorageKind.InternalFlash))
        {
            var places = component.Positions.Select(p => (Id: component.IdAt(p), p.Start)).Distinct();
            foreach (var (id, start) in places)
            {
                var module = component.DropsHeader
                    ? await reader.ReadHeaderlessAsync(component, id, start, stop).ConfigureAwait(false)
                    : await reader.ReadModuleAsync(component, id, start, stop).ConfigureAwait(false);
                if (module is not null && found.TrueForAll(m => m.Id != id)) found.Add(module);
            }
        }
        // What DFU cannot reach, only a running system knows.
        found.AddRange(report?.Modules.Where(m => m.Module.Function == ModuleFunction.Ncp)
            .Select(m => new InstalledModule { Id = m.Module, Version = m.Version, Intact = m.IntegrityOk }) ?? []);
        return new()
        {
            Platform = platform, Modules = found, IsKnown = true, SystemRuns = report is not null,
            ConfigurationWorks = platform.Traits.DctCodeInSystemParts ? await reader.ReachesConfigurationAsync(stop).ConfigureAwait(false) : null,
        };
    }

    // A bootloader without its code for it reads the whole configuration as zeros. Around the OTA flag a working one never does: the flag
    // is 0xFF or 0xA5.
    async ValueTask<bool> ReachesConfigurationAsync(CancellationToken stop)
    {
        var bytes = new byte[64];
        var alternate = _platform.Alternates.Single(a => a.Storage == StorageKind.Dct);
        await _dfu.ReadAsync(alternate.Number, (uint)_platform.Traits.OtaFlag!.Offset & ~63u, bytes, _ => { }, stop).ConfigureAwait(false);
        return bytes.AsSpan().ContainsAnyExcept((byte)0);
    }

    async ValueTask<InstalledModule?> ReadModuleAsync(Component component, ModuleId id, FlashAddress start, CancellationToken stop)
    {
        var head = new byte[HeaderReach];
        await ReadAsync(component, start, head, stop).ConfigureAwait(false);
        if (FindHeader(head, id, start) is not { } found) return null;
        var (header, offset) = found;
        var room = component.Positions.Where(p => p.Start == start).Max(p => p.Range.Length);
        var length = header.End - header.Start + sizeof(uint);
        var wanted = _wanted.FirstOrDefault(m => m.Id == id && m.Range.Start == start);
        var mayBeWanted = wanted is not null && wanted.HeaderOffset == offset && wanted.Header == header;
        var module = new InstalledModule
        {
            Id = id, Version = header.Version, Range = new(header.Start, header.End), First = header.Dependency1, Second = header.Dependency2,
        };
        if (length > room) return module with { Intact = false };
        if (!mayBeWanted && id.Function != ModuleFunction.UserPart) return module;
        using var sum = new ContentSum((int)length);
        await ReadAsync(component, start, sum, stop).ConfigureAwait(false);
        return module with { Intact = sum.CrcIsRight, ContentSha256 = sum.Sha256 };
    }

    async ValueTask<InstalledModule?> ReadHeaderlessAsync(Component component, ModuleId id, FlashAddress start, CancellationToken stop)
    {
        var word = new byte[sizeof(ushort)];
        await ReadAsync(component, start + SoftDeviceIdOffset, word, stop).ConfigureAwait(false);
        var version = BinaryPrimitives.ReadUInt16LittleEndian(word);
        if (version == ushort.MaxValue) return null;
        var module = new InstalledModule { Id = id, Version = version };
        if (_wanted.FirstOrDefault(m => m.Id == id && m.Version == version) is not { } wanted) return module;
        using var sum = new ContentSum(wanted.DeviceBytes.Length);
        await ReadAsync(component, start, sum, stop).ConfigureAwait(false);
        return module with { ContentSha256 = sum.Sha256 };
    }

    (ModuleHeader Header, int Offset)? FindHeader(ReadOnlySpan<byte> head, ModuleId id, FlashAddress start)
    {
        foreach (var offset in HeaderOffsets)
        {
            if (ModuleHeader.TryRead(head[offset..], out var header) == OperationStatus.Done && header.Start == start && header.End > header.Start
                && header.Id == id && header.PlatformId == _platform.Id)
            {
                return (header, offset);
            }
        }
        return null;
    }

    ValueTask ReadAsync(Component component, FlashAddress address, Memory<byte> into, CancellationToken stop)
    {
        var (alternate, at) = Locate(component, address);
        return _dfu.ReadAsync(alternate, at, into, bytes => _read(component.Name, bytes), stop);
    }

    ValueTask ReadAsync(Component component, FlashAddress address, ContentSum sum, CancellationToken stop)
    {
        var (alternate, at) = Locate(component, address);
        return _dfu.ReadAsync(alternate, at, sum.Length, (_, block) =>
        {
            sum.Append(block);
            _read(component.Name, block.Length);
        }, stop);
    }

    (byte Alternate, uint Address) Locate(Component component, FlashAddress address)
    {
        var alternate = _platform.Alternates.Single(a => a.Storage == component.Storage);
        return (alternate.Number, alternate.Offset.Value + address.Value);
    }
}

using System.Buffers.Binary;

namespace Pogoline.Lab.Boot;

/// <summary>The modules in the memories of a board, through the eyes of the system that runs on it.</summary>
public sealed class FlashModules : IInstalledModules
{
    // Where the radio stack's version is, and where systems before 2.2.0 look for it.
    const uint RadioStackId = 0x300C;
    const uint WrongRadioStackId = 0x120A;

    readonly BoardHardware _hardware;

    /// <summary>Looks at the board's memories as they are at each question.</summary>
    /// <param name="hardware">The board.</param>
    /// <param name="systemVersion">The module version of the running system.</param>
    public FlashModules(BoardHardware hardware, ushort systemVersion)
    {
        _hardware = hardware;
        SystemVersion = systemVersion;
        Map = FirmwareMap.For(hardware.Platform, systemVersion);
    }

    /// <summary>The map of the running system.</summary>
    public FirmwareMap Map { get; }

    /// <inheritdoc/>
    public ushort SystemVersion { get; }

    /// <inheritdoc/>
    public IEnumerable<ModuleHeader> SystemParts => Map.Bounds
        .Where(row => row.Module.Function == ModuleFunction.SystemPart)
        .Select(row => TryRead(row, out var module) && row.Admits(module.Header) ? module.Header : (ModuleHeader?)null)
        .OfType<ModuleHeader>();

    /// <inheritdoc/>
    public bool TryFindVersion(ModuleId module, out ushort version)
    {
        version = 0;
        if (Map.Find(module) is not { } row) return false;
        switch (row.Place)
        {
            case ModulePlace.Ncp:
                version = _hardware.NcpVersion;
                return true;
            case ModulePlace.RadioStack:
                version = ReadRadioStackVersion(SystemVersion < SystemVersions.RadioStackVersion ? WrongRadioStackId : RadioStackId);
                return true;
            default:
                if (!ModuleImage.TryReadHeader(MemoryOf(row), _hardware.Platform.Generation, out var header, out _)) return false;
                if (!row.Admits(header)) return false;
                version = header.Version;
                return true;
        }
    }

    /// <summary>The radio stack's version as the list of modules shows it.</summary>
    public ushort RadioStackVersion => ReadRadioStackVersion(RadioStackId);

    /// <summary>Reads what lies where a row says; false for rows without a header in flash.</summary>
    public bool TryRead(ModuleBounds row, out ModuleImage module)
    {
        module = default;
        return row.Place is ModulePlace.Flash or ModulePlace.ExternalFlash
            && ModuleImage.TryRead(MemoryOf(row), _hardware.Platform.Generation, out module);
    }

    /// <summary>The SHA-256 in the suffix of a row's module; empty when there is no whole module.</summary>
    public ReadOnlyMemory<byte> ReadHash(ModuleBounds row)
    {
        const int FromEnd = 38, Length = 32;
        return TryRead(row, out var module) && module.Header.ImageLength is > FromEnd and var length && length <= MemoryOf(row).Length
            ? MemoryOf(row).Slice((int)length - FromEnd, Length).ToArray() : default;
    }

    /// <summary>The checks that the module of a row passes, out of <see cref="ModuleChecks.Boot"/>; none when the row does not admit it.</summary>
    public ModuleChecks Check(ModuleBounds row) => TryRead(row, out var module) ? Check(row, module) : ModuleChecks.None;

    /// <summary>The checks that a module passes in a row.</summary>
    public ModuleChecks Check(ModuleBounds row, ModuleImage module)
    {
        if (!row.Admits(module.Header)) return ModuleChecks.None;
        var passed = ModuleChecks.Range;
        if (module.IntegrityOk) passed |= ModuleChecks.Integrity;
        if (module.Header.PlatformId == _hardware.Platform.Id) passed |= ModuleChecks.Platform;
        if (DependencyRules.AreMet(module.Header, this)) passed |= ModuleChecks.Dependencies;
        return passed;
    }

    ReadOnlySpan<byte> MemoryOf(ModuleBounds row)
    {
        if (row.Place == ModulePlace.Flash) return _hardware.FlashFrom(row.Location);
        var external = _hardware.Storage.External!;
        return external.Cells[(int)(row.Location - external.Range.Start)..];
    }

    ushort ReadRadioStackVersion(uint address) => BinaryPrimitives.ReadUInt16LittleEndian(_hardware.Flash.Read(new(address), 2));
}

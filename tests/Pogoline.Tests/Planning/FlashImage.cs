using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;

namespace Pogoline.Tests.Planning;

/// <summary>
/// A board's internal flash as bytes, on which a plan can be played: erasing sets whole units to FF, writing clears bits, and the OTA flag
/// moves the bootloader from the OTA region to its place. Knows nothing of how plans are made.
/// </summary>
sealed class FlashImage
{
    readonly Platform _platform;
    readonly Dictionary<StorageKind, byte[]> _memories;
    bool _otaFlag;

    public FlashImage(Platform platform)
    {
        _platform = platform;
        _memories = platform.Storages.ToDictionary(s => s.Kind, s => Enumerable.Repeat((byte)0xFF, (int)s.Range.Length).ToArray());
    }

    /// <summary>Addresses of internal flash that the plan erased or wrote.</summary>
    public HashSet<uint> TouchedPages { get; } = [];

    public void Load(FirmwareModule module) => module.DeviceBytes.Span.CopyTo(At(StorageKind.InternalFlash, module.Range));

    public void Corrupt(FirmwareModule module) => At(StorageKind.InternalFlash, module.Range)[module.DeviceBytes.Length / 2] ^= 0x10;

    public Span<byte> Read(AddressRange range) => At(StorageKind.InternalFlash, range);

    public void Play(Plan plan, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> content)
    {
        foreach (var step in plan.Steps)
        {
            switch (step)
            {
                case WriteStep write:
                    Erase(write.Storage, write.Range);
                    Program(write.Storage, write.Range, content[write.Sha256].Span.Slice(write.Skip, write.Length));
                    break;
                case EraseStep erase:
                    Erase(erase.Storage, erase.Range);
                    break;
                case DctByteStep { Offset: 1753, Value: 0xA5 }:
                    _otaFlag = true;
                    break;
                case RestartStep when _otaFlag:
                    TakeOtaRegion(plan);
                    _otaFlag = false;
                    break;
            }
        }
    }

    /// <summary>The modules that lie at their places, whole.</summary>
    public List<InstalledModule> Modules()
    {
        var modules = new List<InstalledModule>();
        foreach (var component in _platform.Components.Where(c => c.Storage == StorageKind.InternalFlash && !c.DropsHeader))
        {
            foreach (var position in component.Positions)
            {
                var bytes = At(StorageKind.InternalFlash, position.Range).ToArray();
                var module = ModuleReader.Read(bytes).Modules is [var first, ..] ? first : null;
                if (module is { CrcOk: true } && module.PlatformId == _platform.Id && module.Header.Start == position.Start
                    && module.Id == component.IdAt(position) && modules.TrueForAll(m => m.Id != module.Id))
                {
                    modules.Add(Inventory.Describe(module));
                }
            }
        }
        if (_platform.Generation == 3 && BitConverter.ToUInt16(Read(AddressRange.Of(new(0x300C), 2))) is not ushort.MaxValue and var softDevice)
        {
            modules.Add(new() { Id = new(ModuleFunction.RadioStack, 0), Version = softDevice });
        }
        return modules;
    }

    void TakeOtaRegion(Plan plan)
    {
        var write = plan.Steps.OfType<WriteStep>().Single(w => w.Module == "bootloader");
        var bootloader = _platform.Components.Single(c => c.Function == ModuleFunction.Bootloader).Positions[0];
        var image = At(write.Storage, write.Range).ToArray();
        var place = At(StorageKind.InternalFlash, bootloader.Range);
        place.Fill(0xFF);
        image.CopyTo(place);
    }

    void Erase(StorageKind storage, AddressRange range)
    {
        foreach (var unit in _platform.StorageOf(storage).EraseUnits(range))
        {
            At(storage, unit).Fill(0xFF);
            Touch(storage, unit);
        }
    }

    void Program(StorageKind storage, AddressRange range, ReadOnlySpan<byte> data)
    {
        var cells = At(storage, range);
        for (var i = 0; i < data.Length; i++) cells[i] &= data[i];
        Touch(storage, range);
    }

    void Touch(StorageKind storage, AddressRange range)
    {
        if (storage != StorageKind.InternalFlash) return;
        for (var at = range.Start.Value & ~0xFFFu; at < range.End.Value; at += 0x1000) TouchedPages.Add(at);
    }

    Span<byte> At(StorageKind storage, AddressRange range) =>
        _memories[storage].AsSpan((int)(range.Start - _platform.StorageOf(storage).Start), (int)range.Length);
}

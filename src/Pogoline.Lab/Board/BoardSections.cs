using Pogoline.Lab.Boot;
using Pogoline.Lab.Control;

namespace Pogoline.Lab.Board;

/// <summary>The sections of a Gen 2 board's storage, in the order of the firmware's table.</summary>
static class BoardSections
{
    // The emulation of EEPROM holds so many bytes. How it lies in the two flash sectors is not known here, so the section is only described.
    const uint EepromSize = 2047;

    public static IReadOnlyList<StorageSection> Of(BoardHardware hardware, FirmwareMap map)
    {
        var dct = hardware.Storage.Dct;
        return
        [
            .. map.Bounds.Where(row => !row.IsFactory).Select(row => Module(hardware, row.Location, row.Size) with
            {
                // The firmware's table has no index for the user part.
                Module = row.Module.Function == ModuleFunction.UserPart ? new(row.Module.Function, 0) : row.Module,
            }),
            Module(hardware, map.Ota, map.OtaLength) with { Kind = SectionKind.OtaBackup },
            Module(hardware, map.Factory, map.FactoryLength) with
            {
                Kind = SectionKind.FactoryBackup,
                NeedsClear = true,
                Write = (offset, data) => hardware.Flash.Program(map.Factory + (uint)offset, data.Span),
                Clear = () => hardware.Flash.Erase(AddressRange.Of(map.Factory, map.FactoryLength)),
            },
            new(SectionKind.Config, (uint)dct.Length)
            {
                Read = (offset, size) => dct.Bytes.Slice(offset, size).ToArray(),
                Write = (offset, data) =>
                {
                    dct.Write(offset, data.Span);
                    return true;
                },
            },
            new(SectionKind.Eeprom, EepromSize),
        ];
    }

    static StorageSection Module(BoardHardware hardware, FlashAddress start, uint size) => new(SectionKind.Firmware, size)
    {
        Read = (offset, count) => hardware.Flash.Read(start + (uint)offset, count).ToArray(),
        MeasureModule = () => ModuleImage.TryRead(hardware.FlashFrom(start)[..(int)size], hardware.Platform.Generation, out var module) && module.IntegrityOk
            ? (uint)module.Header.ImageLength : null,
    };
}

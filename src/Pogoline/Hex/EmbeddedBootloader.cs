using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Hex;

/// <summary>A bootloader that a system part carries and installs by itself (Electron).</summary>
/// <param name="Module">The bootloader.</param>
/// <param name="Carrier">The system part.</param>
sealed record EmbeddedBootloader(FirmwareModule Module, ModuleId Carrier)
{
    /// <summary>Its module version.</summary>
    public ushort Version => Module.Version;

    /// <summary>Looks for one in the system parts.</summary>
    public static EmbeddedBootloader? Find(Platform platform, IEnumerable<FirmwareModule> modules)
    {
        if (!platform.Traits.EmbedsBootloader) return null;
        var component = platform.Components.First(c => c.Function == ModuleFunction.Bootloader);
        var place = component.Positions[0].Range;
        foreach (var carrier in modules.Where(m => m.Id.Function == ModuleFunction.SystemPart))
        {
            for (var at = 0; at + ModuleHeader.Size <= carrier.Image.Length; at += 4)
            {
                if (ModuleHeader.TryRead(carrier.Image.Span[at..], out var header) != System.Buffers.OperationStatus.Done || header.Start != place.Start
                    || header.Id.Function != component.Function || header.PlatformId != platform.Id || header.ImageLength > place.Length) continue;
                // The header lies behind the vector table.
                for (var start = at; start >= Math.Max(0, at - LongestVectorTable); start -= 4)
                {
                    if (start + header.ImageLength > carrier.Image.Length) continue;
                    if (ModuleReader.Read(carrier.Image.Slice(start, (int)header.ImageLength)).Modules is [{ CrcOk: true } found] && found.Header == header)
                        return new(found, carrier.Id);
                }
            }
        }
        return null;
    }

    const int LongestVectorTable = 0x200;
}

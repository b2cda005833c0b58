namespace Pogoline.Lab.Boot;

/// <summary>The image that a factory reset puts back as user part.</summary>
static class FactoryImage
{
    /// <summary>
    /// The copy that a bootloader would make: slot 0, or on Gen 2 the built-in default when slot 0 is not set or cannot be read. Null when
    /// there is no image that passes its tests.
    /// </summary>
    public static ModuleSlot? Find(BoardHardware hardware, SlotCopier copier)
    {
        var slot = DctAccess.BootloaderCanUse(hardware) ? ModuleSlot.Read(hardware.Storage.Dct, 0) : default;
        if (slot.Magic != ModuleSlot.Factory)
        {
            if (hardware.Platform.Generation != 2) return null;
            slot = FirmwareMap.For(hardware.Platform, 0).FactorySlot;
        }
        return copier.IsAcceptable(slot) ? slot : null;
    }
}

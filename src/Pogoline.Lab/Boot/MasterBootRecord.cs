namespace Pogoline.Lab.Boot;

/// <summary>Nordic's master boot record: page 0 of a Gen 3 board. It starts the bootloader, and can replace it.</summary>
/// <param name="hardware">The board.</param>
sealed class MasterBootRecord(BoardHardware hardware)
{
    /// <summary>Offset of the word that says where the bootloader is.</summary>
    public const int BootloaderAddressOffset = 0x14;

    /// <summary>Offset of the word that says which page the record keeps its parameters in.</summary>
    public const int ParameterPageOffset = 0x18;

    /// <summary>Whether the record is there and knows where the bootloader is.</summary>
    public bool StartsBootloader =>
        hardware.Flash.Read(new(0), 4) is not [0xFF, 0xFF, 0xFF, 0xFF]
        && hardware.ReadUicr(BootloaderAddressOffset) == hardware.BootloaderStart.Value;

    /// <summary>
    /// The command COPY_BL: copies an image over the bootloader. Refused when no parameter page is known, and for an image that would not
    /// fit. A reset follows in either case.
    /// </summary>
    public IEnumerable<TimeSpan> CopyBootloader(FlashAddress source, uint length)
    {
        if (hardware.ReadUicr(ParameterPageOffset) == uint.MaxValue || length > hardware.Flash.Range.End - hardware.BootloaderStart) yield break;
        var image = hardware.Flash.Read(source, (int)length).ToArray();
        foreach (var busy in FlashWriter.Rewrite(hardware, ModuleSlot.Internal, hardware.BootloaderStart, image)) yield return busy;
    }
}

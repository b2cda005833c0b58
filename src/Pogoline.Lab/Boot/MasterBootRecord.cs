using System.Buffers.Binary;

namespace Pogoline.Lab.Boot;

/// <summary>Nordic's master boot record: page 0 of a Gen 3 board. It starts the bootloader, and can replace it.</summary>
/// <param name="hardware">The board.</param>
sealed class MasterBootRecord(BoardHardware hardware)
{
    /// <summary>Offset of the word that says where the bootloader is.</summary>
    public const int BootloaderAddressOffset = 0x14;

    /// <summary>Offset of the word that says which page the record keeps its parameters in.</summary>
    public const int ParameterPageOffset = 0x18;

    // "C_BL" in the lab's own layout: an erased page has no command.
    const uint CopyBootloaderCommand = 0x4C425F43;
    const int CommandLength = 12;

    /// <summary>Whether the record is there and knows where the bootloader is.</summary>
    public bool StartsBootloader => IsThere && hardware.ReadUicr(BootloaderAddressOffset) == hardware.BootloaderStart.Value;

    /// <summary>
    /// The command COPY_BL: copies an image over the bootloader. Refused when no parameter page is known, and for an image that would not
    /// fit. A reset follows in either case. The record keeps the command in its parameter page until it is done, so that after a loss of power
    /// <see cref="GoOn"/> begins it again; how the real record lays that page out is not known.
    /// </summary>
    public IEnumerable<TimeSpan> CopyBootloader(FlashAddress source, uint length)
    {
        if (ParameterPage is not { } page || !Fits(source, length)) yield break;
        var command = new byte[CommandLength];
        BinaryPrimitives.WriteUInt32LittleEndian(command, CopyBootloaderCommand);
        BinaryPrimitives.WriteUInt32LittleEndian(command.AsSpan(4), source.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(command.AsSpan(8), length);
        foreach (var busy in FlashWriter.Rewrite(hardware, ModuleSlot.Internal, page, command)) yield return busy;
        foreach (var busy in GoOn()) yield return busy;
    }

    /// <summary>What it does at each reset before it starts the bootloader: a command that was not finished.</summary>
    public IEnumerable<TimeSpan> GoOn()
    {
        if (!IsThere || ParameterPage is not { } page) yield break;
        var command = hardware.Flash.Read(page, CommandLength).ToArray();
        var source = new FlashAddress(BinaryPrimitives.ReadUInt32LittleEndian(command.AsSpan(4)));
        var length = BinaryPrimitives.ReadUInt32LittleEndian(command.AsSpan(8));
        if (BinaryPrimitives.ReadUInt32LittleEndian(command) != CopyBootloaderCommand || !Fits(source, length)) yield break;
        var image = hardware.Flash.Read(source, (int)length).ToArray();
        foreach (var busy in FlashWriter.Rewrite(hardware, ModuleSlot.Internal, hardware.BootloaderStart, image)) yield return busy;
        foreach (var busy in FlashWriter.Erase(hardware, ModuleSlot.Internal, AddressRange.Of(page, CommandLength))) yield return busy;
    }

    bool IsThere => hardware.Flash.Read(new(0), 4) is not [0xFF, 0xFF, 0xFF, 0xFF];

    FlashAddress? ParameterPage => hardware.ReadUicr(ParameterPageOffset) is var page && page < hardware.Flash.Range.End.Value - CommandLength ? new(page) : null;

    bool Fits(FlashAddress source, uint length) =>
        length > 0 && length <= hardware.Flash.Range.End - hardware.BootloaderStart && source < hardware.BootloaderStart && length <= hardware.BootloaderStart - source;
}

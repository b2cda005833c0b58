namespace Pogoline.Lab.Control;

/// <summary>What lies in a section of a board's storage, by the firmware's numbers.</summary>
enum SectionKind
{
    Firmware = 1,
    OtaBackup = 2,
    FactoryBackup = 3,
    Config = 4,
    Eeprom = 5,
}

/// <summary>A section of a Gen 2 board's storage, as Device OS before 2.0.0 offers it to hosts.</summary>
/// <param name="Kind">What lies there.</param>
/// <param name="Size">Its length in bytes.</param>
sealed record StorageSection(SectionKind Kind, uint Size)
{
    /// <summary>The module that belongs there; null where none is named.</summary>
    public ModuleId? Module { get; init; }

    /// <summary>Whether it must be cleared before it is written.</summary>
    public bool NeedsClear { get; init; }

    /// <summary>Reads from an offset; null where it cannot be read.</summary>
    public Func<int, int, ReadOnlyMemory<byte>>? Read { get; init; }

    /// <summary>Writes at an offset, and tells whether that went well; null where it cannot be written.</summary>
    public Func<int, ReadOnlyMemory<byte>, bool>? Write { get; init; }

    /// <summary>Clears all of it; null where it cannot be cleared.</summary>
    public Action? Clear { get; init; }

    /// <summary>The length of the module that lies there with its CRC, null when there is no sound one; null where it cannot be asked.</summary>
    public Func<uint?>? MeasureModule { get; init; }
}

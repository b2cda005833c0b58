namespace Pogoline.Platforms;

/// <summary>A DFU alternate setting.</summary>
public sealed record DfuAlternateInfo
{
    /// <summary>bAlternateSetting.</summary>
    public required byte Number { get; init; }

    /// <summary>The memory behind it.</summary>
    public required StorageKind Storage { get; init; }

    /// <summary>What DFU adds to an address of that storage.</summary>
    public FlashAddress Offset { get; init; }

    /// <summary>The interface strings, by the Device OS release of the bootloader.</summary>
    public required IReadOnlyList<DfuAlternateText> Texts { get; init; }

    /// <summary>The interface string that a bootloader of that release has.</summary>
    public string TextFor(DeviceOsVersion bootloaderRelease) =>
        (Texts.FirstOrDefault(t => t.Os.Contains(bootloaderRelease)) ?? Texts[^1]).Text;
}

/// <summary>An interface string, exact to the space.</summary>
/// <param name="Os">The releases whose bootloader has it.</param>
/// <param name="Text">The DfuSe memory description.</param>
public sealed record DfuAlternateText(DeviceOsRange Os, string Text);

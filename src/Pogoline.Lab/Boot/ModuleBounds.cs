namespace Pogoline.Lab.Boot;

/// <summary>A row of the table in which a running system looks modules up.</summary>
/// <param name="Module">Function and index.</param>
/// <param name="Start">The lowest address that the end of the module may have.</param>
/// <param name="End">The highest.</param>
/// <param name="Size">The room that the system reports, in bytes; not always the room there is.</param>
public sealed record ModuleBounds(ModuleId Module, FlashAddress Start, FlashAddress End, uint Size)
{
    /// <summary>Which memory holds it.</summary>
    public ModulePlace Place { get; init; } = ModulePlace.Flash;

    /// <summary>Where the module lies; the factory image lies elsewhere than where it would run.</summary>
    public FlashAddress Location { get; init; } = Start;

    /// <summary>Whether it is the factory image, which no update replaces.</summary>
    public bool IsFactory { get; init; }

    /// <summary>Whether a header belongs to this row: the end counts, both bounds inclusive, the start is not looked at.</summary>
    public bool Admits(ModuleHeader header) => header.Module == Module && header.End >= Start && header.End <= End;
}

/// <summary>The memory that holds a module.</summary>
public enum ModulePlace
{
    /// <summary>The microcontroller's flash.</summary>
    Flash,

    /// <summary>The external flash.</summary>
    ExternalFlash,

    /// <summary>The microcontroller's flash, without header: the radio stack.</summary>
    RadioStack,

    /// <summary>The network co-processor.</summary>
    Ncp,
}

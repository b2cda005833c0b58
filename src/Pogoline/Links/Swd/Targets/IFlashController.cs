namespace Pogoline.Links.Swd.Targets;

/// <summary>
/// The flash controller of a target, worked from outside through the debug port: the core is halted. What a loader in the target's RAM needs to know to do the
/// same is here too.
/// </summary>
interface IFlashController
{
    /// <summary>Whether the loader's way of programming is right for the supply.</summary>
    bool FitsLoader { get; }

    /// <summary>What the loader needs to erase a unit.</summary>
    uint EraseParameter(AddressRange unit);

    /// <summary>What the loader needs to program.</summary>
    uint ProgramMode { get; }

    /// <summary>How long programming the bytes takes by the data sheet.</summary>
    TimeSpan ProgramTime(int bytes);

    /// <summary>How long erasing a unit may take at most.</summary>
    TimeSpan LongestErase { get; }

    /// <summary>Readies the controller.</summary>
    /// <param name="volts">The supply; null when it is not known.</param>
    /// <param name="stop">Observed between accesses.</param>
    ValueTask BeginAsync(double? volts, CancellationToken stop);

    /// <summary>Locks the controller again.</summary>
    ValueTask EndAsync(CancellationToken stop);

    /// <summary>The write-protected units among those.</summary>
    ValueTask<IReadOnlyList<AddressRange>> FindProtectedAsync(IReadOnlyList<AddressRange> units, CancellationToken stop);

    /// <summary>Erases a unit, and waits.</summary>
    ValueTask EraseAsync(AddressRange unit, CancellationToken stop);

    /// <summary>Erases everything, and waits.</summary>
    ValueTask EraseAllAsync(CancellationToken stop);

    /// <summary>Programs whole words where the flash is blank, and waits.</summary>
    ValueTask ProgramAsync(uint address, ReadOnlyMemory<byte> data, CancellationToken stop);

    /// <summary>What the error says that the loader stopped with.</summary>
    string Explain(uint error);
}

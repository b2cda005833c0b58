namespace Pogoline.Lab.Flash;

/// <summary>Carries flash operations out in the place of the memory, not always well.</summary>
interface IFlashFaults
{
    /// <summary>How many times longer than usual an erase takes.</summary>
    double EraseFactor { get; }

    /// <summary>Erases a unit: all cells should be FF afterwards.</summary>
    /// <exception cref="PowerLostException">The power goes meanwhile.</exception>
    void Erase(AddressRange unit, Span<byte> cells);

    /// <summary>Programs: every cell should have become its old value AND the new one.</summary>
    /// <exception cref="PowerLostException">The power goes meanwhile.</exception>
    void Program(FlashAddress address, Span<byte> cells, ReadOnlySpan<byte> data);

    /// <summary>The configuration table is about to be written.</summary>
    /// <exception cref="PowerLostException">The power goes before that.</exception>
    void WriteConfiguration();
}

/// <summary>The power is gone: whatever the firmware was doing ends here.</summary>
/// <param name="returns">How long it stays away; null for good.</param>
sealed class PowerLostException(TimeSpan? returns) : Exception
{
    /// <summary>How long it stays away; null for good.</summary>
    public TimeSpan? Returns { get; } = returns;
}

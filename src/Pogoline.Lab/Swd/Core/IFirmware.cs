namespace Pogoline.Lab.Swd.Core;

/// <summary>The board's own software, which runs outside of the interpreter.</summary>
interface IFirmware
{
    /// <summary>Starts it from the reset, or lets it go on where it was stopped.</summary>
    void Go();

    /// <summary>Stops it where it is.</summary>
    /// <param name="start">Where it began.</param>
    /// <returns>Where it stopped.</returns>
    uint Freeze(uint start);

    /// <summary>Ends it; the next <see cref="Go"/> starts it from the reset.</summary>
    void Hold();
}

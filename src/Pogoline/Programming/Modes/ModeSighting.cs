namespace Pogoline.Programming.Modes;

/// <summary>The mode that a board was found in.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="IsSure">
/// Whether the board itself showed it. A running system does not say whether it was started without its user firmware on request: only where its
/// report shows that it cannot start it is safe mode sure.
/// </param>
public readonly record struct ModeSighting(DeviceMode Mode, bool IsSure);

namespace Pogoline.Releases;

/// <summary>The release that answers a request.</summary>
/// <param name="Version">Which one.</param>
/// <param name="Line">The line it is of.</param>
/// <param name="Reason">Why this one, as a sentence.</param>
/// <param name="Advice">What the vendor would rather see, as a sentence; null when the choice is as recommended.</param>
public sealed record ReleaseChoice(DeviceOsVersion Version, ReleaseLine Line, string Reason, string? Advice);

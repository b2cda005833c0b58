namespace Pogoline.Lab.Replay;

/// <summary>Where a virtual board did something else than the recording says.</summary>
/// <param name="File">The file of the recording.</param>
/// <param name="Line">Its line, from 1; 0 when it is the file as a whole.</param>
/// <param name="Name">The recording's name.</param>
/// <param name="Step">The step, from 0; null for the state at the end, or when it never began.</param>
/// <param name="What">What differs, in the recording's own word.</param>
/// <param name="Expected">What the recording says.</param>
/// <param name="Actual">What the virtual board did.</param>
public sealed record ReplayDifference(string File, int Line, string Name, int? Step, string What, string Expected, string Actual);

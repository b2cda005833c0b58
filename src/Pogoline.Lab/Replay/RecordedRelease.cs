using System.Text.RegularExpressions;

namespace Pogoline.Lab.Replay;

/// <summary>Which release a recording was made of, by the words that say where it comes from.</summary>
static partial class RecordedRelease
{
    /// <summary>The release; null when none is named.</summary>
    public static string? In(string source) => Tag().Match(source) is { Success: true } match ? match.Groups[1].Value : null;

    [GeneratedRegex(@"@ v(\d+\.\d+\.\d+)")]
    private static partial Regex Tag();
}

using System.Globalization;

namespace Pogoline.Programming.Journal;

/// <summary>The names of jobs: when, and on which unit. They are file names too, so nothing else than letters, digits and hyphens is one.</summary>
public static class JobName
{
    const int MaximumLength = 80;

    /// <summary>A name for a job that begins now; names of one unit sort by time.</summary>
    public static string Make(DateTimeOffset now, string deviceId)
    {
        ArgumentNullException.ThrowIfNull(deviceId);
        var unit = new string([.. deviceId.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-').Take(32)]);
        return string.Create(CultureInfo.InvariantCulture, $"{now.UtcDateTime:yyyyMMdd-HHmmss-fff}-{unit}");
    }

    /// <summary>Whether a text can be the name of a job.</summary>
    public static bool IsValid(string text) =>
        text is { Length: > 0 and <= MaximumLength } && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}

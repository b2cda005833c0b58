using System.Text;

namespace Pogoline.Host.Releases;

/// <summary>What a cached file is.</summary>
/// <param name="Source">The source, such as <c>npm</c>.</param>
/// <param name="Release">The release, or the package that carries it.</param>
/// <param name="Platform">The platform, or <c>all</c>.</param>
/// <param name="File">The file's name.</param>
public sealed record CacheKey(string Source, string Release, string Platform, string File)
{
    /// <summary>A relative path that no key shares with another, whatever characters are in it.</summary>
    internal string RelativePath => Path.Combine(Safe(Source), Safe(Release), Safe(Platform), Safe(File));

    /// <inheritdoc/>
    public override string ToString() => $"{File} of {Release}";

    /// <summary>The key that a relative path stands for; null when it is no path of a key.</summary>
    internal static CacheKey? Parse(string relativePath)
    {
        var parts = relativePath.Split(Path.DirectorySeparatorChar).Select(Uri.UnescapeDataString).ToList();
        return parts is [var source, var release, var platform, var file] && new CacheKey(source, release, platform, file) is var key && key.RelativePath == relativePath ? key : null;
    }

    static string Safe(string part)
    {
        var safe = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(part))
        {
            var c = (char)b;
            // Upper case is escaped too: some file systems do not tell it from lower case.
            if (char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '@' or '+' || (c == '.' && safe.Length > 0)) safe.Append(c);
            else safe.Append('%').Append(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        }
        return safe.ToString();
    }
}

using System.Text.RegularExpressions;

namespace Pogoline.Cli.Output.Diary;

/// <summary>Takes keys, claim codes, passwords and the user's own folder out of what goes to a log or a report.</summary>
static partial class Redactor
{
    const string Hidden = "[redacted]";

    static readonly string Home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>The text without what is nobody's business.</summary>
    public static string Clean(string text)
    {
        text = PrivateKeys().Replace(text, Hidden);
        text = Named().Replace(text, $"$1$2{Hidden}");
        text = UserInUrl().Replace(text, $"$1{Hidden}@");
        text = ClaimCodes().Replace(text, Hidden);
        text = LongSecrets().Replace(text, Hidden);
        return Home.Length > 1 ? text.Replace(Home, "~", StringComparison.Ordinal) : text;
    }

    /// <summary>A command line; the value of an option that carries a secret goes, also where it is an argument of its own.</summary>
    public static IReadOnlyList<string> Clean(IReadOnlyList<string> arguments) =>
        [.. arguments.Select((argument, i) => i > 0 && SecretOption().IsMatch(arguments[i - 1]) ? Hidden : Clean(argument))];

    [GeneratedRegex("-----BEGIN [^-]+-----.*?(-----END [^-]+-----|$)", RegexOptions.Singleline)]
    private static partial Regex PrivateKeys();

    [GeneratedRegex("""((?:pass(?:word|phrase|wd)|psk|secret|token|claim[-_ ]?code|api[-_]?key|private[-_]?key|authorization)["']?)(\s*[:=]\s*(?:bearer\s+)?)(?:"[^"]*"|'[^']*'|[^\s,;}]+)""", RegexOptions.IgnoreCase)]
    private static partial Regex Named();

    [GeneratedRegex("^--?(pass(word|phrase|wd)|psk|secret|token|claim[-_]?code|api[-_]?key|private[-_]?key)$", RegexOptions.IgnoreCase)]
    private static partial Regex SecretOption();

    [GeneratedRegex("(://)[^/@\\s]+@")]
    private static partial Regex UserInUrl();

    // 63 characters of base64, as the cloud gives them out. A SHA-256 has 64.
    [GeneratedRegex("(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{63}(?![A-Za-z0-9+/_=-])")]
    private static partial Regex ClaimCodes();

    // Keys in hex or base64; hashes are shorter.
    [GeneratedRegex("(?<![0-9A-Za-z+/])[0-9A-Za-z+/]{120,}={0,2}")]
    private static partial Regex LongSecrets();
}

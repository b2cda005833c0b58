namespace Pogoline.Lab.Replay;

/// <summary>One thing that is not as recorded.</summary>
readonly record struct Mismatch(string What, string Expected, string Actual)
{
    /// <summary>Null when the two are equal.</summary>
    public static Mismatch? Between<T>(string what, T expected, T actual) =>
        EqualityComparer<T>.Default.Equals(expected, actual) ? null : new(what, Text(expected), Text(actual));

    static string Text<T>(T value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        _ => value.ToString() ?? "",
    };
}

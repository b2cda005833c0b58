using System.Globalization;
using System.Text.RegularExpressions;
using Pogoline.Links.Control;

namespace Pogoline.Links.Listening;

/// <summary>What a device means that ends a transfer.</summary>
static partial class YmodemRefusal
{
    // What Device OS says, by how it begins, and what that means: it uses the first sentence for every reason not to begin.
    static readonly (string Start, string Meaning, string Remedy)[] Known =
    [
        ("The file size is higher", "it has no room for the file, its updates are disabled, or an earlier transfer was broken off",
            "Reset the board ('pogoline usb reset'), start listening mode, then send the file again."),
        ("Failed to save chunk", "storing failed", "Send the file again; if it stays, the board's flash is worn."),
        ("Aborted by user", "an abort character reached it", "Check that no other program writes to the port, reset the board, then send the file again."),
        ("Failed to receive the file", "too many bytes were lost or wrong", "Reset the board, check the cable, then send the file again."),
    ];

    /// <summary>The exception for what a receiver said after CA CA.</summary>
    public static PogolineException Explain(string text, string where)
    {
        var words = new string([.. text.Where(c => c is >= ' ' and <= '~')]).Trim();
        if (Validation().Match(words) is { Success: true } match && int.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code))
        {
            var error = new SystemError(code);
            return new(ListeningFaults.Validation, $"The board received the file and refuses it: {error}.", error.Remedy);
        }
        foreach (var (start, meaning, remedy) in Known)
        {
            if (words.Contains(start, StringComparison.Ordinal)) return new(ListeningFaults.Cancelled, $"The board ended the transfer ({where}): {meaning} (\"{words}\").", remedy);
        }
        return new(ListeningFaults.Cancelled, $"The receiver ended the transfer ({where}){(words.Length > 0 ? $": \"{words}\"" : " without a word")}.",
            "Reset the board, then send the file again.");
    }

    [GeneratedRegex(@"Validation failed: (-?\d{1,9})")]
    private static partial Regex Validation();
}

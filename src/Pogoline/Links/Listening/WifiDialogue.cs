using System.Globalization;

namespace Pogoline.Links.Listening;

/// <summary>The console's questions about a Wi-Fi network, and the answers; which questions come depends on what the board's own scan finds.</summary>
sealed class WifiDialogue(WifiNetwork network)
{
    /// <summary>More than any way through the dialogue has; a board that asks on is not understood.</summary>
    const int MostQuestions = 12;

    const string Saved = "Awesome";
    const string Failed = "Derp";

    static readonly (string Prompt, Func<WifiNetwork, string> Answer)[] Questions =
    [
        ("SSID: ", n => n.Ssid),
        ("Security Cipher 1=AES, 2=TKIP, 3=AES+TKIP: ", n => Number((int)n.Cipher)),
        ("Security 0=unsecured, 1=WEP, 2=WPA, 3=WPA2: ", n => Number((int)n.Security)),
        ("Security 0=unsecured, 1=WEP, 2=WPA, 3=WPA2, 4=WPA Enterprise, 5=WPA2 Enterprise: ", n => Number((int)n.Security)),
        ("Password: ", n => n.Password),
    ];

    int _questions;
    string _last = "";

    /// <summary>Whether the board waits for an answer, or is done.</summary>
    public static bool IsComplete(string text) => Find(text) is not null || text.Contains(Saved, StringComparison.Ordinal) || HasLine(text, Failed);

    /// <summary>The answer to what the board said, with its line end; empty when the credentials are saved.</summary>
    /// <exception cref="PogolineException"><see cref="ListeningFaults.Refused"/>.</exception>
    public string Answer(string text)
    {
        if (Find(text) is not { } question)
        {
            return text.Contains(Saved, StringComparison.Ordinal) ? "" : throw new PogolineException(ListeningFaults.Refused,
                $"The board could not save the credentials of '{network.Ssid}'.", "Check the password and the kind of security, then try again.");
        }
        if (++_questions > MostQuestions || question.Prompt == _last)
        {
            throw new PogolineException(ListeningFaults.Refused, $"The board does not take the answer to \"{question.Prompt.Trim()}\".", "Give --security and --cipher as the network has them; reset the board first.");
        }
        _last = question.Prompt;
        return $"{question.Answer(network)}\r";
    }

    // A prompt is the end of what has arrived, and begins its line.
    static (string Prompt, Func<WifiNetwork, string> Answer)? Find(string text)
    {
        var line = text[(text.LastIndexOf('\n') + 1)..];
        foreach (var question in Questions)
        {
            if (line.EndsWith(question.Prompt, StringComparison.Ordinal)) return question;
        }
        return null;
    }

    static bool HasLine(string text, string start) => text.IndexOf(start, StringComparison.Ordinal) is var at and >= 0 && text.IndexOf('\n', at) >= 0;

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}

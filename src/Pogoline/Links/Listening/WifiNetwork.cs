namespace Pogoline.Links.Listening;

/// <summary>How a Wi-Fi network is secured: the console's numbers.</summary>
public enum WifiSecurity
{
    /// <summary>Not at all.</summary>
    None = 0,

    /// <summary>WEP.</summary>
    Wep = 1,

    /// <summary>WPA.</summary>
    Wpa = 2,

    /// <summary>WPA2.</summary>
    Wpa2 = 3,
}

/// <summary>How a Wi-Fi network enciphers: the console's numbers.</summary>
public enum WifiCipher
{
    /// <summary>AES.</summary>
    Aes = 1,

    /// <summary>TKIP.</summary>
    Tkip = 2,

    /// <summary>Both.</summary>
    AesTkip = 3,
}

/// <summary>A Wi-Fi network and how to join it; what the board finds out by its own scan is not asked for.</summary>
/// <param name="Ssid">Its name, 1 to 32 bytes.</param>
/// <param name="Password">The password, up to 64 bytes; empty for none.</param>
public sealed record WifiNetwork(string Ssid, string Password)
{
    /// <summary>How it is secured.</summary>
    public WifiSecurity Security { get; init; } = Password.Length > 0 ? WifiSecurity.Wpa2 : WifiSecurity.None;

    /// <summary>How it enciphers.</summary>
    public WifiCipher Cipher { get; init; } = WifiCipher.Aes;

    /// <summary>Refuses what the console cannot take.</summary>
    /// <exception cref="PogolineException"><see cref="ListeningFaults.Refused"/>.</exception>
    public void Require()
    {
        const int longestName = 32;
        const int longestPassword = 64;
        var name = System.Text.Encoding.UTF8.GetByteCount(Ssid);
        if (name is 0 or > longestName || System.Text.Encoding.UTF8.GetByteCount(Password) > longestPassword || (Ssid + Password).Any(char.IsControl))
        {
            throw new PogolineException(ListeningFaults.Refused, $"The console takes a network name of 1 to {longestName} bytes and a password of up to {longestPassword}, without control characters.",
                "Check name and password.");
        }
    }
}

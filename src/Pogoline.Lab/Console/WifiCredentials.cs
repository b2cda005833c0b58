namespace Pogoline.Lab.Console;

/// <summary>What a listening board asks for to join a Wi-Fi network.</summary>
sealed record WifiCredentials
{
    /// <summary>EAP type of PEAP with MSCHAPv2.</summary>
    public const int Peap = 25;

    /// <summary>EAP type of EAP-TLS.</summary>
    public const int Tls = 13;

    /// <summary>The name of the network.</summary>
    public string Ssid { get; init; } = "";

    /// <summary>The password; <c>1</c> while it has not been asked.</summary>
    public string Password { get; init; } = "";

    /// <summary>0 none, 1 WEP, 2 WPA, 3 WPA2, 4 WPA Enterprise, 5 WPA2 Enterprise.</summary>
    public int Security { get; init; }

    /// <summary>1 AES, 2 TKIP, 3 both; 0 unknown.</summary>
    public int Cipher { get; init; }

    /// <summary>The EAP type; 0 when there is none.</summary>
    public int Eap { get; init; }

    /// <summary>The user name for EAP.</summary>
    public string Identity { get; init; } = "";

    /// <summary>The name shown outside of the tunnel.</summary>
    public string OuterIdentity { get; init; } = "";

    /// <summary>The client's certificate, PEM.</summary>
    public string ClientCertificate { get; init; } = "";

    /// <summary>The client's private key, PEM.</summary>
    public string PrivateKey { get; init; } = "";

    /// <summary>The root certificate, PEM.</summary>
    public string RootCertificate { get; init; } = "";
}

/// <summary>Where a board keeps Wi-Fi networks, and what it sees of them.</summary>
interface IWifiStore
{
    /// <summary>What <see cref="Store"/> gives when it wants to know the cipher.</summary>
    const int CipherWanted = -2;

    /// <summary>Whether it offers WPA Enterprise.</summary>
    bool OffersEnterprise { get; }

    /// <summary>Whether the network can be received, and how it is secured.</summary>
    bool TryScan(string ssid, out int security, out int cipher);

    /// <summary>Stores a network; 0, or an error.</summary>
    /// <param name="credentials">The network.</param>
    /// <param name="isTrial">Only tells whether it would.</param>
    int Store(WifiCredentials credentials, bool isTrial);

    /// <summary>Checks a certificate.</summary>
    void ParseCertificate(string pem);

    /// <summary>Checks a private key.</summary>
    void ParseKey(string pem);
}

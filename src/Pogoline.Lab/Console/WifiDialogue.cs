namespace Pogoline.Lab.Console;

/// <summary>The console command <c>w</c>: asks for a Wi-Fi network and stores it.</summary>
/// <param name="stream">The serial port.</param>
/// <param name="wifi">Where the network goes.</param>
sealed class WifiDialogue(IConsoleStream stream, IWifiStore wifi)
{
    const int LongestSsid = 32, LongestPassword = 64, LongestIdentity = 127;
    const int Wpa2 = 3, Wpa2Enterprise = 5;

    readonly LinePrompt _prompt = new(stream);
    WifiCredentials _network = new();

    /// <summary>Asks and stores.</summary>
    public IEnumerable<Pause> Run()
    {
        do
        {
            foreach (var pause in _prompt.Ask("SSID: ", LongestSsid)) yield return pause;
        }
        while (_prompt.Line.Length == 0);
        _network = new() { Ssid = _prompt.Line };
        foreach (var pause in AskSecurity()) yield return pause;
        if (_network.Security is > 0 and <= Wpa2)
        {
            foreach (var pause in _prompt.Ask("Password: ", LongestPassword)) yield return pause;
            _network = _network with { Password = _prompt.Line };
        }
        else if (_network.Security > Wpa2)
        {
            foreach (var pause in AskEnterprise()) yield return pause;
        }
        Save();
    }

    // A trial comes before the cipher is asked for; whether the scan told it or not.
    IEnumerable<Pause> AskSecurity()
    {
        if (wifi.TryScan(_network.Ssid, out var security, out var cipher))
        {
            _network = _network with { Security = security, Cipher = cipher };
        }
        else
        {
            var offer = "Security 0=unsecured, 1=WEP, 2=WPA, 3=WPA2" + (wifi.OffersEnterprise ? ", 4=WPA Enterprise, 5=WPA2 Enterprise: " : ": ");
            foreach (var pause in _prompt.AskDigit(offer, 0, wifi.OffersEnterprise ? Wpa2Enterprise : Wpa2)) yield return pause;
            _network = _network with { Security = _prompt.Digit };
        }
        if (_network.Security > 0) _network = _network with { Password = "1" };
        if (wifi.Store(_network, isTrial: true) != IWifiStore.CipherWanted && _network.Cipher != 0) yield break;
        foreach (var pause in _prompt.AskDigit("Security Cipher 1=AES, 2=TKIP, 3=AES+TKIP: ", 1, 3)) yield return pause;
        _network = _network with { Cipher = _prompt.Digit };
    }

    IEnumerable<Pause> AskEnterprise()
    {
        foreach (var pause in _prompt.AskDigit("EAP Type 0=PEAP/MSCHAPv2, 1=EAP-TLS: ", 0, 1)) yield return pause;
        if (_prompt.Digit == 0)
        {
            foreach (var pause in _prompt.Ask("Username: ", LongestIdentity)) yield return pause;
            _network = _network with { Eap = WifiCredentials.Peap, Identity = _prompt.Line };
            foreach (var pause in _prompt.Ask("Password: ", LongestPassword)) yield return pause;
            _network = _network with { Password = _prompt.Line };
        }
        else
        {
            foreach (var pause in _prompt.AskText("Client certificate in PEM format:\r\n")) yield return pause;
            _network = _network with { Eap = WifiCredentials.Tls, ClientCertificate = _prompt.Line };
            wifi.ParseCertificate(_prompt.Line);
            foreach (var pause in _prompt.AskText("Private key in PEM format:\r\n")) yield return pause;
            _network = _network with { PrivateKey = _prompt.Line };
            wifi.ParseKey(_prompt.Line);
        }
        foreach (var pause in _prompt.Ask("Outer identity (optional): ", LongestIdentity)) yield return pause;
        _network = _network with { OuterIdentity = _prompt.Line };
        foreach (var pause in _prompt.AskText("Root CA in PEM format (optional):\r\n")) yield return pause;
        _network = _network with { RootCertificate = _prompt.Line };
        if (_prompt.Line.Length > 0) wifi.ParseCertificate(_prompt.Line);
    }

    void Save()
    {
        stream.Write("Thanks! Wait while I save those credentials...\r\n\r\n");
        if (wifi.Store(_network, isTrial: false) != 0)
        {
            stream.Write("Derp. Sorry, we couldn't save the credentials.\r\n\r\n");
            return;
        }
        stream.Write("Awesome. Now we'll connect!\r\n\r\n");
        stream.Write("If you see a pulsing cyan light, your device \r\nhas connected to the Cloud and is ready to go!\r\n\r\n");
        stream.Write("If your LED flashes red or you encounter any other problems,\r\nvisit https://www.particle.io/support to debug.\r\n\r\n");
        stream.Write("    Particle <3 you!\r\n\r\n");
    }
}

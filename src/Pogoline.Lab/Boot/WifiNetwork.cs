namespace Pogoline.Lab.Boot;

/// <summary>A Wi-Fi network that a board has stored.</summary>
/// <param name="Ssid">Its name, at most 32 bytes.</param>
/// <param name="Security">0 none, 1 WEP, 2 WPA, 3 WPA2; 4 and 5 the same with Enterprise (Gen 2).</param>
/// <param name="Cipher">1 AES, 2 TKIP, 3 both; 0 when it was not said.</param>
/// <param name="Password">At most 64 bytes; empty for none.</param>
public sealed record WifiNetwork(string Ssid, int Security, int Cipher, string Password);

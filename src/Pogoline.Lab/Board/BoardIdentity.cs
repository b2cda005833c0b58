using System.Security.Cryptography;
using System.Text;
using Pogoline.Lab.Boot;
using Pogoline.Lab.Control;

namespace Pogoline.Lab.Board;

/// <summary>The numbers of a virtual board besides its device ID: made from it, so always the same, and belonging to nobody.</summary>
/// <param name="hardware">The board.</param>
sealed class BoardIdentity(BoardHardware hardware)
{
    const string TestTypeAllocation = "00101700", IccidStart = "8988300000";
    const string RadioVersion = "L0.0.00.00.05.08,A.02.00";

    // The first characters of serial numbers; Gen 2 boards have an empty OTP memory.
    static readonly Dictionary<int, string> SerialNumbers = new() { [12] = "ARNL", [13] = "B40L", [23] = "P00L", [25] = "P02L", [26] = "TRKL" };
    static readonly int[] Cellular = [10, 13, 23, 25, 26];
    static readonly int[] Wifi = [6, 8, 12];

    /// <summary>15 characters; null where there is none.</summary>
    public string? SerialNumber => SerialNumbers.TryGetValue(hardware.Platform.Id, out var start) ? start + Digits("serial number", 11) : null;

    /// <summary>15 characters; null where there is none.</summary>
    public string? MobileSecret => SerialNumber is null ? null : Letters("mobile secret", 15);

    /// <summary>The modem; null on boards without.</summary>
    public ModemIdentity? Modem => Cellular.Contains(hardware.Platform.Id)
        ? new(WithCheckDigit(TestTypeAllocation + Digits("imei", 6)), WithCheckDigit(IccidStart + Digits("iccid", 9)), RadioVersion) : null;

    /// <summary>A locally administered address; null on boards without Wi-Fi.</summary>
    public ReadOnlyMemory<byte>? MacAddress => Wifi.Contains(hardware.Platform.Id)
        ? new ReadOnlyMemory<byte>([0x0A, .. Hash("mac")[..5]]) : default(ReadOnlyMemory<byte>?);

    byte[] Hash(string of) => SHA256.HashData(Encoding.UTF8.GetBytes($"{hardware.DeviceId} {of}"));

    string Digits(string of, int count) => string.Concat(Hash(of).Take(count).Select(b => (char)('0' + b % 10)));

    string Letters(string of, int count) => string.Concat(Hash(of).Take(count).Select(b => (char)('A' + b % 26)));

    // Luhn's, as IMEI and ICCID have it.
    static string WithCheckDigit(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if (i % 2 == 0) digit = digit * 2 / 10 + digit * 2 % 10;
            sum += digit;
        }
        return digits + (char)('0' + (10 - sum % 10) % 10);
    }
}

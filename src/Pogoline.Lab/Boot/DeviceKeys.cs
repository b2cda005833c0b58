using System.Security.Cryptography;
using System.Text;

namespace Pogoline.Lab.Boot;

/// <summary>
/// The keys of a virtual board: bytes in the right places that look like nothing else, always the same for a device ID and an occasion. They
/// are no valid keys.
/// </summary>
static class DeviceKeys
{
    /// <summary>The keys that the line programmed, and the server's.</summary>
    public static void Provision(BoardHardware hardware)
    {
        var tcp = UsesTcp(hardware);
        Write(hardware, PrivateKey(hardware), "line");
        var server = tcp
            ? (DctLayout.TcpServerKey, DctLayout.TcpServerKeyLength) : (DctLayout.UdpServerKey, DctLayout.UdpServerKeyLength);
        Write(hardware, server, "server");
    }

    /// <summary>The running system makes a new pair when the private key is missing; the cloud will not know it.</summary>
    public static void MakeMissing(BoardHardware hardware)
    {
        var (offset, length) = PrivateKey(hardware);
        if (hardware.Storage.Dct.Bytes.Slice(offset, length).ContainsAnyExcept((byte)0xFF)) return;
        Write(hardware, (offset, length), "board");
    }

    static bool UsesTcp(BoardHardware hardware) => hardware.Platform.Traits.DctCodeInSystemParts;

    static (int Offset, int Length) PrivateKey(BoardHardware hardware) => UsesTcp(hardware)
        ? (DctLayout.TcpPrivateKey, DctLayout.TcpPrivateKeyLength) : (DctLayout.UdpPrivateKey, DctLayout.UdpPrivateKeyLength);

    static void Write(BoardHardware hardware, (int Offset, int Length) key, string occasion)
    {
        var seed = Encoding.UTF8.GetBytes($"{hardware.DeviceId} {occasion}");
        hardware.Storage.Dct.Write(key.Offset, HKDF.DeriveKey(HashAlgorithmName.SHA256, seed, key.Length));
    }
}

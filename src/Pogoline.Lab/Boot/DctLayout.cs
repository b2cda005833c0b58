namespace Pogoline.Lab.Boot;

/// <summary>Offsets in the device configuration table, in bytes.</summary>
static class DctLayout
{
    public const int TcpPrivateKey = 34;
    public const int TcpPrivateKeyLength = 612;
    public const int OtaFlag = 1753;
    public const byte OtaFlagSet = 0xA5;
    public const int ClaimCode = 1762;
    public const int ClaimCodeLength = 63;
    public const int Claimed = 1825;
    public const int ModuleSlots = 2852;
    public const int UdpPublicKey = 2978;
    public const int UdpPrivateKey = 3106;
    public const int UdpPrivateKeyLength = 192;
    public const int UdpServerKey = 3298;
    public const int UdpServerKeyLength = 192;
    public const int TcpServerKey = 2082;
    public const int TcpServerKeyLength = 294;
    public const int DeviceId = 3618;

    /// <summary>Gen 3 only.</summary>
    public const int SetupDone = 8134;
}

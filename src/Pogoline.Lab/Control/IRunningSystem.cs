using Pogoline.Lab.Boot;
using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Control;

/// <summary>A running Device OS as its console and its control requests see it.</summary>
interface IRunningSystem
{
    /// <summary>The platform id.</summary>
    int PlatformId { get; }

    /// <summary>2 or 3.</summary>
    int Generation { get; }

    /// <summary>The module version of the system.</summary>
    ushort SystemVersion { get; }

    /// <summary>The same as text, <c>2.3.1</c>.</summary>
    string Version { get; }

    /// <summary>24 lower-case hex digits.</summary>
    string DeviceId { get; }

    /// <summary>The serial number from OTP memory; null when there is none.</summary>
    string? SerialNumber { get; }

    /// <summary>The mobile secret from OTP memory; null when there is none.</summary>
    string? MobileSecret { get; }

    /// <summary>The modem; null on boards without.</summary>
    ModemIdentity? Modem { get; }

    /// <summary>The address of the network interface; null when it is not set up.</summary>
    ReadOnlyMemory<byte>? MacAddress { get; }

    /// <summary>The firmware of the network co-processor; null when it cannot be asked.</summary>
    NcpFirmware? Ncp { get; }

    /// <summary>The modules, in the order in which the system reports them; the factory image too.</summary>
    IEnumerable<SystemModule> Modules { get; }

    /// <summary>The sections of the storage, as Device OS before 2.0.0 offers them; none on Gen 3.</summary>
    IReadOnlyList<StorageSection> Sections => [];

    /// <summary>The stored Wi-Fi networks; replaced as a whole.</summary>
    IReadOnlyList<WifiNetwork> WifiNetworks
    {
        get => [];
        set { }
    }

    /// <summary>The device configuration table.</summary>
    DctStore Dct { get; }

    /// <summary>The diagnostics as JSON.</summary>
    string Diagnostics { get; }

    /// <summary>The update under way.</summary>
    FirmwareUpdate Update { get; }

    /// <summary>Whether a user owns the board.</summary>
    bool IsClaimed { get; }

    /// <summary>Whether it listens.</summary>
    bool IsListening { get; }

    /// <summary>Whether the board was set up (Gen 3).</summary>
    bool IsSetupDone { get; set; }

    /// <summary>Starts or ends listening mode.</summary>
    void Listen(bool on);

    /// <summary>Stores a claim code.</summary>
    void SetClaimCode(string code);

    /// <summary>Whether it shows its position with its LED.</summary>
    void ShowPosition(bool on);

    /// <summary>Leaves the running system.</summary>
    void Leave(SystemExit exit);

    /// <summary>Listens after the next start, or not.</summary>
    void ListenAtStart(bool on);

    /// <summary>The time until the modem can be asked; none when it runs already.</summary>
    TimeSpan StartModem();
}

/// <summary>How a system is left.</summary>
enum SystemExit
{
    Restart,
    FactoryReset,
    Dfu,
    SafeMode,
}

/// <summary>What a modem says of itself.</summary>
/// <param name="Imei">15 digits.</param>
/// <param name="Iccid">Of the SIM card.</param>
/// <param name="Version">Of its firmware.</param>
sealed record ModemIdentity(string? Imei, string? Iccid, string? Version);

/// <summary>The firmware of a network co-processor.</summary>
/// <param name="Version">As text.</param>
/// <param name="Module">The module version.</param>
sealed record NcpFirmware(string Version, ushort Module);

/// <summary>A module as a system reports it.</summary>
/// <param name="Header">Its header.</param>
/// <param name="MaximumSize">The room for it, in bytes.</param>
/// <param name="Passed">The checks that it passed.</param>
/// <param name="IsFactory">Whether it is the factory image.</param>
/// <param name="Hash">The SHA-256 in its suffix; empty when it has none.</param>
sealed record SystemModule(ModuleHeader Header, uint MaximumSize, ModuleChecks Passed, bool IsFactory, ReadOnlyMemory<byte> Hash);

namespace Pogoline.Links.Control;

/// <summary>What a control request asks for: its number on the wire.</summary>
public enum ControlRequestType : ushort
{
    /// <summary>Gives the payload back; Device OS 1.5.0 and later.</summary>
    Echo = 1,

    /// <summary>For the user firmware.</summary>
    AppCustom = 10,

    /// <summary>The device ID.</summary>
    DeviceId = 20,

    /// <summary>The serial number.</summary>
    SerialNumber = 21,

    /// <summary>The Device OS version.</summary>
    SystemVersion = 30,

    /// <summary>The version of the network co-processor's firmware.</summary>
    NcpFirmwareVersion = 31,

    /// <summary>Restart.</summary>
    Reset = 40,

    /// <summary>Factory reset.</summary>
    FactoryReset = 41,

    /// <summary>Restart into DFU mode.</summary>
    DfuMode = 50,

    /// <summary>Restart into safe mode.</summary>
    SafeMode = 60,

    /// <summary>Into listening mode, at once.</summary>
    StartListening = 70,

    /// <summary>Out of listening mode, at once.</summary>
    StopListening = 71,

    /// <summary>Normal or listening; Gen 2 from 1.1.0, Gen 3 from 0.9.0.</summary>
    GetDeviceMode = 72,

    /// <summary>Marks the setup done or not done; without effect from 4.0.0, unknown to Gen 2.</summary>
    SetSetupDone = 73,

    /// <summary>Whether the setup is done.</summary>
    IsSetupDone = 74,

    /// <summary>The modules that the device holds.</summary>
    GetModuleInfo = 90,

    /// <summary>Diagnostics as JSON text.</summary>
    DiagnosticInfo = 100,

    /// <summary>Stores a claim code.</summary>
    SetClaimCode = 200,

    /// <summary>Whether the device belongs to an account.</summary>
    IsClaimed = 201,

    /// <summary>Stores a key; Gen 2.</summary>
    SetSecurityKey = 210,

    /// <summary>Reads a key; Gen 2.</summary>
    GetSecurityKey = 211,

    /// <summary>Stores a server's address; Gen 2.</summary>
    SetServerAddress = 220,

    /// <summary>Reads a server's address; Gen 2.</summary>
    GetServerAddress = 221,

    /// <summary>Chooses TCP or UDP; Gen 2.</summary>
    SetServerProtocol = 222,

    /// <summary>TCP or UDP; Gen 2.</summary>
    GetServerProtocol = 223,

    /// <summary>Announces a module: the OTA region is erased before the reply.</summary>
    StartFirmwareUpdate = 250,

    /// <summary>Validates the module, and applies it.</summary>
    FinishFirmwareUpdate = 251,

    /// <summary>Drops the update.</summary>
    CancelFirmwareUpdate = 252,

    /// <summary>The next bytes of the module.</summary>
    FirmwareUpdateData = 253,

    /// <summary>ICCID, and IMEI from newer systems; starts the modem.</summary>
    GetIccid = 554,
}

/// <summary>What the protocol must know of a request.</summary>
static class ControlRequestTypes
{
    /// <summary>Whether sending it twice does what sending it once does.</summary>
    public static bool IsRepeatable(this ControlRequestType type) => type is not
        (ControlRequestType.AppCustom or ControlRequestType.FirmwareUpdateData or ControlRequestType.FinishFirmwareUpdate or ControlRequestType.FactoryReset);
}

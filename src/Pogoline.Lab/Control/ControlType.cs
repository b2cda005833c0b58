namespace Pogoline.Lab.Control;

/// <summary>The numbers of the control requests that the lab knows.</summary>
static class ControlType
{
    public const ushort Echo = 1;
    public const ushort AppCustom = 10;
    public const ushort DeviceId = 20;
    public const ushort SerialNumber = 21;
    public const ushort SystemVersion = 30;
    public const ushort NcpFirmwareVersion = 31;
    public const ushort SystemCapabilities = 32;
    public const ushort SetFeature = 33;
    public const ushort GetFeature = 34;
    public const ushort Reset = 40;
    public const ushort FactoryReset = 41;
    public const ushort DfuMode = 50;
    public const ushort SafeMode = 60;
    public const ushort StartListening = 70;
    public const ushort StopListening = 71;
    public const ushort DeviceMode = 72;
    public const ushort SetSetupDone = 73;
    public const ushort IsSetupDone = 74;
    public const ushort SetStartupMode = 75;
    public const ushort ProtectedState = 76;
    public const ushort ModuleInfo = 90;
    public const ushort AssetInfo = 91;
    public const ushort Diagnostics = 100;
    public const ushort SetClaimCode = 200;
    public const ushort IsClaimed = 201;
    public const ushort SetSecurityKey = 210;
    public const ushort GetSecurityKey = 211;
    public const ushort SetServerAddress = 220;
    public const ushort GetServerAddress = 221;
    public const ushort SetServerProtocol = 222;
    public const ushort GetServerProtocol = 223;
    public const ushort StartNyan = 230;
    public const ushort StopNyan = 231;
    public const ushort StartUpdate = 250;
    public const ushort FinishUpdate = 251;
    public const ushort CancelUpdate = 252;
    public const ushort UpdateData = 253;
    public const ushort DescribeStorage = 260;
    public const ushort ReadSection = 261;
    public const ushort WriteSection = 262;
    public const ushort ClearSection = 263;
    public const ushort SectionSize = 264;
    public const ushort CloudConnectionStatus = 300;
    public const ushort CloudConnect = 301;
    public const ushort CloudDisconnect = 302;
    public const ushort InterfaceList = 400;
    public const ushort Interface = 401;
    public const ushort WifiJoinNew = 500;
    public const ushort WifiJoinKnown = 501;
    public const ushort WifiListKnown = 502;
    public const ushort WifiRemoveKnown = 503;
    public const ushort WifiClearKnown = 504;
    public const ushort WifiCurrent = 505;
    public const ushort WifiScan = 506;
    public const ushort CellularIccid = 554;
    public const ushort EnvironmentGet = 600;
    public const ushort EnvironmentClear = 601;

    /// <summary>Whether the request makes the system go; without payload it stops connecting at once.</summary>
    public static bool LeavesSystem(ushort type) => type is Reset or FactoryReset or DfuMode or SafeMode;
}

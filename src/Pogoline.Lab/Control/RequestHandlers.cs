using Pogoline.Lab.Boot;

namespace Pogoline.Lab.Control;

/// <summary>Carries out a request.</summary>
delegate IEnumerable<TimeSpan> RequestHandler(IRunningSystem system, ControlRequest request);

/// <summary>Which systems carry out which requests. What no row fits is not supported.</summary>
static class RequestHandlers
{
    const int Always = 0, Still = int.MaxValue;
    static readonly int[] Gen2 = [6, 8, 10];
    static readonly int[] Gen3 = [12, 13, 23, 25, 26];
    static readonly int[] Cellular3 = [13, 23, 25, 26];
    static readonly int[] All = [.. Gen2, .. Gen3];
    static readonly int[] Argon = [12];
    static readonly int[] Electron = [10];
    static readonly int[] Photon = [6, 8];
    static readonly int[] Tracker = [26];

    // Variables of the environment came with Device OS 6.2.0.
    const int Environment = 6200;

    sealed record Row(ushort Type, int[] Platforms, int From, int Before, RequestHandler Handler);

    static readonly ILookup<ushort, Row> Rows = ((Row[])
    [
        new(ControlType.Echo, All, 1500, Still, IdentityRequests.Echo),
        new(ControlType.DeviceId, Gen2, 1500, Still, IdentityRequests.DeviceId),
        new(ControlType.DeviceId, Gen3, Always, Still, IdentityRequests.DeviceId),
        new(ControlType.SerialNumber, Gen2, 1500, Still, IdentityRequests.SerialNumber),
        new(ControlType.SerialNumber, Gen3, Always, Still, IdentityRequests.SerialNumber),
        new(ControlType.SystemVersion, All, Always, Still, IdentityRequests.Version),
        new(ControlType.NcpFirmwareVersion, Argon, Always, Still, IdentityRequests.NcpVersion),
        new(ControlType.SystemCapabilities, Gen2, Always, Still, IdentityRequests.NoCapabilities),
        new(ControlType.SystemCapabilities, Gen3, Always, SystemVersions.UpdateSlotsForBootloader, IdentityRequests.CompressedUpdates),
        new(ControlType.SystemCapabilities, Gen3, SystemVersions.UpdateSlotsForBootloader, Still, IdentityRequests.NoCapabilities),
        new(ControlType.CellularIccid, Cellular3, Always, 5901, IdentityRequests.Iccid),
        new(ControlType.CellularIccid, Cellular3, 5901, Still, IdentityRequests.IccidAndImei),
        new(ControlType.Diagnostics, All, Always, Still, IdentityRequests.Diagnostics),

        new(ControlType.Reset, All, Always, Still, ModeRequests.Restart),
        new(ControlType.FactoryReset, All, Always, Still, ModeRequests.FactoryReset),
        new(ControlType.DfuMode, All, Always, Still, ModeRequests.Dfu),
        new(ControlType.SafeMode, All, Always, Still, ModeRequests.SafeMode),
        new(ControlType.StartListening, All, Always, Still, ModeRequests.StartListening),
        new(ControlType.StopListening, All, Always, Still, ModeRequests.StopListening),
        new(ControlType.DeviceMode, Gen2, 1100, Still, ModeRequests.DeviceMode),
        new(ControlType.DeviceMode, Gen3, Always, Still, ModeRequests.DeviceMode),
        new(ControlType.SetStartupMode, All, 1400, Still, ModeRequests.SetStartupMode),
        new(ControlType.SetSetupDone, Gen3, Always, SystemVersions.NoSetupDone, ModeRequests.SetSetupDone),
        new(ControlType.SetSetupDone, Gen3, SystemVersions.NoSetupDone, Still, ModeRequests.SetSetupDoneInVain),
        new(ControlType.IsSetupDone, Gen3, Always, SystemVersions.NoSetupDone, ModeRequests.IsSetupDone),
        new(ControlType.IsSetupDone, Gen3, SystemVersions.NoSetupDone, Still, ModeRequests.IsAlwaysSetUp),
        new(ControlType.ProtectedState, Gen3, 6000, Still, ModeRequests.IsNotProtected),
        new(ControlType.SetFeature, Gen3, Always, Still, ModeRequests.SetFeature),
        new(ControlType.GetFeature, Gen3, Always, Still, ModeRequests.GetFeature),
        new(ControlType.StartNyan, All, Always, Still, ModeRequests.ShowPosition),
        new(ControlType.StopNyan, All, Always, Still, ModeRequests.HidePosition),

        new(ControlType.ModuleInfo, Gen2, 1500, Still, ModuleRequests.Modules),
        new(ControlType.ModuleInfo, Gen3, Always, 5600, ModuleRequests.Modules),
        new(ControlType.ModuleInfo, Gen3, 5600, Still, ModuleRequests.FirmwareModules),
        new(ControlType.AssetInfo, Gen3, 5700, Still, ModuleRequests.NoAssets),

        new(ControlType.SetClaimCode, All, Always, Still, CloudRequests.SetClaimCode),
        new(ControlType.IsClaimed, All, Always, Still, CloudRequests.IsClaimed),
        new(ControlType.CloudConnectionStatus, All, SystemVersions.UpdateSlotsForBootloader, Still, CloudRequests.Disconnected),
        new(ControlType.CloudConnect, All, SystemVersions.UpdateSlotsForBootloader, Still, CloudRequests.Nothing),
        new(ControlType.CloudDisconnect, All, SystemVersions.UpdateSlotsForBootloader, Still, CloudRequests.Nothing),

        new(ControlType.SetSecurityKey, Gen2, Always, Still, KeyRequests.SetKey),
        new(ControlType.GetSecurityKey, Gen2, Always, Still, KeyRequests.GetKey),
        new(ControlType.SetServerAddress, Gen2, Always, Still, KeyRequests.SetServer),
        new(ControlType.GetServerAddress, Gen2, Always, Still, KeyRequests.GetServer),
        new(ControlType.SetServerProtocol, Electron, Always, Still, KeyRequests.SetProtocol),
        new(ControlType.GetServerProtocol, Electron, Always, Still, KeyRequests.GetProtocol),
        new(ControlType.SetServerProtocol, Photon, Always, Still, KeyRequests.SetTcp),
        new(ControlType.GetServerProtocol, Photon, Always, Still, KeyRequests.GetTcp),

        new(ControlType.InterfaceList, Gen3, Always, Still, NetworkRequests.List),
        new(ControlType.Interface, Gen3, Always, Still, NetworkRequests.Get),

        .. Storage(),
        .. Wifi(Argon, Always),
        .. Wifi(Tracker, SystemVersions.V3),
        new(ControlType.EnvironmentGet, Gen3, Environment, Still, IdentityRequests.NoEnvironment),
        new(ControlType.EnvironmentClear, Gen3, Environment, Still, IdentityRequests.NoEnvironment),

        new(ControlType.StartUpdate, All, Always, Still, UpdateRequests.Start),
        new(ControlType.UpdateData, All, Always, Still, UpdateRequests.Data),
        new(ControlType.CancelUpdate, All, Always, Still, UpdateRequests.Cancel),
        new(ControlType.FinishUpdate, All, Always, SystemVersions.UpdateSlotsForBootloader, UpdateRequests.FinishWithoutCodes),
        new(ControlType.FinishUpdate, All, SystemVersions.UpdateSlotsForBootloader, SystemVersions.V3, UpdateRequests.FinishAtOnce),
        new(ControlType.FinishUpdate, All, SystemVersions.V3, Still, UpdateRequests.FinishLater),
    ]).ToLookup(row => row.Type);

    static IEnumerable<Row> Storage() =>
    [
        new(ControlType.DescribeStorage, Gen2, Always, SystemVersions.UpdateSlotsForBootloader, StorageRequests.Describe),
        new(ControlType.ReadSection, Gen2, Always, SystemVersions.UpdateSlotsForBootloader, StorageRequests.Read),
        new(ControlType.WriteSection, Gen2, Always, SystemVersions.UpdateSlotsForBootloader, StorageRequests.Write),
        new(ControlType.ClearSection, Gen2, Always, SystemVersions.UpdateSlotsForBootloader, StorageRequests.Clear),
        new(ControlType.SectionSize, Gen2, Always, SystemVersions.UpdateSlotsForBootloader, StorageRequests.GetSize),
    ];

    static IEnumerable<Row> Wifi(int[] platforms, int from) =>
    [
        new(ControlType.WifiJoinNew, platforms, from, Still, WifiRequests.Join),
        new(ControlType.WifiJoinKnown, platforms, from, Still, WifiRequests.JoinKnown),
        new(ControlType.WifiListKnown, platforms, from, Still, WifiRequests.ListKnown),
        new(ControlType.WifiRemoveKnown, platforms, from, Still, WifiRequests.RemoveKnown),
        new(ControlType.WifiClearKnown, platforms, from, Still, WifiRequests.ClearKnown),
        new(ControlType.WifiCurrent, platforms, from, Still, WifiRequests.NotConnected),
        new(ControlType.WifiScan, platforms, from, Still, WifiRequests.NothingInSight),
    ];

    /// <summary>Carries a request out as the system does.</summary>
    public static IEnumerable<TimeSpan> Handle(IRunningSystem system, ControlRequest request)
    {
        foreach (var row in Rows[request.Type])
        {
            if (row.Platforms.Contains(system.PlatformId) && system.SystemVersion >= row.From && system.SystemVersion < row.Before)
                return row.Handler(system, request);
        }
        request.Finish(ControlResult.NotSupported);
        return [];
    }
}

using System.Text;
using Pogoline.Lab.Boot;
using Pogoline.Lab.Console;
using Pogoline.Lab.Control;
using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Board;

/// <summary>The Device OS that runs on a board, in so far as hosts ask for it: what it says of itself, and what they can make it do.</summary>
sealed class BoardSystem : IRunningSystem, IControlSystem, IWifiStore
{
    const ushort Chunks = 1500;

    // Until the modem of a cellular board can be asked after the start; hosts allow 20 s.
    static readonly TimeSpan ModemStart = TimeSpan.FromSeconds(12);

    readonly BoardHardware _hardware;
    readonly FlashModules _modules;
    readonly BoardIdentity _identity;
    readonly OtaArea _area;
    readonly Action<bool> _listen;
    readonly Func<TimeSpan> _uptime;
    bool _modemRuns;

    /// <summary>A system that has just started.</summary>
    /// <param name="hardware">The board.</param>
    /// <param name="modules">The modules as the system sees them.</param>
    /// <param name="listen">Starts or ends listening mode.</param>
    /// <param name="uptime">The time since its start.</param>
    public BoardSystem(BoardHardware hardware, FlashModules modules, Action<bool> listen, Func<TimeSpan> uptime)
    {
        (_hardware, _modules, _listen, _uptime) = (hardware, modules, listen, uptime);
        _identity = new(hardware);
        _area = new(hardware, modules);
        Update = new(_area, isStrict: SystemVersion >= SystemVersions.V3) { RequestReset = () => Leave(SystemExit.Restart) };
    }

    /// <summary>Stands between the system and those who ask it for its modules, to make faults.</summary>
    public Func<IReadOnlyList<InventoryEntry>, IReadOnlyList<InventoryEntry>> Report { get; init; } = modules => modules;

    /// <summary>How it is to be left, as soon as what it has in hand is done.</summary>
    public SystemExit? Exit { get; private set; }

    /// <summary>How it words the refusal of an update on the serial port; null when it gives the number.</summary>
    public Func<string>? ExplainRefusal =>
        SystemVersion < SystemVersions.UpdateSlotsForBootloader ? () => $"0x{(int)_area.FailedChecks:x}" : null;

    /// <summary>Whether Wi-Fi networks can be stored.</summary>
    public IWifiStore? Wifi => _modules.Map.HasWifi ? this : null;

    /// <inheritdoc/>
    public int PlatformId => _hardware.Platform.Id;

    /// <inheritdoc/>
    public int Generation => _hardware.Platform.Generation;

    /// <inheritdoc/>
    public ushort SystemVersion => _modules.SystemVersion;

    /// <inheritdoc cref="IRunningSystem.Version"/>
    public string Version => SystemReleases.Of(SystemVersion);

    /// <inheritdoc cref="IRunningSystem.DeviceId"/>
    public string DeviceId => _hardware.DeviceId;

    /// <inheritdoc/>
    public string? SerialNumber => _identity.SerialNumber;

    /// <inheritdoc/>
    public string? MobileSecret => _identity.MobileSecret;

    /// <inheritdoc/>
    public ModemIdentity? Modem => _identity.Modem;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte>? MacAddress => _identity.MacAddress;

    /// <inheritdoc/>
    public NcpFirmware? Ncp => _hardware.NcpVersion is var version and > 0 ? new($"0.0.{version}", version) : null;

    /// <inheritdoc/>
    public IEnumerable<SystemModule> Modules => Report(Inventory.Take(_modules, withFactory: true))
        .Select(entry => new SystemModule(entry.Header, entry.Row.Size, entry.Passed, entry.Row.IsFactory, _modules.ReadHash(entry.Row)));

    /// <inheritdoc/>
    public IReadOnlyList<StorageSection> Sections => Generation == 2 ? BoardSections.Of(_hardware, _modules.Map) : [];

    /// <inheritdoc/>
    public IReadOnlyList<WifiNetwork> WifiNetworks
    {
        get => _hardware.WifiNetworks;
        set => _hardware.WifiNetworks = value;
    }

    /// <inheritdoc/>
    public DctStore Dct => _hardware.Storage.Dct;

    /// <inheritdoc/>
    public string Diagnostics => $"{{\"sys:uptime\":{(long)_uptime().TotalSeconds}}}";

    /// <inheritdoc/>
    public FirmwareUpdate Update { get; }

    /// <inheritdoc/>
    public bool IsClaimed => Dct.Bytes[DctLayout.Claimed] == '1';

    /// <inheritdoc/>
    public bool IsListening { get; private set; }

    /// <inheritdoc/>
    public bool IsSetupDone
    {
        get => Dct.Bytes[DctLayout.SetupDone] is not (0x00 or 0xFF);
        set => Dct.Write(DctLayout.SetupDone, [value ? (byte)0x01 : (byte)0xFF]);
    }

    /// <inheritdoc/>
    public bool AllowsChunks => SystemVersion >= Chunks;

    /// <inheritdoc/>
    public bool AllowsRawActions => SystemVersion >= SystemVersions.UpdateSlotsForBootloader;

    /// <inheritdoc/>
    public bool OffersEnterprise => Generation == 2;

    /// <inheritdoc/>
    public void Listen(bool on)
    {
        IsListening = on;
        _listen(on);
    }

    /// <inheritdoc/>
    public void SetClaimCode(string code)
    {
        var bytes = new byte[DctLayout.ClaimCodeLength];
        Encoding.Latin1.GetBytes(code, bytes);
        Dct.Write(DctLayout.ClaimCode, bytes);
    }

    /// <summary>Nobody sees it.</summary>
    public void ShowPosition(bool on)
    {
    }

    /// <inheritdoc/>
    public void Leave(SystemExit exit)
    {
        var retained = _hardware.Retained;
        switch (exit)
        {
            case SystemExit.Dfu: retained.BootRequest = RetainedState.RequestDfu; break;
            case SystemExit.SafeMode: retained.BootRequest = RetainedState.RequestSafeMode; break;
            case SystemExit.FactoryReset: retained.FactoryReset = RetainedState.FactoryResetRequested; break;
        }
        Exit = exit;
    }

    /// <inheritdoc/>
    public void ListenAtStart(bool on) => _hardware.Retained.Listen = on ? RetainedState.ListenRequested : (ushort)0;

    /// <inheritdoc/>
    public TimeSpan StartModem()
    {
        if (_modemRuns || Modem is null) return TimeSpan.Zero;
        _modemRuns = true;
        return ModemStart;
    }

    /// <summary>There is no network to connect to.</summary>
    public void CancelConnecting(bool forGood)
    {
    }

    /// <inheritdoc/>
    public void ResetNow() => Leave(SystemExit.Restart);

    /// <inheritdoc/>
    public IEnumerable<TimeSpan> Handle(ControlRequest request) => RequestHandlers.Handle(this, request);

    /// <summary>No network is in sight.</summary>
    public bool TryScan(string ssid, out int security, out int cipher)
    {
        (security, cipher) = (0, 0);
        return false;
    }

    /// <summary>Storing a network ends listening mode.</summary>
    public int Store(WifiCredentials credentials, bool isTrial)
    {
        if (isTrial) return 0;
        _hardware.WifiNetworks = [.. WifiNetworks.Where(n => n.Ssid != credentials.Ssid), new(credentials.Ssid, credentials.Security, credentials.Cipher, credentials.Password)];
        Listen(false);
        return 0;
    }

    /// <summary>Taken as it is.</summary>
    public void ParseCertificate(string pem)
    {
    }

    /// <summary>Taken as it is.</summary>
    public void ParseKey(string pem)
    {
    }
}

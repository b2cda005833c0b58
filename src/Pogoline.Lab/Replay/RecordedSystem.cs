using System.Text;
using Pogoline.Lab.Boot;
using Pogoline.Lab.Console;
using Pogoline.Lab.Control;
using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Replay;

/// <summary>The rest of the board as the recordings had it: invented values, and a list of what was asked of it.</summary>
sealed class RecordedSystem : IRunningSystem, IControlSystem, IWifiStore
{
    const ushort FirstNetworkRequest = 400;

    readonly RecordedSetup _setup;
    readonly Action<string> _happened;

    /// <summary>A freshly started device.</summary>
    /// <param name="setup">What the recording says about it.</param>
    /// <param name="release">The Device OS release that was recorded.</param>
    /// <param name="happened">Takes what is asked of it.</param>
    public RecordedSystem(RecordedSetup setup, string release, Action<string> happened)
    {
        (_setup, _happened, Version) = (setup, happened, release);
        SystemVersion = SystemReleases.Find(release) ?? 0;
        Update = new(new RecordedUpdateArea(setup, happened), isStrict: SystemVersion >= SystemVersions.V3)
        {
            IsDisabled = setup.UpdatesDisabled != 0,
            Announce = what => happened($"firmware_update {what}"),
            // The recorder put a space behind it on the serial port.
            RequestReset = () => happened(setup.Entry is null ? "reset_pending" : "reset_pending "),
        };
    }

    public int PlatformId => _setup.Platform ?? 13;

    public int Generation => 3;

    public ushort SystemVersion { get; }

    public string Version { get; }

    public string DeviceId => "e00fce680123456789abcdef";

    // With its own handlers the recorded device had one that it was not asked to name.
    public string? SerialNumber => _setup.Entry is not null ? _setup.SerialNumber : _setup.NoSerial == 0 ? "B40HAB123456789" : null;

    public string? MobileSecret => _setup.MobileSecret;

    public ModemIdentity? Modem => new(_setup.Imei, _setup.Iccid, _setup.RadioVersion);

    public ReadOnlyMemory<byte>? MacAddress => _setup.IpConfig == 0 ? default(ReadOnlyMemory<byte>?) : new ReadOnlyMemory<byte>([0x0A, 0xE0, 0x0F, 0xCE, 0x68, 0xFF]);

    public NcpFirmware? Ncp => null;

    public IEnumerable<SystemModule> Modules =>
        _setup.Modules == 0 ? [] : _setup.Entry is null ? RecordedModules.OfHandlers : RecordedModules.OfConsole;

    public DctStore Dct { get; } = new(DctStore.Gen3FileLength, DctStore.Capacity);

    public string Diagnostics => """{"sys:a":42,"net:b":-5,"cloud:c":100000}""";

    public FirmwareUpdate Update { get; }

    public bool IsClaimed => _setup.Claimed != 0;

    public bool IsListening { get; private set; }

    public bool IsSetupDone { get; set; }

    public bool OffersEnterprise => _setup.Entry?.EndsWith("enterprise support", StringComparison.Ordinal) ?? false;

    public bool AllowsChunks => true;

    public bool AllowsRawActions => true;

    public void Listen(bool on)
    {
        IsListening = on;
        _happened(on ? "listening_enter" : "listening_exit");
    }

    public void SetClaimCode(string code) => _happened($"set_claim_code {code}");

    public void ShowPosition(bool on) => _happened(on ? "nyan_on" : "nyan_off");

    public void Leave(SystemExit exit) => _happened(_setup.Entry is not null ? "enter_safe_mode" : exit switch
    {
        SystemExit.Restart => "reset",
        SystemExit.FactoryReset => "factory_reset",
        SystemExit.Dfu => "dfu",
        _ => "safe_mode",
    });

    public void ListenAtStart(bool on)
    {
    }

    public TimeSpan StartModem() => TimeSpan.Zero;

    public void CancelConnecting(bool forGood)
    {
        if (forGood) _happened("cloud_flag_disconnect");
        _happened("network_connect_cancel");
        _happened("cloud_abort");
    }

    public void ResetNow() => _happened("system_reset");

    // The handlers of network requests were not part of the recorded code.
    public IEnumerable<TimeSpan> Handle(ControlRequest request)
    {
        if (request.Type < FirstNetworkRequest) return RequestHandlers.Handle(this, request);
        request.Finish(ControlResult.NotSupported);
        return [];
    }

    public bool TryScan(string ssid, out int security, out int cipher)
    {
        (security, cipher) = (_setup.ScanSecurity, _setup.ScanCipher);
        return _setup.Scan == ssid;
    }

    public int Store(WifiCredentials network, bool isTrial)
    {
        var enterprise = OffersEnterprise
            ? $" eap={network.Eap} identity={network.Identity} outer={network.OuterIdentity} client_certificate={Parsed(network.ClientCertificate)}"
                + $" private_key={Parsed(network.PrivateKey)} ca={Parsed(network.RootCertificate)}"
            : "";
        _happened($"credentials {(isTrial ? "dry_run " : "")}ssid={network.Ssid} password={network.Password}"
            + $" security={network.Security} cipher={network.Cipher}{enterprise}");
        return isTrial ? _setup.TrialResult : _setup.SaveResult;
    }

    public void ParseCertificate(string pem) => _happened($"parse_certificate {Described(pem)}");

    public void ParseKey(string pem) => _happened($"parse_key {Described(pem)}");

    // The stand-in made ten bytes of everything.
    static int Parsed(string pem) => pem.Length == 0 ? 0 : 10;

    static string Described(string pem) => $"length={pem.Length} fnv1a={Fnv1a.Of(Encoding.Latin1.GetBytes(pem))}";
}

using System.Text.Json.Serialization;

namespace Pogoline.Lab.Replay;

/// <summary>What stood in for the rest of the board while a conversation with a running system was recorded.</summary>
sealed record RecordedSetup
{
    [JsonPropertyName("pool_bytes")]
    public int? PoolBytes { get; init; }

    [JsonPropertyName("pointer_bytes")]
    public int? PointerBytes { get; init; }

    public string? Handlers { get; init; }

    public string? Hal { get; init; }

    public string? Entry { get; init; }

    [JsonPropertyName("ms")]
    public string? MobileSecret { get; init; }

    [JsonPropertyName("sn")]
    public string? SerialNumber { get; init; }

    public string? Imei { get; init; }

    public string? Iccid { get; init; }

    [JsonPropertyName("cellfw")]
    public string? RadioVersion { get; init; }

    [JsonPropertyName("no_serial")]
    public int NoSerial { get; init; }

    public int? Platform { get; init; }

    /// <summary>0: an empty list.</summary>
    public int? Modules { get; init; }

    public int Claimed { get; init; }

    [JsonPropertyName("ip_config")]
    public int? IpConfig { get; init; }

    public string? Scan { get; init; }

    [JsonPropertyName("scan_sec")]
    public int ScanSecurity { get; init; }

    [JsonPropertyName("scan_cipher")]
    public int ScanCipher { get; init; }

    [JsonPropertyName("dry_run_result")]
    public int TrialResult { get; init; }

    [JsonPropertyName("save_result")]
    public int SaveResult { get; init; }

    [JsonPropertyName("begin_ok")]
    public int? BeginSucceeds { get; init; }

    [JsonPropertyName("erase_ms")]
    public int EraseMilliseconds { get; init; }

    [JsonPropertyName("chunk_ms")]
    public int StoreMilliseconds { get; init; }

    [JsonPropertyName("fail_chunk")]
    public int FailingStore { get; init; }

    [JsonPropertyName("fail_chunk_code")]
    public int? FailingStoreCode { get; init; }

    public int? Finish { get; init; }

    [JsonPropertyName("finish_ms")]
    public int FinishMilliseconds { get; init; }

    public int Validate { get; init; }

    [JsonPropertyName("updates_disabled")]
    public int UpdatesDisabled { get; init; }
}

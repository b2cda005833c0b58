namespace Pogoline.Lab.Boot;

/// <summary>
/// What a board remembers over a reset but not over a loss of power: the backup registers of Gen 2, the retained RAM of Gen 3. The supply
/// of the backup registers is taken to go with the board's.
/// </summary>
public sealed class RetainedState
{
    /// <summary>Boot request: enter DFU mode.</summary>
    public const ushort RequestDfu = 0xEDFA;

    /// <summary>Boot request: enter safe mode.</summary>
    public const ushort RequestSafeMode = 0x5AFE;

    /// <summary>Boot request: none.</summary>
    public const ushort RequestNone = 0xFFFF;

    /// <summary>Value of <see cref="FactoryReset"/> that asks for one.</summary>
    public const ushort FactoryResetRequested = 0xAAAA;

    /// <summary>Value of <see cref="Watchdog"/> that starts the watchdog at the next start.</summary>
    public const ushort WatchdogEnabled = 0xD001;

    /// <summary>Value of <see cref="Listen"/> that starts the system in listening mode.</summary>
    public const ushort ListenRequested = 0x5A1B;

    /// <summary>The boot request word BKP1; also counts watchdog resets (1, 2, 3).</summary>
    public ushort BootRequest { get; set; }

    /// <summary>Request to listen at start.</summary>
    public ushort Listen { get; set; }

    /// <summary>System flag NVMEM_SPARK_Reset: 1 asks the system to reset its settings.</summary>
    public ushort ResetSettings { get; set; } = ushort.MaxValue;

    /// <summary>System flag Factory_Reset.</summary>
    public ushort FactoryReset { get; set; } = ushort.MaxValue;

    /// <summary>System flag IWDG_Enable.</summary>
    public ushort Watchdog { get; set; } = ushort.MaxValue;

    /// <summary>System flag StartupMode: bit 0 asks for safe mode.</summary>
    public byte StartupMode { get; set; } = byte.MaxValue;

    /// <summary>The reason that the running system gave for the last reset; 0 when none.</summary>
    public ResetReason Reason { get; set; }

    /// <summary>What remains when the power has gone.</summary>
    public void Clear()
    {
        (BootRequest, Listen, Reason) = (0, 0, 0);
        (ResetSettings, FactoryReset, Watchdog, StartupMode) = (ushort.MaxValue, ushort.MaxValue, ushort.MaxValue, byte.MaxValue);
    }
}

/// <summary>Why a running system reset the board, as it tells after the start.</summary>
public enum ResetReason
{
    /// <summary>Not said.</summary>
    None = 0,

    /// <summary>The watchdog fired.</summary>
    Watchdog = 60,

    /// <summary>An update was taken over.</summary>
    Update = 70,

    /// <summary>A factory reset.</summary>
    FactoryReset = 100,

    /// <summary>Into safe mode.</summary>
    SafeMode = 110,

    /// <summary>Into DFU mode.</summary>
    Dfu = 120,

    /// <summary>The system met a fault.</summary>
    Panic = 130,

    /// <summary>Asked for.</summary>
    User = 140,
}

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

    /// <summary>What remains when the power has gone.</summary>
    public void Clear()
    {
        (BootRequest, Listen) = (0, 0);
        (ResetSettings, FactoryReset, Watchdog, StartupMode) = (ushort.MaxValue, ushort.MaxValue, ushort.MaxValue, byte.MaxValue);
    }
}

using Pogoline.Lab.Boot;

namespace Pogoline.Lab.Swd;

/// <summary>What tells one microcontroller from another for a debug probe.</summary>
/// <param name="DebugPortId">DPIDR.</param>
/// <param name="HasJtag">Whether the debug port also speaks JTAG.</param>
/// <param name="CoreId">CPUID.</param>
/// <param name="HasFloatingPoint">Whether the core has a floating point unit.</param>
/// <param name="VectorTable">Where the core finds its first stack pointer and program counter.</param>
/// <param name="RamStart">The first address of the static memory.</param>
/// <param name="RamLength">Its length in bytes.</param>
/// <param name="InstructionsPerSecond">How fast the core is after a reset, taking a mean of 1.4 clock cycles for an instruction.</param>
/// <param name="RomTable">The identification of the ROM table: part number, JEP106 bank and code of its designer.</param>
/// <param name="TracePort">Part number of the TPIU; the ETM's follows from the core.</param>
/// <param name="TraceMacrocell">Part number of the ETM.</param>
/// <param name="SystemControl">Part number of the SCS.</param>
/// <param name="DebugInReset">Whether the debug port answers while the reset pin is held.</param>
sealed record ChipFacts(
    uint DebugPortId, bool HasJtag, uint CoreId, bool HasFloatingPoint, uint VectorTable, uint RamStart, uint RamLength, double InstructionsPerSecond,
    (ushort Part, byte Bank, byte Code) RomTable, ushort TracePort, ushort TraceMacrocell, ushort SystemControl, bool DebugInReset)
{
    /// <summary>Nordic nRF52840: Cortex-M4F at 64 MHz.</summary>
    public static ChipFacts Nrf52840 { get; } = new(
        0x2BA01477, false, 0x410FC241, true, 0x00000000, 0x20000000, 256 * 1024, 64e6 / 1.4, (0x008, 2, 0x44), 0x9A1, 0x925, 0x00C, DebugInReset: false);

    /// <summary>ST STM32F205: Cortex-M3, after a reset at 16 MHz.</summary>
    public static ChipFacts Stm32F205 { get; } = new(
        0x2BA01477, true, 0x412FC230, false, 0x08000000, 0x20000000, 128 * 1024, 16e6 / 1.4, (0x411, 0, 0x20), 0x923, 0x924, 0x000, DebugInReset: true);
}

/// <summary>The memories and the flash controller of a microcontroller, over the storage of a virtual board.</summary>
/// <param name="facts">What it is.</param>
/// <param name="hardware">The board that it is on.</param>
/// <param name="clock">The time of the target.</param>
abstract class TargetChip(ChipFacts facts, BoardHardware hardware, TargetClock clock)
{
    /// <summary>What it is.</summary>
    public ChipFacts Facts { get; } = facts;

    /// <summary>The board.</summary>
    protected BoardHardware Hardware { get; } = hardware;

    /// <summary>The time of the target.</summary>
    protected TargetClock Clock { get; } = clock;

    /// <summary>The static memory.</summary>
    public RamRegion Ram { get; } = new(facts.RamStart, facts.RamLength);

    /// <summary>Everything on the bus but the core's own.</summary>
    public abstract IReadOnlyList<BusRegion> Regions { get; }

    /// <summary>Whether the memory access port is closed.</summary>
    public virtual bool IsLocked => false;

    /// <summary>Whether the reset pin does anything.</summary>
    public virtual bool HasResetPin => true;

    /// <summary>Whether the flash controller never gets done again: a broken chip.</summary>
    public bool IsStuck { get; set; }

    /// <summary>The moment at which the flash controller is done.</summary>
    public abstract long Done { get; }

    /// <summary>A reset of everything but the debug port.</summary>
    public abstract void Reset();

    /// <summary>The chip for a board.</summary>
    /// <exception cref="PogolineException">The lab has none such.</exception>
    public static TargetChip Of(BoardHardware hardware, TargetClock clock, SwdTargetOptions options) => hardware.Platform.Mcu switch
    {
        "nRF52840" => new Nrf52840(hardware, clock, options.Variant),
        "STM32F205" => new Stm32F205(hardware, clock),
        _ => throw new PogolineException(
            SwdLabFaults.NoTarget, $"The lab has no debug target for the {hardware.Platform.Mcu} of a {hardware.Platform.Name}.", "Choose a Gen 2 or Gen 3 board."),
    };
}

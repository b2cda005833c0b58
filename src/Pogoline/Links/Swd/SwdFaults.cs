namespace Pogoline.Links.Swd;

/// <summary>Faults of probes, of SWD and of what hangs on it.</summary>
public static class SwdFaults
{
    /// <summary>The probe answers nonsense, or refuses a command.</summary>
    public static readonly FaultCode Probe = new("probe-protocol", ExitCode.Device, "The probe's firmware is too old or damaged, or another program talks to it too.");

    /// <summary>The probe went away or does not answer.</summary>
    public static readonly FaultCode ProbeGone = new("probe-gone", ExitCode.Device, "The probe was unplugged, or its USB connection is bad.");

    /// <summary>The probe cannot do what is needed.</summary>
    public static readonly FaultCode ProbeUnfit = new("probe-unfit", ExitCode.Refused, "This kind of probe, or its firmware, lacks a function that the target needs.");

    /// <summary>No target answers.</summary>
    public static readonly FaultCode NoTarget = new("swd-no-target", ExitCode.Device, "SWDIO and SWCLK are swapped or open, the target has no power, or its firmware uses the pins.");

    /// <summary>The target has no supply voltage.</summary>
    public static readonly FaultCode NoPower = new("swd-no-power", ExitCode.Device, "The board is not powered: a probe does not supply it, and its VTREF pin only measures.");

    /// <summary>The connection to the target broke while it was in use.</summary>
    public static readonly FaultCode Lost = new("swd-lost", ExitCode.Device, "A loose cable, a supply that sags, or a clock that is too fast for the wires.");

    /// <summary>The target refused an access to its memory.</summary>
    public static readonly FaultCode Bus = new("swd-bus-fault", ExitCode.Device, "There is no memory at that address, or it is protected.");

    /// <summary>The target is locked against debuggers.</summary>
    public static readonly FaultCode Locked = new("swd-locked", ExitCode.Refused, "Readback protection is on: APPROTECT of an nRF52840, RDP of an STM32F205.");

    /// <summary>The lock state reads differently from one time to the next.</summary>
    public static readonly FaultCode LockUnclear = new("swd-lock-unclear", ExitCode.Device, "The connection is bad; acting on a misread lock state would erase the device.");

    /// <summary>The chip is none that Pogoline programs.</summary>
    public static readonly FaultCode WrongTarget = new("swd-wrong-target", ExitCode.Refused, "The probe is connected to another chip than a Particle Gen 2 or Gen 3 microcontroller.");

    /// <summary>The core does not do what it is told.</summary>
    public static readonly FaultCode Core = new("swd-core", ExitCode.Device, "The core is held in reset, locked up, or its supply is unstable.");

    /// <summary>The loader in the target's RAM does not run or does not finish.</summary>
    public static readonly FaultCode Loader = new("swd-loader", ExitCode.Device, "The target was reset from outside, or its supply or RAM is unstable.");

    /// <summary>The flash controller reports an error.</summary>
    public static readonly FaultCode Flash = new("swd-flash", ExitCode.Failed, "The flash is worn or protected, or the supply is too low for the way it is programmed.");

    /// <summary>What lies in the flash is not what was written.</summary>
    public static readonly FaultCode Mismatch = new("swd-mismatch", ExitCode.Failed, "A worn flash, a sagging supply, or a bad cable.");

    /// <summary>The sectors are write-protected.</summary>
    public static readonly FaultCode Protected = new("swd-protected", ExitCode.Refused, "Write protection is on; Gen 2 boards come with the bootloader's sector protected.");

    /// <summary>Something was asked for that needs a permission of its own.</summary>
    public static readonly FaultCode NotAllowed = new("swd-not-allowed", ExitCode.Refused, "Mass erase, unlocking, option bytes and UICR are never touched without being allowed one by one.");

    /// <summary>After a mass erase the board could not start, because nothing brings back its MBR and UICR.</summary>
    public static readonly FaultCode NoBase = new("swd-no-base", ExitCode.Refused, "A release's modules hold neither the MBR nor the UICR of a Gen 3 board.");

    /// <summary>The addresses lie outside of the target's flash, or where nothing may be written.</summary>
    public static readonly FaultCode Range = new("swd-range", ExitCode.Refused, "The address is wrong, or the file is for another chip.");

    /// <summary>The board is another one than was said, or cannot be told.</summary>
    public static readonly FaultCode Board = new("swd-board", ExitCode.Refused, "The modules on it are another platform's, or there are none.");
}

namespace Pogoline.Lab.Swd;

/// <summary>Faults in setting up virtual probes and targets.</summary>
public static class SwdLabFaults
{
    /// <summary>The board's microcontroller is not one of the virtual targets.</summary>
    public static readonly FaultCode NoTarget = new("lab-no-target", ExitCode.Usage, "Only Gen 2 and Gen 3 boards have a virtual debug target.");

    /// <summary>The text does not name a kind of probe.</summary>
    public static readonly FaultCode NoProbe = new("lab-no-probe", ExitCode.Usage, "The text after --probe is no kind of virtual probe.");
}

/// <summary>How a target differs from a plain one.</summary>
public sealed record SwdTargetOptions
{
    /// <summary>
    /// nRF52840: four characters of the build code. From letter F on as third one the chip is locked after every reset unless UICR.APPROTECT
    /// is 0x5A.
    /// </summary>
    public string Variant { get; init; } = "AAC0";

    /// <summary>
    /// Bytes after which the address of the memory access port wraps. These cores count 12 bits; no more than 1024 may be relied on.
    /// </summary>
    public int AddressIncrement { get; init; } = 4096;
}

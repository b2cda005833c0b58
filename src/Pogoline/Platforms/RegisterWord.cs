namespace Pogoline.Platforms;

/// <summary>A word of the microcontroller's non-volatile configuration that a restore image sets (UICR of the nRF52840).</summary>
public sealed record RegisterWord
{
    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary>The Device OS versions whose restore images set it.</summary>
    public DeviceOsRange Os { get; init => field = value ?? DeviceOsRange.All; } = DeviceOsRange.All;

    /// <summary>Its address.</summary>
    public required FlashAddress Address { get; init; }

    /// <summary>Its value; stored least significant byte first.</summary>
    public required uint Value { get; init; }
}

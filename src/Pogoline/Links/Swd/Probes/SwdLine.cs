namespace Pogoline.Links.Swd.Probes;

/// <summary>Bit sequences on SWDIO, first bit in bit 0 of the first byte (ADIv5).</summary>
static class SwdLine
{
    /// <summary>Bits of <see cref="SwitchToSwd"/>.</summary>
    public const int SwitchToSwdBits = 136;

    /// <summary>56 ones, the switch from JTAG to SWD, 56 ones that reset the line, and 8 idle cycles. A port that has no JTAG ignores the switch.</summary>
    public static ReadOnlySpan<byte> SwitchToSwd =>
    [
        0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x9E, 0xE7, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00,
    ];
}

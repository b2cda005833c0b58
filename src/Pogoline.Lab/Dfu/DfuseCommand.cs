using System.Buffers.Binary;

namespace Pogoline.Lab.Dfu;

/// <summary>The first byte of a download to block 0 (DfuSe).</summary>
static class DfuseCommand
{
    public const byte GetCommands = 0x00;
    public const byte SetAddress = 0x21;
    public const byte Erase = 0x41;
    public const byte ReadUnprotect = 0x92;

    /// <summary>Particle's own, from Device OS 6.1.1.</summary>
    public const byte EnterSafeMode = 0xFA;

    /// <summary>Particle's own, from Device OS 6.2.0.</summary>
    public const byte ClearSecurityOverride = 0xFB;

    /// <summary>The length of a command with its address.</summary>
    public const int LengthWithAddress = 5;

    /// <summary>The address behind the command byte.</summary>
    public static uint AddressOf(ReadOnlySpan<byte> command) => BinaryPrimitives.ReadUInt32LittleEndian(command[1..]);
}

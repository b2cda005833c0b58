using System.Buffers.Binary;

namespace Pogoline.Links.Swd.Probes.StLink;

/// <summary>A command of an ST-LINK: 16 bytes, then a data phase one way or the other.</summary>
readonly record struct StLinkCommand
{
    /// <summary>Bytes of every command.</summary>
    public const int Size = 16;

    const byte DfuGroup = 0xF3;
    const byte SwimGroup = 0xF4;
    const byte DebugGroup = 0xF2;
    const ushort DebugPort = 0xFFFF;

    readonly byte[] _bytes;

    StLinkCommand(params ReadOnlySpan<byte> bytes)
    {
        _bytes = new byte[Size];
        bytes.CopyTo(_bytes);
    }

    /// <summary>The whole command.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Versions of its firmware; 6 bytes come.</summary>
    public static StLinkCommand GetVersion { get; } = new(0xF1);

    /// <summary>What it is doing; 2 bytes come.</summary>
    public static StLinkCommand GetMode { get; } = new(0xF5);

    /// <summary>Two measurements that give the target's voltage; 8 bytes come.</summary>
    public static StLinkCommand GetVoltage { get; } = new(0xF7);

    /// <summary>Leaves DFU mode.</summary>
    public static StLinkCommand ExitDfu { get; } = new(DfuGroup, 0x07);

    /// <summary>Leaves SWIM mode.</summary>
    public static StLinkCommand ExitSwim { get; } = new(SwimGroup, 0x01);

    /// <summary>Leaves debug mode.</summary>
    public static StLinkCommand ExitDebug { get; } = new(DebugGroup, 0x21);

    /// <summary>Enters SWD without a reset; a status comes.</summary>
    public static StLinkCommand EnterSwd { get; } = new(DebugGroup, 0x30, 0xA3);

    /// <summary>DPIDR as entering found it; 12 bytes come.</summary>
    public static StLinkCommand ReadIdCodes { get; } = new(DebugGroup, 0x31);

    /// <summary>How the last memory access ended; 2 bytes come.</summary>
    public static StLinkCommand GetStatus { get; } = new(DebugGroup, 0x3B);

    /// <summary>How the last memory access ended, with its address; 12 bytes come.</summary>
    public static StLinkCommand GetLongStatus { get; } = new(DebugGroup, 0x3E);

    /// <summary>Readies an access port; a status comes.</summary>
    public static StLinkCommand OpenAccessPort(byte port) => new(DebugGroup, 0x4B, port);

    /// <summary>Drives nRESET; a status comes.</summary>
    public static StLinkCommand DriveReset(bool isLow) => new(DebugGroup, 0x3C, isLow ? (byte)0 : (byte)1);

    /// <summary>Sets SWCLK by its divisor; a status comes.</summary>
    public static StLinkCommand SetDivisor(ushort divisor) => new(DebugGroup, 0x43, (byte)divisor, (byte)(divisor >> 8));

    /// <summary>Reads a register of an access port, or of the debug port when there is none; 8 bytes come.</summary>
    public static StLinkCommand ReadRegister(byte? port, byte register) => Register(0x45, port, register, 0);

    /// <summary>Writes a register of an access port, or of the debug port when there is none; a status comes.</summary>
    public static StLinkCommand WriteRegister(byte? port, byte register, uint value) => Register(0x46, port, register, value);

    /// <summary>Reads memory by accesses of a width; that many bytes come.</summary>
    public static StLinkCommand ReadMemory(int width, uint address, int length) => Memory(width switch { 1 => 0x0C, 2 => 0x47, _ => 0x07 }, address, length);

    /// <summary>Writes memory by accesses of a width; that many bytes follow.</summary>
    public static StLinkCommand WriteMemory(int width, uint address, int length) => Memory(width switch { 1 => 0x0D, 2 => 0x48, _ => 0x08 }, address, length);

    static StLinkCommand Register(byte command, byte? port, byte register, uint value)
    {
        var made = new StLinkCommand(DebugGroup, command);
        BinaryPrimitives.WriteUInt16LittleEndian(made._bytes.AsSpan(2), port ?? DebugPort);
        BinaryPrimitives.WriteUInt16LittleEndian(made._bytes.AsSpan(4), register);
        BinaryPrimitives.WriteUInt32LittleEndian(made._bytes.AsSpan(6), value);
        return made;
    }

    static StLinkCommand Memory(byte command, uint address, int length)
    {
        var made = new StLinkCommand(DebugGroup, command);
        BinaryPrimitives.WriteUInt32LittleEndian(made._bytes.AsSpan(2), address);
        BinaryPrimitives.WriteUInt16LittleEndian(made._bytes.AsSpan(6), (ushort)length);
        return made;
    }
}

/// <summary>What the firmware of an ST-LINK is and can do.</summary>
/// <param name="Major">1, 2 or 3.</param>
/// <param name="Debug">The version of its debug part, the <c>J</c> in <c>V2J37S7</c>.</param>
/// <param name="Other">The version of the rest: SWIM or mass storage.</param>
readonly record struct StLinkVersion(int Major, int Debug, int Other)
{
    /// <summary>Whether the status of a memory access comes with its address.</summary>
    public bool HasLongStatus => Debug >= 15;

    /// <summary>Whether the clock can be set.</summary>
    public bool HasClock => Debug >= 22;

    /// <summary>Whether registers of debug and access ports can be reached.</summary>
    public bool HasRegisters => Debug >= 24;

    /// <summary>Whether memory can be accessed by half-words.</summary>
    public bool HasHalfWords => Debug >= 26;

    /// <summary>Whether access ports must be opened.</summary>
    public bool OpensPorts => Debug >= 28;

    /// <summary>Reads the reply to GET_VERSION.</summary>
    public static StLinkVersion Read(ReadOnlySpan<byte> reply)
    {
        var version = BinaryPrimitives.ReadUInt16BigEndian(reply);
        return new(version >> 12, (version >> 6) & 0x3F, version & 0x3F);
    }

    /// <inheritdoc/>
    public override string ToString() => $"V{Major}J{Debug}S{Other}";
}

/// <summary>How a command of an ST-LINK ended.</summary>
enum StLinkStatus : byte
{
    Ok = 0x80,
    Fault = 0x81,
    NoDevice = 0x05,
    IdCode = 0x09,
    WriteError = 0x0C,
    WriteVerify = 0x0D,
    ApWait = 0x10,
    ApFault = 0x11,
    ApError = 0x12,
    ApParity = 0x13,
    DpWait = 0x14,
    DpFault = 0x15,
    DpError = 0x16,
    DpParity = 0x17,
    ApWriteData = 0x18,
    ApSticky = 0x19,
    ApOverrun = 0x1A,
    BadAp = 0x1D,
}

namespace Pogoline.Links.Swd.Probes.JLink;

/// <summary>Numbers of the J-Link commands in use.</summary>
enum JLinkCommand : byte
{
    Version = 0x01,
    SetSpeed = 0x05,
    GetState = 0x07,
    Register = 0x09,
    SelectInterface = 0xC7,
    SwdTransfer = 0xCF,
    GetFreeMemory = 0xD4,
    ResetLow = 0xDC,
    ResetHigh = 0xDD,
    GetCapabilities = 0xE8,
}

/// <summary>Capability bits; a command without its bit would hang the probe.</summary>
[Flags]
enum JLinkCapabilities : uint
{
    FreeMemory = 1u << 11,
    SelectInterface = 1u << 17,
    Register = 1u << 27,
}

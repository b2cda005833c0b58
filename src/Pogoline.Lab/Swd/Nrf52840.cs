using System.Buffers.Binary;
using System.Text;
using Pogoline.Lab.Boot;

namespace Pogoline.Lab.Swd;

/// <summary>The nRF52840: flash and UICR behind the NVMC, FICR, access port protection.</summary>
sealed class Nrf52840 : TargetChip
{
    const int ProtectOffset = 0x208, ResetPinOffset = 0x200;
    const uint Flash = 0x00000000, FlashLength = 0x00100000, Ficr = 0x10000000, Uicr = 0x10001000;

    readonly bool _isHardened;
    bool _isProtected, _isOpenForNow;

    public Nrf52840(BoardHardware hardware, TargetClock clock, string variant) : base(ChipFacts.Nrf52840, hardware, clock)
    {
        _isHardened = variant[2] >= 'F';
        Controller = new(hardware, clock, this);
        Regions =
        [
            Ram,
            new NvmcMemory(Flash, FlashLength, 0, Controller),
            new NvmcMemory(Uicr, 0x1000, Nvmc.UicrOffset, Controller),
            new PlainRegion(Ficr, 0x1000, FactoryInformation(hardware.DeviceId, variant), isReadOnly: true, other: uint.MaxValue),
            Controller,
            new PlainRegion(0x40000000, 0x10000000), new PlainRegion(0x50000000, 0x10000000),
        ];
        Reset();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BusRegion> Regions { get; }

    /// <summary>The flash controller.</summary>
    public Nvmc Controller { get; }

    /// <inheritdoc/>
    public override bool IsLocked => _isProtected && !_isOpenForNow;

    /// <summary>Both words name P0.18.</summary>
    public override bool HasResetPin => Hardware.ReadUicr(ResetPinOffset) == 0x12 && Hardware.ReadUicr(ResetPinOffset + 4) == 0x12;

    /// <inheritdoc/>
    public override long Done => Controller.Done;

    /// <inheritdoc/>
    public override void Reset()
    {
        Controller.Reset();
        var protect = (byte)Hardware.ReadUicr(ProtectOffset);
        _isProtected = _isHardened ? protect != 0x5A : protect != 0xFF;
        if (_isProtected) _isOpenForNow = false;
    }

    /// <summary>Erases flash and UICR for the control access port.</summary>
    public void EraseEverything()
    {
        Controller.EraseEverything();
        _isOpenForNow = true;
    }

    /// <summary>A reset by the control access port does not lock a chip again that was just erased.</summary>
    public void ResetByControlPort()
    {
        var wasOpen = _isOpenForNow;
        Reset();
        _isOpenForNow = wasOpen;
    }

    static Dictionary<uint, uint> FactoryInformation(string deviceId, string variant)
    {
        var id = Convert.FromHexString(deviceId)[4..];
        return new()
        {
            [0x10] = 0x1000, [0x14] = 0x100, [0x5C] = 0x0000FFFF,
            [0x60] = BinaryPrimitives.ReadUInt32LittleEndian(id), [0x64] = BinaryPrimitives.ReadUInt32LittleEndian(id.AsSpan(4)),
            [0x100] = 0x00052840, [0x104] = BinaryPrimitives.ReadUInt32BigEndian(Encoding.ASCII.GetBytes(variant)),
            [0x108] = 0x2004, [0x10C] = 0x100, [0x110] = 0x400,
        };
    }
}

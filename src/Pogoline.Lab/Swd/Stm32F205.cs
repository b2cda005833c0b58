using System.Buffers.Binary;
using Pogoline.Lab.Boot;

namespace Pogoline.Lab.Swd;

/// <summary>The STM32F205: flash behind its controller, one-time-programmable memory, unique ID, option bytes, DBGMCU.</summary>
sealed class Stm32F205 : TargetChip
{
    const uint Flash = 0x08000000, FlashLength = 0x00100000, Otp = 0x1FFF7800, OtpLength = 528, UniqueId = 0x1FFF7A10;

    public Stm32F205(BoardHardware hardware, TargetClock clock) : base(ChipFacts.Stm32F205, hardware, clock)
    {
        Controller = new(hardware, clock, this);
        Regions =
        [
            Ram,
            new Stm32FlashMemory(Flash, FlashLength, Controller), new Stm32FlashMemory(0, FlashLength, Controller),
            Controller,
            new PlainRegion(UniqueId, 0x20, Identification(hardware.DeviceId), isReadOnly: true, other: uint.MaxValue),
            new Stm32Otp(Otp, OtpLength, hardware),
            new PlainRegion(0x1FFF0000, 0x7800, isReadOnly: true),
            new Stm32OptionBytes(Controller),
            new PlainRegion(0xE0042000, 0x400, new Dictionary<uint, uint> { [0] = 0x20036411 }),
            new PlainRegion(0x40000000, 0x20000000),
        ];
        Reset();
    }

    /// <inheritdoc/>
    public override IReadOnlyList<BusRegion> Regions { get; }

    /// <summary>The flash controller.</summary>
    public Stm32FlashController Controller { get; }

    /// <inheritdoc/>
    public override long Done => Controller.Done;

    /// <inheritdoc/>
    public override void Reset() => Controller.Reset();

    static Dictionary<uint, uint> Identification(string deviceId)
    {
        const uint SizeOffset = 0x10, KilobytesInUpperHalf = 1024u << 16;
        var id = Convert.FromHexString(deviceId);
        var words = new Dictionary<uint, uint> { [SizeOffset] = KilobytesInUpperHalf | 0xFFFF };
        for (var i = 0; i < 12; i += 4) words[(uint)i] = BinaryPrimitives.ReadUInt32LittleEndian(id.AsSpan(i));
        return words;
    }
}

/// <summary>The one-time-programmable memory as it reads; the lab does not let anybody write it.</summary>
sealed class Stm32Otp(uint start, uint length, BoardHardware hardware) : RegisterRegion(start, length)
{
    /// <inheritdoc/>
    protected override bool TryReadRegister(uint offset, out uint value)
    {
        value = BinaryPrimitives.ReadUInt32LittleEndian(hardware.Storage.Otp.AsSpan((int)offset));
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryWriteRegister(uint offset, uint value) => true;
}

/// <summary>The option bytes as the controller has loaded them.</summary>
sealed class Stm32OptionBytes(Stm32FlashController controller) : RegisterRegion(0x1FFFC000, 16)
{
    /// <inheritdoc/>
    protected override bool TryReadRegister(uint offset, out uint value)
    {
        var half = offset switch
        {
            0 => controller.Options & 0xFFFF,
            8 => controller.Options >> 16 & 0xFFF,
            _ => 0xFFFFu,
        };
        value = half | ~half << 16;
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryWriteRegister(uint offset, uint value) => true;
}

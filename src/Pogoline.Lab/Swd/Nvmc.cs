using System.Buffers.Binary;
using Pogoline.Lab.Boot;

namespace Pogoline.Lab.Swd;

/// <summary>
/// The non-volatile memory controller of the nRF52840: writes of whole words, page erase, erase of everything, and nothing of it unless
/// CONFIG allows it. Flash that is written or erased stalls whoever touches it.
/// </summary>
/// <param name="hardware">The board whose flash and UICR it writes.</param>
/// <param name="clock">The time of the target.</param>
/// <param name="chip">The chip that it is in.</param>
sealed class Nvmc(BoardHardware hardware, TargetClock clock, TargetChip chip) : RegisterRegion(0x4001E000, 0x1000)
{
    /// <summary>Offsets from here on are in the UICR, those below in the flash.</summary>
    public const uint UicrOffset = 0x10000000;

    const uint Ready = 0x400, ReadyNext = 0x408, Config = 0x504, ErasePage = 0x508, EraseAll = 0x50C, ErasePageOld = 0x510, EraseUicr = 0x514;
    const uint WriteEnable = 1, EraseEnable = 2, PageLength = 4096;
    static readonly TimeSpan EraseAllTime = TimeSpan.FromMilliseconds(169);

    readonly Dictionary<uint, uint> _others = [];
    uint _config;
    long _busyUntil;

    /// <summary>The moment at which what it does now is done.</summary>
    public long Done => chip.IsStuck ? long.MaxValue : _busyUntil;

    bool IsReady => Done <= clock.Now;

    /// <summary>Back to read only.</summary>
    public void Reset() => _config = 0;

    /// <summary>Erases flash and UICR.</summary>
    public void EraseEverything()
    {
        hardware.EraseChip();
        hardware.Flash.TakeBusyTime();
        Work(EraseAllTime);
    }

    /// <summary>Reads flash or UICR.</summary>
    public uint Read(uint offset) => offset < UicrOffset
        ? BinaryPrimitives.ReadUInt32LittleEndian(hardware.Flash.Cells[(int)offset..])
        : offset - UicrOffset < hardware.Storage.Uicr.Length ? hardware.ReadUicr((int)(offset - UicrOffset)) : uint.MaxValue;

    /// <summary>Programs a word of flash or UICR.</summary>
    /// <returns>False when CONFIG does not allow it.</returns>
    public bool TryProgram(uint offset, uint value)
    {
        if (_config != WriteEnable) return false;
        if (offset < UicrOffset)
        {
            Span<byte> word = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(word, value);
            hardware.Flash.Program(new(offset), word);
        }
        else if (offset - UicrOffset < hardware.Storage.Uicr.Length)
        {
            hardware.ProgramUicr((int)(offset - UicrOffset), value);
        }
        Work(offset < UicrOffset ? hardware.Flash.TakeBusyTime() : TimeSpan.FromMicroseconds(41));
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryReadRegister(uint offset, out uint value)
    {
        value = offset switch
        {
            Ready or ReadyNext => IsReady ? 1u : 0,
            Config => _config,
            _ => _others.GetValueOrDefault(offset),
        };
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryWriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Config:
                _config = value & 3;
                break;
            case ErasePage or ErasePageOld when _config == EraseEnable:
                if (value < hardware.Flash.Range.End.Value) hardware.Flash.Erase(new FlashAddress(value & ~(PageLength - 1)));
                Work(hardware.Flash.TakeBusyTime());
                break;
            case EraseAll when _config == EraseEnable && (value & 1) != 0:
                EraseEverything();
                break;
            case EraseUicr when _config == EraseEnable && (value & 1) != 0:
                hardware.Storage.Uicr.AsSpan().Fill(0xFF);
                Work(TimeSpan.FromMilliseconds(85));
                break;
            case ErasePage or ErasePageOld or EraseAll or EraseUicr or Ready or ReadyNext:
                break;
            default:
                _others[offset] = value;
                break;
        }
        return true;
    }

    void Work(TimeSpan time) => _busyUntil = clock.After(_busyUntil, time);
}

/// <summary>Memory behind the NVMC: read in any size, written by words.</summary>
sealed class NvmcMemory(uint start, uint length, uint place, Nvmc controller) : BusRegion(start, length)
{
    /// <inheritdoc/>
    public override long BusyUntil => controller.Done;

    /// <inheritdoc/>
    public override bool TryRead(uint offset, int size, out uint value)
    {
        value = controller.Read(place + (offset & ~3u)) >> (int)(offset & 3) * 8;
        if (size < 4) value &= (1u << size * 8) - 1;
        return true;
    }

    /// <inheritdoc/>
    public override bool TryWrite(uint offset, int size, uint value) => size == 4 && controller.TryProgram(place + offset, value);
}

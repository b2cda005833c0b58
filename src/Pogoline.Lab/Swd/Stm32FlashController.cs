using System.Buffers.Binary;
using Pogoline.Lab.Boot;

namespace Pogoline.Lab.Swd;

/// <summary>
/// The flash controller of the STM32F2: keys, sector and mass erase, programming in the width that is set, write and read-out protection.
/// The two sectors of the device configuration table show the table as DFU has it in the first of them; their own format is not that of
/// the real board.
/// </summary>
/// <param name="hardware">The board whose flash it writes.</param>
/// <param name="clock">The time of the target.</param>
/// <param name="chip">The chip that it is in.</param>
sealed class Stm32FlashController(BoardHardware hardware, TargetClock clock, TargetChip chip) : RegisterRegion(0x40023C00, 0x400)
{
    const uint Access = 0x00, Key = 0x04, OptionKey = 0x08, Status = 0x0C, Control = 0x10, Option = 0x14;
    const uint OperationError = 1 << 1, WriteProtectError = 1 << 4, ParallelismError = 1 << 6, SequenceError = 1 << 7, Busy = 1 << 16;
    const uint Errors = OperationError | WriteProtectError | 1 << 5 | ParallelismError | SequenceError;
    const uint Program = 1 << 0, SectorErase = 1 << 1, MassErase = 1 << 2, StartErase = 1 << 16, Lock = 1u << 31;
    const uint OptionLock = 1 << 0, OptionStart = 1 << 1, OptionBits = 0x0FFFFFEC;
    const uint DctStart = 0x4000, DctLength = 0x4000, DctEnd = DctStart + DctLength;

    // Milliseconds by parallelism (8, 16, 32 bits) and kilobytes of the sector.
    static readonly Dictionary<int, double[]> EraseTimes = new() { [16] = [400, 300, 250], [64] = [1200, 700, 550], [128] = [2000, 1300, 1000] };
    static readonly double[] MassEraseTimes = [16000, 11000, 8000];
    static readonly TimeSpan ProgramTime = TimeSpan.FromMicroseconds(16), OptionTime = TimeSpan.FromMilliseconds(250);

    // One key sequence: what is written next, and what follows from a wrong word.
    sealed class KeySequence(uint first, uint second)
    {
        int _step;

        public bool IsLocked { get; private set; } = true;

        public void Reset() => (_step, IsLocked) = (0, true);

        public void Relock() => Reset();

        public bool TryEnter(uint value)
        {
            const int Barred = 2;
            if (!IsLocked || _step == Barred || value != (_step == 0 ? first : second))
            {
                (_step, IsLocked) = (Barred, true);
                return false;
            }
            _step = 1 - _step;
            IsLocked = _step != 0;
            return true;
        }
    }

    readonly KeySequence _control = new(0x45670123, 0xCDEF89AB), _option = new(0x08192A3B, 0x4C5D6E7F);
    readonly List<AddressRange> _sectors = [.. hardware.Platform.StorageOf(Platforms.StorageKind.InternalFlash).EraseUnits(hardware.Flash.Range)];
    uint _access, _status, _settings, _optionSettings;
    long _busyUntil;

    /// <summary>The option bytes in force, as OPTCR shows them.</summary>
    public uint Options
    {
        get => hardware.OptionBytes;
        private set => hardware.OptionBytes = value;
    }

    /// <summary>The moment at which what it does now is done.</summary>
    public long Done => chip.IsStuck ? long.MaxValue : _busyUntil;

    /// <summary>Whether debug probes may not touch the flash.</summary>
    public bool IsReadProtected => (Options >> 8 & 0xFF) != 0xAA;

    int Parallelism => (int)(_settings >> 8 & 3);

    /// <summary>Locked, nothing set.</summary>
    public void Reset()
    {
        _control.Reset();
        _option.Reset();
        (_access, _status, _settings, _optionSettings) = (0, 0, 0, Options);
    }

    /// <summary>Puts option bytes in force, as somebody before did.</summary>
    public void LoadOptions(uint options) => Options = _optionSettings = options & OptionBits;

    /// <summary>Reads a byte of the flash.</summary>
    public byte Read(uint offset) => offset is >= DctStart and < DctEnd ? ReadDct(offset) : hardware.Flash.Cells[(int)offset];

    /// <summary>Programs as many bytes as the width that is set; what goes wrong is told by the status register only.</summary>
    public void ProgramUnit(uint offset, int size, uint value)
    {
        if ((_status & Errors) != 0) return;
        if ((_settings & Program) == 0) _status |= SequenceError;
        else if (Parallelism > 2 || size != 1 << Parallelism) _status |= ParallelismError;
        else if (IsProtected(SectorOf(offset))) _status |= WriteProtectError;
        else
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            Put(offset, bytes[..size]);
            Work(ProgramTime);
        }
    }

    /// <inheritdoc/>
    protected override bool TryReadRegister(uint offset, out uint value)
    {
        value = offset switch
        {
            Access => _access,
            Status => _status | (Done > clock.Now ? Busy : 0),
            Control => _settings | (_control.IsLocked ? Lock : 0),
            Option => _optionSettings | (_option.IsLocked ? OptionLock : 0),
            _ => 0,
        };
        return true;
    }

    /// <inheritdoc/>
    protected override bool TryWriteRegister(uint offset, uint value)
    {
        switch (offset)
        {
            case Access:
                _access = value;
                return true;
            case Key:
                return _control.TryEnter(value);
            case OptionKey:
                return _option.TryEnter(value);
            case Status:
                _status &= ~(value & (Errors | 1));
                return true;
            case Control when !_control.IsLocked:
                WriteControl(value);
                return true;
            case Option when !_option.IsLocked:
                WriteOption(value);
                return true;
            default:
                return true;
        }
    }

    void WriteControl(uint value)
    {
        _settings = value & 0x030003FF;
        if ((value & StartErase) != 0 && (_status & Errors) == 0) Erase();
        if ((value & Lock) != 0) _control.Relock();
    }

    void Erase()
    {
        switch (_settings & (Program | SectorErase | MassErase))
        {
            case SectorErase when (int)(_settings >> 3 & 0xF) is var sector && sector < _sectors.Count:
                if (IsProtected(sector)) { _status |= WriteProtectError; return; }
                EraseSector(sector);
                Work(TimeSpan.FromMilliseconds(EraseTimes[(int)(_sectors[sector].Length >> 10)][Math.Min(Parallelism, 2)]));
                break;
            case MassErase:
                if (Enumerable.Range(0, _sectors.Count).Any(IsProtected)) { _status |= WriteProtectError; return; }
                EraseAll();
                break;
        }
    }

    void EraseAll()
    {
        hardware.EraseChip();
        hardware.Storage.TakeBusyTime();
        Work(TimeSpan.FromMilliseconds(MassEraseTimes[Math.Min(Parallelism, 2)]));
    }

    void EraseSector(int sector)
    {
        hardware.Flash.Erase(_sectors[sector].Start);
        hardware.Flash.TakeBusyTime();
        if (_sectors[sector].Start - hardware.Flash.Range.Start != DctStart) return;
        hardware.Storage.Dct.Reset();
        hardware.WifiNetworks = [];
    }

    void WriteOption(uint value)
    {
        const uint LevelTwo = 0xCC;
        _optionSettings = value & OptionBits;
        if ((value & OptionStart) != 0 && (Options >> 8 & 0xFF) != LevelTwo)
        {
            var wasProtected = IsReadProtected;
            Options = _optionSettings;
            if (wasProtected && !IsReadProtected) EraseAll();
            else Work(OptionTime);
        }
        if ((value & OptionLock) != 0) _option.Relock();
    }

    bool IsProtected(int sector) => (Options >> 16 >> sector & 1) == 0;

    int SectorOf(uint offset) => _sectors.FindIndex(sector => sector.Contains(hardware.Flash.Range.Start + offset));

    byte ReadDct(uint offset)
    {
        var dct = hardware.Storage.Dct.Bytes;
        var at = (int)(offset - DctStart);
        return at < dct.Length ? dct[at] : (byte)0xFF;
    }

    void Put(uint offset, ReadOnlySpan<byte> data)
    {
        if (offset is >= DctStart and < DctStart + DctLength)
        {
            Span<byte> cells = stackalloc byte[4];
            for (var i = 0; i < data.Length; i++) cells[i] = (byte)(ReadDct(offset + (uint)i) & data[i]);
            hardware.Storage.Dct.Write((int)(offset - DctStart), cells[..data.Length]);
            hardware.Storage.Dct.TakeBusyTime();
        }
        else
        {
            hardware.Flash.Program(hardware.Flash.Range.Start + offset, data);
            hardware.Flash.TakeBusyTime();
        }
    }

    void Work(TimeSpan time) => _busyUntil = clock.After(_busyUntil, time);
}

/// <summary>Flash behind the controller; at read-out protection a debug probe gets bus errors.</summary>
sealed class Stm32FlashMemory(uint start, uint length, Stm32FlashController controller) : BusRegion(start, length)
{
    /// <inheritdoc/>
    public override long BusyUntil => controller.Done;

    /// <inheritdoc/>
    public override bool TryRead(uint offset, int size, out uint value)
    {
        value = 0;
        if (controller.IsReadProtected) return false;
        for (var i = 0; i < size; i++) value |= (uint)controller.Read(offset + (uint)i) << i * 8;
        return true;
    }

    /// <inheritdoc/>
    public override bool TryWrite(uint offset, int size, uint value)
    {
        if (controller.IsReadProtected) return false;
        controller.ProgramUnit(offset, size, value);
        return true;
    }
}

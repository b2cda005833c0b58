using Pogoline.Lab.Board;
using Pogoline.Lab.Swd.Core;

namespace Pogoline.Lab.Swd;

/// <summary>
/// The microcontroller of a virtual board as a debug probe finds it: debug port, access ports, core, memories, reset pin. It works on the
/// storage of the board, so what is programmed here is what the board starts from.
/// </summary>
public sealed class SwdTarget : IControlledChip, IFirmware
{
    const int Volts = 3300;

    // Where nothing takes any time, the application gets as far as its pins after that many transactions; a real one takes some 400 ms.
    const int RequestsOfAStart = 200;

    readonly VirtualBoard _board;
    readonly TargetBus _bus;
    readonly CortexM _core;
    readonly MemoryAccessPort _memoryPort;
    int _resets, _startLeft;
    bool _isPowered, _isFrozen, _controlPortHolds, _pinHolds;

    /// <summary>The target of a board.</summary>
    /// <param name="board">The board.</param>
    /// <param name="clock">How time passes.</param>
    /// <param name="options">How it differs from a plain one.</param>
    /// <exception cref="PogolineException">The lab has no target for the board's microcontroller.</exception>
    public SwdTarget(VirtualBoard board, LabClock clock, SwdTargetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(board);
        options ??= new();
        (_board, Clock) = (board, new(clock));
        Chip = TargetChip.Of(board.Hardware, Clock, options);
        var regions = new List<BusRegion>(Chip.Regions);
        _bus = new(regions);
        _core = new(Chip.Facts, _bus, Clock, this, () => Chip.Done);
        regions.AddRange([.. CoreSight.RegionsOf(Chip.Facts), _core.Breakpoints, new SystemControlSpace(_core, Chip.Facts, Reset)]);
        _memoryPort = new(_bus, Clock, () => Chip.IsLocked, (uint)options.AddressIncrement);
        Port = new(Chip.Facts.DebugPortId, Clock)
        {
            AccessPorts = Chip is Nrf52840 ? [_memoryPort, new ControlAccessPort(this, Clock)] : [_memoryPort],
            Before = CatchUp,
        };
        Pins = new(Port, Chip.Facts.HasJtag);
        FollowBoard();
    }

    /// <summary>The board.</summary>
    public VirtualBoard Board => _board;

    /// <summary>Whether the cable to the probe is plugged in; without it nothing answers.</summary>
    public bool IsCabled { get; set; } = true;

    /// <summary>Whether the flash controller never gets done again.</summary>
    public bool IsStuck
    {
        get => Chip.IsStuck;
        set => Chip.IsStuck = value;
    }

    /// <summary>Whether the wire from the probe's reset output to the board is there.</summary>
    public bool HasResetWire { get; set; } = true;

    /// <summary>The supply that the probe measures, in millivolts.</summary>
    public int Millivolts => IsCabled && _board.IsPowered ? Volts : 0;

    /// <summary>Chooses the fault of each transaction; null for none.</summary>
    public Func<SwdTransaction, SwdFault?>? Fault
    {
        get => Port.Fault;
        set => Port.Fault = value;
    }

    internal TargetClock Clock { get; }
    internal TargetChip Chip { get; }
    internal DebugPort Port { get; }
    internal SwdPins Pins { get; }
    internal CortexM Core => _core;

    bool IControlledChip.IsLocked => Chip.IsLocked;
    long IControlledChip.EraseEnd => Chip.Done;

    /// <summary>Option bytes as OPTCR has them, put in force as somebody before did (STM32F205).</summary>
    /// <param name="options">Bits 27…16 write protection, 15…8 read-out protection.</param>
    public void LoadOptionBytes(uint options) => ((Stm32F205)Chip).Controller.LoadOptions(options);

    /// <summary>The supply drops for a moment: everything without power of its own is lost, the board starts again.</summary>
    public void BrownOut()
    {
        _board.CutPower();
        FollowBoard();
        _board.PowerOn();
        FollowBoard();
    }

    /// <summary>The reset line of the probe.</summary>
    internal bool IsResetDriven
    {
        get;
        set
        {
            if (field == value) return;
            field = value;
            if (HasResetWire && IsCabled) DrivePin(value);
        }
    }

    /// <summary>Takes note of what the board did by itself since the last time.</summary>
    internal void FollowBoard()
    {
        if (_isPowered != _board.IsPowered)
        {
            _isPowered = _board.IsPowered;
            if (_isPowered) PowerUp();
            else Chip.Ram.Lose();
        }
        else if (_isPowered && _resets != _board.Resets)
        {
            _resets = _board.Resets;
            Chip.Reset();
            _core.NoteFirmwareReset();
            _resets = _board.Resets;
        }
        Pins.IsConnected = _isPowered && IsCabled && (Chip.Facts.DebugInReset || !_pinHolds) && !ArePinsTaken;
    }

    // The system of Gen 2 boards makes D6 and D7, which are SWCLK and SWDIO, ordinary pins; the bootloader leaves them alone.
    bool ArePinsTaken => _board.Hardware.Platform.Generation == 2 && _core.IsFirmwareRunning && !_isFrozen
        && _startLeft == 0 && _board.Mode is DeviceMode.Normal or DeviceMode.Listening or DeviceMode.Safe;

    void PowerUp()
    {
        _resets = _board.Resets;
        Pins.PowerUp();
        Port.PowerUp();
        _memoryPort.PowerUp();
        Chip.Reset();
        _core.PowerUp();
    }

    void CatchUp(SwdRequest request)
    {
        Clock.CatchUp();
        if (_startLeft > 0) _startLeft--;
        FollowBoard();
        _core.Run(isWaitedFor: request is { IsAccessPort: true, IsRead: true });
    }

    void Reset(bool isSystem)
    {
        if (isSystem) Chip.Reset();
        Restart();
    }

    void Restart()
    {
        _isFrozen = false;
        _board.HoldReset();
        _core.Reset(isHeld: false);
        _resets = _board.Resets;
    }

    void DrivePin(bool isLow)
    {
        if (!Chip.HasResetPin) return;
        _pinHolds = isLow;
        Hold();
        if (isLow) Chip.Reset();
    }

    void IControlledChip.HoldReset(bool isHeld)
    {
        _controlPortHolds = isHeld;
        Hold();
    }

    void Hold()
    {
        var isHeld = _pinHolds || _controlPortHolds;
        if (isHeld == _bus.IsInReset) return;
        _bus.IsInReset = isHeld;
        if (Chip is Nrf52840 nordic) nordic.ResetByControlPort();
        else Chip.Reset();
        if (!isHeld)
        {
            Restart();
            return;
        }
        _isFrozen = false;
        _board.HoldReset();
        _core.Reset(isHeld: true);
        _resets = _board.Resets;
    }

    void IControlledChip.EraseEverything() => ((Nrf52840)Chip).EraseEverything();

    void IFirmware.Go()
    {
        var resets = _board.Resets;
        if (_isFrozen) _board.Thaw();
        else _board.ReleaseReset();
        _isFrozen = false;
        if (!Clock.Passes) _startLeft = RequestsOfAStart;
        if (resets != _board.Resets) Chip.Reset();
        _resets = _board.Resets;
    }

    uint IFirmware.Freeze(uint start)
    {
        _board.Freeze();
        _isFrozen = true;
        return start;
    }

    void IFirmware.Hold()
    {
        _isFrozen = false;
        _board.HoldReset();
        _resets = _board.Resets;
    }
}

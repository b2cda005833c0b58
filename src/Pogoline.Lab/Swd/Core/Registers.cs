namespace Pogoline.Lab.Swd.Core;

/// <summary>The registers of a Cortex-M core.</summary>
sealed class Registers
{
    /// <summary>Numbers with a name.</summary>
    public const int Sp = 13, Lr = 14, Pc = 15;

    const uint ThumbState = 1u << 24;

    /// <summary>R0 to R14; R13 is the stack pointer in use.</summary>
    public uint[] General { get; } = new uint[15];

    /// <summary>The address of the instruction that comes next.</summary>
    public uint Next { get; set; }

    /// <summary>Condition flags.</summary>
    public bool N, Z, C, V, Q;

    /// <summary>EPSR.T; clear is a fault at the next instruction.</summary>
    public bool Thumb { get; set; } = true;

    /// <summary>ITSTATE: condition and mask of the IT block that is being executed.</summary>
    public byte It { get; set; }

    /// <summary>The number of the exception that is being handled.</summary>
    public uint Exception { get; set; }

    /// <summary>{CONTROL, FAULTMASK, BASEPRI, PRIMASK}, as the debugger sees them.</summary>
    public uint Special { get; private set; }

    /// <summary>FPSCR.</summary>
    public uint FloatStatus { get; set; }

    /// <summary>S0 to S31.</summary>
    public uint[] Floats { get; } = new uint[32];

    uint _otherSp;

    bool UsesProcessStack => (Special >> 24 & 2) != 0;

    /// <summary>xPSR.</summary>
    public uint Status
    {
        get => (N ? 1u << 31 : 0) | (Z ? 1u << 30 : 0) | (C ? 1u << 29 : 0) | (V ? 1u << 28 : 0) | (Q ? 1u << 27 : 0) | (Thumb ? ThumbState : 0)
            | (uint)(It & 3) << 25 | (uint)(It >> 2) << 10 | Exception;
        set
        {
            (N, Z, C, V, Q) = (value >> 31 != 0, (value >> 30 & 1) != 0, (value >> 29 & 1) != 0, (value >> 28 & 1) != 0, (value >> 27 & 1) != 0);
            (Thumb, It, Exception) = ((value & ThumbState) != 0, (byte)(value >> 25 & 3 | (value >> 10 & 0x3F) << 2), value & 0x1FF);
        }
    }

    /// <summary>The main stack pointer.</summary>
    public uint MainSp
    {
        get => UsesProcessStack ? _otherSp : General[Sp];
        set { if (UsesProcessStack) _otherSp = value; else General[Sp] = value; }
    }

    /// <summary>The process stack pointer.</summary>
    public uint ProcessSp
    {
        get => UsesProcessStack ? General[Sp] : _otherSp;
        set { if (UsesProcessStack) General[Sp] = value; else _otherSp = value; }
    }

    /// <summary>Sets CONTROL and the masks.</summary>
    public void SetSpecial(uint value)
    {
        var (main, process) = (MainSp, ProcessSp);
        Special = value & 0x07FFFF01;
        (MainSp, ProcessSp) = (main & ~3u, process & ~3u);
    }

    /// <summary>What the core has after a reset.</summary>
    public void Reset(uint stackPointer, uint start)
    {
        Special = 0;
        Status = ThumbState;
        Thumb = (start & 1) != 0;
        General[Sp] = stackPointer & ~3u;
        General[Lr] = uint.MaxValue;
        Next = start & ~1u;
    }

    /// <summary>Reads by the number that DCRSR has; false for one that is not there.</summary>
    public bool TryRead(int number, bool hasFloats, out uint value)
    {
        value = number switch
        {
            < Pc => General[number],
            Pc => Next,
            16 => Status,
            17 => MainSp,
            18 => ProcessSp,
            20 => Special,
            0x21 when hasFloats => FloatStatus,
            >= 0x40 and < 0x60 when hasFloats => Floats[number - 0x40],
            _ => 0,
        };
        return number <= 20 || hasFloats;
    }

    /// <summary>Writes by the number that DCRSR has.</summary>
    public void Write(int number, bool hasFloats, uint value)
    {
        switch (number)
        {
            case Sp: General[Sp] = value & ~3u; break;
            case < Pc: General[number] = value; break;
            case Pc: Next = value & ~1u; break;
            case 16: Status = value; break;
            case 17: MainSp = value & ~3u; break;
            case 18: ProcessSp = value & ~3u; break;
            case 20: SetSpecial(value); break;
            case 0x21 when hasFloats: FloatStatus = value; break;
            case >= 0x40 and < 0x60 when hasFloats: Floats[number - 0x40] = value; break;
        }
    }
}

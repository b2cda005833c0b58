using System.Numerics;

namespace Pogoline.Lab.Swd.Core;

/// <summary>What an instruction came to.</summary>
enum Execution
{
    /// <summary>Done.</summary>
    Done,

    /// <summary>BKPT; the program counter stays on it.</summary>
    Breakpoint,

    /// <summary>The bus refused an access, of the instruction or by it.</summary>
    BusFault,

    /// <summary>An undefined or unaligned instruction, one that the lab does not carry out, or a jump out of Thumb state.</summary>
    UsageFault,

    /// <summary>A call of the supervisor: there is none.</summary>
    SupervisorCall,
}

/// <summary>
/// Carries out the integer instructions of ARMv7-M, one at a time, as far as programs in RAM for flash programming use them: no
/// exceptions, no floating point, no coprocessors. What it does not know is a fault, never a guess.
/// </summary>
/// <param name="registers">The registers.</param>
/// <param name="bus">Where instructions and data are.</param>
/// <param name="access">Called before every access to data: a busy memory lets the core wait.</param>
sealed partial class Interpreter(Registers registers, TargetBus bus, Action<uint> access)
{
    // Ends the instruction from any depth of its decoding.
    Execution _outcome;
    uint _current, _following;

    /// <summary>Carries out the next instruction.</summary>
    public Execution Step()
    {
        _current = registers.Next;
        if (!registers.Thumb) return Execution.UsageFault;
        if (!bus.TryRead(_current, 2, out var first)) return Execution.BusFault;
        var isLong = first >= 0xE800;
        var second = 0u;
        if (isLong && !bus.TryRead(_current + 2, 2, out second)) return Execution.BusFault;
        _following = _current + (isLong ? 4u : 2);
        _outcome = Execution.Done;
        var block = registers.It;
        if (block == 0 || Holds(block >> 4))
        {
            if (isLong) ExecuteLong(first, second);
            else ExecuteShort(first, inBlock: block != 0);
        }
        if (_outcome != Execution.Done) return _outcome;
        if (block != 0) registers.It = (block & 7) == 0 ? (byte)0 : (byte)(block & 0xE0 | block << 1 & 0x1F);
        registers.Next = _following;
        return Execution.Done;
    }

    uint this[int number]
    {
        get => number == Registers.Pc ? _current + 4 : registers.General[number];
        set
        {
            if (number == Registers.Pc) _following = value & ~1u;
            else registers.General[number] = number == Registers.Sp ? value & ~3u : value;
        }
    }

    void Fail(Execution outcome) => _outcome = outcome;

    void Undefined() => Fail(Execution.UsageFault);

    // A jump whose target says in bit 0 that Thumb code is there.
    void Branch(uint target)
    {
        registers.Thumb = (target & 1) != 0;
        _following = target & ~1u;
    }

    void LoadInto(int register, uint value)
    {
        if (register == Registers.Pc) Branch(value);
        else this[register] = value;
    }

    bool Holds(int condition)
    {
        var r = registers;
        var holds = (condition >> 1) switch
        {
            0 => r.Z,
            1 => r.C,
            2 => r.N,
            3 => r.V,
            4 => r.C && !r.Z,
            5 => r.N == r.V,
            6 => r.N == r.V && !r.Z,
            _ => true,
        };
        return (condition & 1) != 0 && condition != 15 ? !holds : holds;
    }

    uint Load(uint address, int size)
    {
        access(address);
        if ((address & (uint)(size - 1)) != 0) return LoadUnaligned(address, size);
        if (!bus.TryRead(address, size, out var value)) Fail(Execution.BusFault);
        return value;
    }

    void Store(uint address, int size, uint value)
    {
        access(address);
        if (size < 4) value &= (1u << size * 8) - 1;
        if ((address & (uint)(size - 1)) == 0)
        {
            if (!bus.TryWrite(address, size, value)) Fail(Execution.BusFault);
            return;
        }
        for (var i = 0; i < size; i++)
            if (!bus.TryWrite(address + (uint)i, 1, value >> i * 8 & 0xFF)) { Fail(Execution.BusFault); return; }
    }

    uint LoadUnaligned(uint address, int size)
    {
        var value = 0u;
        for (var i = 0; i < size; i++)
        {
            if (!bus.TryRead(address + (uint)i, 1, out var part)) { Fail(Execution.BusFault); return 0; }
            value |= part << i * 8;
        }
        return value;
    }

    uint SetNZ(uint value)
    {
        (registers.N, registers.Z) = ((int)value < 0, value == 0);
        return value;
    }

    uint Add(uint a, uint b, bool carry, bool setFlags)
    {
        var sum = (ulong)a + b + (carry ? 1u : 0);
        var result = (uint)sum;
        if (!setFlags) return result;
        SetNZ(result);
        registers.C = sum >> 32 != 0;
        registers.V = (~(a ^ b) & (a ^ result)) >> 31 != 0;
        return result;
    }

    uint Subtract(uint a, uint b, bool setFlags) => Add(a, ~b, true, setFlags);

    // LSL, LSR, ASR, ROR; an amount of 0 leaves value and carry as they are.
    static uint Shift(int type, uint value, int amount, ref bool carry)
    {
        if (amount == 0) return value;
        switch (type)
        {
            case 0:
                carry = amount <= 32 && (value >> 32 - amount & 1) != 0;
                return amount < 32 ? value << amount : 0;
            case 1:
                carry = amount <= 32 && (value >> amount - 1 & 1) != 0;
                return amount < 32 ? value >> amount : 0;
            case 2:
                carry = ((int)value >> Math.Min(amount - 1, 31) & 1) != 0;
                return (uint)((int)value >> Math.Min(amount, 31));
            default:
                var result = BitOperations.RotateRight(value, amount & 31);
                carry = result >> 31 != 0;
                return result;
        }
    }

    // A shift by a constant, where 0 means 32 or RRX.
    static uint ShiftByConstant(int type, uint value, int amount, ref bool carry)
    {
        if (amount != 0 || type == 0) return Shift(type, value, amount, ref carry);
        if (type < 3) return Shift(type, value, 32, ref carry);
        var carriedIn = carry ? 1u << 31 : 0;
        carry = (value & 1) != 0;
        return value >> 1 | carriedIn;
    }

    static uint SignExtend(uint value, int bits) => (uint)((int)(value << 32 - bits) >> 32 - bits);
}

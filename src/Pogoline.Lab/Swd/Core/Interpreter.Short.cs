using System.Buffers.Binary;
using System.Numerics;

namespace Pogoline.Lab.Swd.Core;

/// <content>Instructions of 16 bits (ARMv7-M ARM, A5.2).</content>
sealed partial class Interpreter
{
    void ExecuteShort(uint code, bool inBlock)
    {
        var setFlags = !inBlock;
        int low = (int)(code & 7), second = (int)(code >> 3 & 7), third = (int)(code >> 6 & 7), high = (int)(code >> 8 & 7), constant = (int)(code >> 6 & 31);
        var byteConstant = code & 0xFF;
        switch (code >> 11)
        {
            case 0 or 1 or 2:
                ShiftConstant((int)(code >> 11), low, this[second], constant, setFlags);
                break;
            case 3:
                var operand = (code & 0x400) != 0 ? (uint)third : this[third];
                this[low] = (code & 0x200) != 0 ? Subtract(this[second], operand, setFlags) : Add(this[second], operand, false, setFlags);
                break;
            case 4:
                this[high] = byteConstant;
                if (setFlags) SetNZ(byteConstant);
                break;
            case 5: Subtract(this[high], byteConstant, true); break;
            case 6: this[high] = Add(this[high], byteConstant, false, setFlags); break;
            case 7: this[high] = Subtract(this[high], byteConstant, setFlags); break;
            case 8 when (code & 0x400) == 0: DataShort((int)(code >> 6 & 15), low, second, setFlags); break;
            case 8: HighRegisters(code); break;
            case 9: this[high] = Load((_current + 4 & ~3u) + byteConstant * 4, 4); break;
            case 10 or 11: LoadStoreByRegister((int)(code >> 9 & 7), low, this[second] + this[third]); break;
            case 12: Store(this[second] + (uint)constant * 4, 4, this[low]); break;
            case 13: this[low] = Load(this[second] + (uint)constant * 4, 4); break;
            case 14: Store(this[second] + (uint)constant, 1, this[low]); break;
            case 15: this[low] = Load(this[second] + (uint)constant, 1); break;
            case 16: Store(this[second] + (uint)constant * 2, 2, this[low]); break;
            case 17: this[low] = Load(this[second] + (uint)constant * 2, 2); break;
            case 18: Store(this[Registers.Sp] + byteConstant * 4, 4, this[high]); break;
            case 19: this[high] = Load(this[Registers.Sp] + byteConstant * 4, 4); break;
            case 20: this[high] = (_current + 4 & ~3u) + byteConstant * 4; break;
            case 21: this[high] = this[Registers.Sp] + byteConstant * 4; break;
            case 22 or 23: Miscellaneous(code); break;
            case 24: StoreMultiple(high, byteConstant, writeBack: true, down: false); break;
            case 25: LoadMultiple(high, byteConstant, writeBack: (byteConstant >> high & 1) == 0, down: false); break;
            case 26 or 27: ConditionalBranch(code); break;
            case 28: _following = _current + 4 + SignExtend(code << 1 & 0xFFF, 12); break;
        }
    }

    void ShiftConstant(int type, int register, uint value, int amount, bool setFlags)
    {
        var carry = registers.C;
        var result = ShiftByConstant(type, value, amount, ref carry);
        this[register] = result;
        if (!setFlags) return;
        SetNZ(result);
        registers.C = carry;
    }

    void DataShort(int operation, int register, int operand, bool setFlags)
    {
        uint a = this[register], b = this[operand];
        var carry = registers.C;
        switch (operation)
        {
            case 5: this[register] = Add(a, b, carry, setFlags); return;
            case 6: this[register] = Add(a, ~b, carry, setFlags); return;
            case 8: SetNZ(a & b); return;
            case 9: this[register] = Subtract(0, b, setFlags); return;
            case 10: Subtract(a, b, true); return;
            case 11: Add(a, b, false, true); return;
        }
        var result = operation switch
        {
            0 => a & b,
            1 => a ^ b,
            2 or 3 or 4 => Shift(operation - 2, a, (int)(b & 0xFF), ref carry),
            7 => Shift(3, a, (int)(b & 0xFF), ref carry),
            12 => a | b,
            13 => a * b,
            14 => a & ~b,
            _ => ~b,
        };
        this[register] = result;
        if (!setFlags) return;
        SetNZ(result);
        registers.C = carry;
    }

    void HighRegisters(uint code)
    {
        var (target, source) = ((int)(code & 7 | code >> 4 & 8), (int)(code >> 3 & 15));
        switch (code >> 8 & 3)
        {
            case 0: this[target] += this[source]; break;
            case 1: Subtract(this[target], this[source], true); break;
            case 2: this[target] = this[source]; break;
            default:
                var to = this[source];
                if ((code & 0x80) != 0) this[Registers.Lr] = _current + 2 | 1;
                Branch(to);
                break;
        }
    }

    void LoadStoreByRegister(int operation, int register, uint address)
    {
        switch (operation)
        {
            case 0: Store(address, 4, this[register]); break;
            case 1: Store(address, 2, this[register]); break;
            case 2: Store(address, 1, this[register]); break;
            case 3: this[register] = SignExtend(Load(address, 1), 8); break;
            case 4: this[register] = Load(address, 4); break;
            case 5: this[register] = Load(address, 2); break;
            case 6: this[register] = Load(address, 1); break;
            default: this[register] = SignExtend(Load(address, 2), 16); break;
        }
    }

    void Miscellaneous(uint code)
    {
        int low = (int)(code & 7), operand = (int)(code >> 3 & 7);
        switch (code >> 8 & 15)
        {
            case 0:
                var bytes = (code & 0x7F) * 4;
                this[Registers.Sp] += (code & 0x80) != 0 ? 0 - bytes : bytes;
                break;
            case 1 or 3 or 9 or 11:
                if (this[low] == 0 != ((code & 0x800) != 0)) _following = _current + 4 + (code >> 2 & 0x3E | code >> 3 & 0x40);
                break;
            case 2:
                this[low] = (code >> 6 & 3) switch
                {
                    0 => SignExtend(this[operand] & 0xFFFF, 16),
                    1 => SignExtend(this[operand] & 0xFF, 8),
                    2 => this[operand] & 0xFFFF,
                    _ => this[operand] & 0xFF,
                };
                break;
            case 4 or 5: StoreMultiple(Registers.Sp, code & 0xFF | code << 6 & 0x4000, writeBack: true, down: true); break;
            case 6 when (code & 0xE8) == 0x60: ChangeMasks(code); break;
            case 10 when (code >> 6 & 3) != 2:
                this[low] = (code >> 6 & 3) switch
                {
                    0 => BinaryPrimitives.ReverseEndianness(this[operand]),
                    1 => BitOperations.RotateRight(BinaryPrimitives.ReverseEndianness(this[operand]), 16),
                    _ => SignExtend(BinaryPrimitives.ReverseEndianness(this[operand]) >> 16, 16),
                };
                break;
            case 12 or 13: LoadMultiple(Registers.Sp, code & 0xFF | code << 7 & 0x8000, writeBack: true, down: false); break;
            case 14: Fail(Execution.Breakpoint); break;
            case 15:
                // IT; the rest are hints, which do nothing here.
                if ((code & 15) != 0) registers.It = (byte)code;
                break;
            default: Undefined(); break;
        }
    }

    void ChangeMasks(uint code)
    {
        var masks = ((code & 2) != 0 ? 1u : 0) | ((code & 1) != 0 ? 1u << 16 : 0);
        registers.SetSpecial((code & 0x10) != 0 ? registers.Special | masks : registers.Special & ~masks);
    }

    void ConditionalBranch(uint code)
    {
        var condition = (int)(code >> 8 & 15);
        if (condition == 15) Fail(Execution.SupervisorCall);
        else if (condition == 14) Undefined();
        else if (Holds(condition)) _following = _current + 4 + SignExtend(code << 1 & 0x1FF, 9);
    }

    void StoreMultiple(int register, uint list, bool writeBack, bool down)
    {
        var length = uint.PopCount(list) * 4;
        var start = down ? this[register] - length : this[register];
        var at = start;
        for (var i = 0; i < 16; i++)
        {
            if ((list >> i & 1) == 0) continue;
            Store(at, 4, this[i]);
            if (_outcome != Execution.Done) return;
            at += 4;
        }
        if (writeBack) this[register] = down ? start : at;
    }

    void LoadMultiple(int register, uint list, bool writeBack, bool down)
    {
        var length = uint.PopCount(list) * 4;
        var start = down ? this[register] - length : this[register];
        var at = start;
        if (writeBack) this[register] = down ? start : start + length;
        for (var i = 0; i < 16; i++)
        {
            if ((list >> i & 1) == 0) continue;
            var value = Load(at, 4);
            if (_outcome != Execution.Done) return;
            LoadInto(i, value);
            at += 4;
        }
    }
}

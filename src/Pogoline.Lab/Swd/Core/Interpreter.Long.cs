using System.Buffers.Binary;
using System.Numerics;

namespace Pogoline.Lab.Swd.Core;

/// <content>Instructions of 32 bits (ARMv7-M ARM, A5.3).</content>
sealed partial class Interpreter
{
    void ExecuteLong(uint first, uint second)
    {
        int n = (int)(first & 15), d = (int)(second >> 8 & 15), t = (int)(second >> 12), m = (int)(second & 15);
        var operation = first >> 4 & 0x7F;
        switch (first >> 11 & 3)
        {
            case 1 when operation < 0x20:
                if ((operation & 4) == 0) Multiple(operation, n, second);
                else DoubleOrTable(first, second, n, t, d, m);
                break;
            case 1 when operation < 0x40:
                DataByRegister(first, second, n, d, m);
                break;
            case 2 when (second & 0x8000) != 0:
                BranchOrSystem(first, second);
                break;
            case 2 when (operation & 0x20) == 0:
                DataByConstant(first, second, n, d);
                break;
            case 2:
                PlainConstant(first, second, n, d);
                break;
            case 3 when operation < 0x20:
                LoadStoreOne(first, second, n, t, m);
                break;
            case 3 when operation < 0x30:
                ExtendOrShift(first, second, n, d, m);
                break;
            case 3 when operation < 0x38:
                Multiply(operation, second, n, t, d, m);
                break;
            case 3 when operation < 0x40:
                MultiplyLong(operation, second, n, t, d, m);
                break;
            default:
                Undefined();
                break;
        }
    }

    void Multiple(uint operation, int n, uint list)
    {
        bool writeBack = (operation & 2) != 0, down = (operation & 0x10) != 0;
        if ((operation & 0x18) is 0 or 0x18) Undefined();
        else if ((operation & 1) != 0) LoadMultiple(n, list, writeBack, down);
        else StoreMultiple(n, list, writeBack, down);
    }

    // LDRD, STRD, exclusives, TBB, TBH.
    void DoubleOrTable(uint first, uint second, int n, int t, int d, int m)
    {
        bool index = (first & 0x100) != 0, up = (first & 0x80) != 0, writeBack = (first & 0x20) != 0, isLoad = (first & 0x10) != 0;
        if (!index && !writeBack)
        {
            ExclusiveOrTable(first, second, n, t, d, m);
            return;
        }
        var offset = (second & 0xFF) * 4;
        var moved = up ? Aligned(n) + offset : Aligned(n) - offset;
        var address = index ? moved : this[n];
        if (isLoad)
        {
            var (low, high) = (Load(address, 4), Load(address + 4, 4));
            if (_outcome != Execution.Done) return;
            (this[t], this[d]) = (low, high);
        }
        else
        {
            Store(address, 4, this[t]);
            Store(address + 4, 4, this[d]);
        }
        if (writeBack && _outcome == Execution.Done) this[n] = moved;
    }

    uint Aligned(int n) => n == Registers.Pc ? this[n] & ~3u : this[n];

    void ExclusiveOrTable(uint first, uint second, int n, int t, int d, int m)
    {
        switch (first >> 4 & 0x1F, second >> 4 & 15)
        {
            case (4, _): // STREX always succeeds: there is one master
                Store(this[n] + (second & 0xFF) * 4, 4, this[t]);
                this[d] = 0;
                break;
            case (5, _): this[t] = Load(this[n] + (second & 0xFF) * 4, 4); break;
            case (0xC, 4): Store(this[n], 1, this[t]); this[m] = 0; break;
            case (0xC, 5): Store(this[n], 2, this[t]); this[m] = 0; break;
            case (0xD, 0): _following = _current + 4 + 2 * Load(this[n] + this[m], 1); break;
            case (0xD, 1): _following = _current + 4 + 2 * Load(this[n] + 2 * this[m], 2); break;
            case (0xD, 4): this[t] = Load(this[n], 1); break;
            case (0xD, 5): this[t] = Load(this[n], 2); break;
            default: Undefined(); break;
        }
    }

    void DataByRegister(uint first, uint second, int n, int d, int m)
    {
        var carry = registers.C;
        var operand = ShiftByConstant((int)(second >> 4 & 3), this[m], (int)(second >> 6 & 3 | second >> 10 & 0x1C), ref carry);
        Data(first >> 5 & 15, (first & 0x10) != 0, n, d, operand, carry);
    }

    void DataByConstant(uint first, uint second, int n, int d)
    {
        var carry = registers.C;
        var packed = (first & 0x400) << 1 | second >> 4 & 0x700 | second & 0xFF;
        Data(first >> 5 & 15, (first & 0x10) != 0, n, d, Expand(packed, ref carry), carry);
    }

    // ThumbExpandImm_C
    static uint Expand(uint packed, ref bool carry)
    {
        var value = packed & 0xFF;
        switch (packed >> 8)
        {
            case 0: return value;
            case 1: return value << 16 | value;
            case 2: return value << 24 | value << 8;
            case 3: return value << 24 | value << 16 | value << 8 | value;
        }
        var result = BitOperations.RotateRight(0x80 | packed & 0x7F, (int)(packed >> 7));
        carry = result >> 31 != 0;
        return result;
    }

    void Data(uint operation, bool setFlags, int n, int d, uint operand, bool carry)
    {
        var onlyFlags = d == Registers.Pc && setFlags;
        var result = 0u;
        switch (operation)
        {
            case 8: result = Add(this[n], operand, false, setFlags); break;
            case 10: result = Add(this[n], operand, registers.C, setFlags); break;
            case 11: result = Add(this[n], ~operand, registers.C, setFlags); break;
            case 13: result = Subtract(this[n], operand, setFlags); break;
            case 14: result = Subtract(operand, this[n], setFlags); break;
            case 0 or 1 or 2 or 3 or 4:
                result = operation switch
                {
                    0 => this[n] & operand,
                    1 => this[n] & ~operand,
                    2 => n == Registers.Pc ? operand : this[n] | operand,
                    3 => n == Registers.Pc ? ~operand : this[n] | ~operand,
                    _ => this[n] ^ operand,
                };
                if (!setFlags) break;
                SetNZ(result);
                registers.C = carry;
                break;
            default:
                Undefined();
                return;
        }
        if (!onlyFlags) this[d] = result;
    }

    void PlainConstant(uint first, uint second, int n, int d)
    {
        var constant = (first & 0x400) << 1 | second >> 4 & 0x700 | second & 0xFF;
        var wide = (first & 15) << 12 | constant;
        int lowest = (int)(second >> 6 & 3 | second >> 10 & 0x1C), width = (int)(second & 31);
        switch (first >> 4 & 0x1F)
        {
            case 0: this[d] = Aligned(n) + constant; break;
            case 4: this[d] = wide; break;
            case 10: this[d] = Aligned(n) - constant; break;
            case 12: this[d] = this[d] & 0xFFFF | wide << 16; break;
            case 20: this[d] = SignExtend(this[n] >> lowest & Mask(width + 1), width + 1); break;
            case 22 when width >= lowest:
                var mask = Mask(width - lowest + 1) << lowest;
                this[d] = this[d] & ~mask | (n == Registers.Pc ? 0 : this[n] << lowest & mask);
                break;
            case 28: this[d] = this[n] >> lowest & Mask(width + 1); break;
            case 16 or 18: this[d] = Saturate((int)ShiftForSaturation(first, this[n], lowest), -(1L << width), (1L << width) - 1); break;
            case 24 or 26: this[d] = Saturate((int)ShiftForSaturation(first, this[n], lowest), 0, (1L << width) - 1); break;
            default: Undefined(); break;
        }
    }

    static uint ShiftForSaturation(uint first, uint value, int amount)
    {
        var carry = false;
        return ShiftByConstant((first & 0x20) != 0 ? 2 : 0, value, amount, ref carry);
    }

    static uint Mask(int bits) => bits >= 32 ? uint.MaxValue : (1u << bits) - 1;

    uint Saturate(int value, long least, long most)
    {
        var result = Math.Clamp(value, least, most);
        registers.Q |= result != value;
        return (uint)(int)result;
    }

    void BranchOrSystem(uint first, uint second)
    {
        uint sign = first >> 10 & 1, j1 = second >> 13 & 1, j2 = second >> 11 & 1;
        if ((second & 0x5000) == 0)
        {
            if ((first >> 7 & 7) != 7)
            {
                var near = sign << 20 | j2 << 19 | j1 << 18 | (first & 0x3F) << 12 | (second & 0x7FF) << 1;
                if (Holds((int)(first >> 6 & 15))) _following = _current + 4 + SignExtend(near, 21);
            }
            else
            {
                ControlSystem(first, second);
            }
            return;
        }
        if ((second & 0x1000) == 0)
        {
            Undefined();
            return;
        }
        if ((second & 0x4000) != 0) this[Registers.Lr] = _current + 4 | 1;
        var far = sign << 24 | (~(j1 ^ sign) & 1) << 23 | (~(j2 ^ sign) & 1) << 22 | (first & 0x3FF) << 12 | (second & 0x7FF) << 1;
        _following = _current + 4 + SignExtend(far, 25);
    }

    // Hints and barriers do nothing here; MSR and MRS move what loaders use.
    void ControlSystem(uint first, uint second)
    {
        var number = second & 0xFF;
        switch (first >> 4 & 0x7F)
        {
            case 0x3A or 0x3B: break;
            case 0x38: WriteSpecial(number, this[(int)(first & 15)]); break;
            case 0x3E: this[(int)(second >> 8 & 15)] = ReadSpecial(number); break;
            default: Undefined(); break;
        }
    }

    uint ReadSpecial(uint number) => number switch
    {
        < 8 => registers.Status & 0xF80001FF,
        8 => registers.MainSp,
        9 => registers.ProcessSp,
        16 => registers.Special & 1,
        17 or 18 => registers.Special >> 8 & 0xFF,
        19 => registers.Special >> 16 & 1,
        20 => registers.Special >> 24,
        _ => 0,
    };

    void WriteSpecial(uint number, uint value)
    {
        switch (number)
        {
            case < 4: registers.Status = registers.Status & 0x07FFFFFF | value & 0xF8000000; break;
            case 8: registers.MainSp = value & ~3u; break;
            case 9: registers.ProcessSp = value & ~3u; break;
            case 16: registers.SetSpecial(registers.Special & ~1u | value & 1); break;
            case 17 or 18: registers.SetSpecial(registers.Special & 0xFFFF00FF | (value & 0xFF) << 8); break;
            case 19: registers.SetSpecial(registers.Special & 0xFF00FFFF | (value & 1) << 16); break;
            case 20: registers.SetSpecial(registers.Special & 0x00FFFFFF | value << 24); break;
        }
    }

    void LoadStoreOne(uint first, uint second, int n, int t, int m)
    {
        bool isLoad = (first & 0x10) != 0, isSigned = (first & 0x100) != 0;
        var size = 1 << (int)(first >> 5 & 3);
        if (size > 4 || (!isLoad && (isSigned || n == Registers.Pc)) || (size == 4 && isSigned)) { Undefined(); return; }
        uint address;
        uint? moved = null;
        if (n == Registers.Pc)
        {
            var literal = second & 0xFFF;
            address = (first & 0x80) != 0 ? Aligned(n) + literal : Aligned(n) - literal;
        }
        else if ((first & 0x80) != 0) address = this[n] + (second & 0xFFF);
        else if ((second & 0x800) == 0) address = this[n] + (this[m] << (int)(second >> 4 & 3));
        else
        {
            var offset = (second & 0x200) != 0 ? this[n] + (second & 0xFF) : this[n] - (second & 0xFF);
            address = (second & 0x400) != 0 ? offset : this[n];
            if ((second & 0x100) != 0) moved = offset;
        }
        if (!isLoad)
        {
            var value = this[t];
            Store(address, size, value);
            if (moved is { } written && _outcome == Execution.Done) this[n] = written;
            return;
        }
        if (t == Registers.Pc && size < 4) return; // PLD, PLI
        var loaded = Load(address, size);
        if (_outcome != Execution.Done) return;
        if (moved is { } next) this[n] = next;
        LoadInto(t, isSigned ? SignExtend(loaded, size * 8) : loaded);
    }

    void ExtendOrShift(uint first, uint second, int n, int d, int m)
    {
        var operation = first >> 4 & 15;
        if ((second & 0xF000) != 0xF000) { Undefined(); return; }
        if ((second & 0x80) == 0 && operation < 8)
        {
            var carry = registers.C;
            this[d] = Shift((int)(operation >> 1), this[n], (int)(this[m] & 0xFF), ref carry);
            if ((operation & 1) == 0) return;
            SetNZ(this[d]);
            registers.C = carry;
        }
        else if (operation < 8)
        {
            var rotated = BitOperations.RotateRight(this[m], (int)(second >> 4 & 3) * 8);
            uint? extended = operation switch
            {
                0 => SignExtend(rotated & 0xFFFF, 16),
                1 => rotated & 0xFFFF,
                4 => SignExtend(rotated & 0xFF, 8),
                5 => rotated & 0xFF,
                _ => null,
            };
            if (extended is { } value) this[d] = n == Registers.Pc ? value : this[n] + value;
            else Undefined();
        }
        else
        {
            var value = this[m];
            switch (operation, second >> 4 & 3)
            {
                case (9, 0): this[d] = BinaryPrimitives.ReverseEndianness(value); break;
                case (9, 1): this[d] = BitOperations.RotateRight(BinaryPrimitives.ReverseEndianness(value), 16); break;
                case (9, 2): this[d] = Reverse(value); break;
                case (9, 3): this[d] = SignExtend(BinaryPrimitives.ReverseEndianness(value) >> 16, 16); break;
                case (11, 0): this[d] = (uint)BitOperations.LeadingZeroCount(value); break;
                default: Undefined(); break;
            }
        }
    }

    static uint Reverse(uint value)
    {
        var result = 0u;
        for (var i = 0; i < 32; i++) result = result << 1 | value >> i & 1;
        return result;
    }

    void Multiply(uint operation, uint second, int n, int a, int d, int m)
    {
        if ((operation & 7) != 0 || (second >> 4 & 15) > 1) { Undefined(); return; }
        var product = this[n] * this[m];
        this[d] = (second >> 4 & 15) == 1 ? this[a] - product : a == Registers.Pc ? product : this[a] + product;
    }

    void MultiplyLong(uint operation, uint second, int n, int low, int high, int m)
    {
        uint a = this[n], b = this[m];
        var sum = (ulong)this[high] << 32 | this[low];
        switch (operation & 7, second >> 4 & 15)
        {
            case (1, 15): this[high] = b == 0 ? 0 : (uint)(int)((long)(int)a / (int)b); return;
            case (3, 15): this[high] = b == 0 ? 0 : a / b; return;
            case (0, 0): sum = (ulong)((long)(int)a * (int)b); break;
            case (2, 0): sum = (ulong)a * b; break;
            case (4, 0): sum += (ulong)((long)(int)a * (int)b); break;
            case (6, 0): sum += (ulong)a * b; break;
            default: Undefined(); return;
        }
        (this[low], this[high]) = ((uint)sum, (uint)(sum >> 32));
    }
}

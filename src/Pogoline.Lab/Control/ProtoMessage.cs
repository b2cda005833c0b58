using System.Text;

namespace Pogoline.Lab.Control;

/// <summary>How a protobuf field is written.</summary>
enum ProtoType
{
    Varint,
    Fixed64,
    Bytes,
    Fixed32 = 5,
}

/// <summary>
/// The fields of a received protobuf message, as the firmware's decoder takes them: unknown fields are passed over, a known one of another
/// wire type spoils the message, of several with one number the last counts.
/// </summary>
sealed class ProtoMessage
{
    readonly Dictionary<int, (ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    ProtoMessage()
    {
    }

    /// <summary>Reads a message.</summary>
    /// <param name="source">Its bytes.</param>
    /// <param name="known">The wire types of the fields with the numbers 1, 2 and so on.</param>
    /// <param name="message">The fields.</param>
    /// <returns>Whether it is a whole message.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> source, ReadOnlySpan<ProtoType> known, out ProtoMessage message)
    {
        message = new();
        for (var rest = source; !rest.IsEmpty;)
        {
            if (!TryReadVarint(ref rest, out var tag) || tag is < 8 or > uint.MaxValue) return false;
            var (field, type) = ((int)(tag >> 3), (ProtoType)(tag & 7));
            if (field <= known.Length && known[field - 1] != type) return false;
            if (!TryReadValue(ref rest, type, out var number, out var bytes)) return false;
            if (field <= known.Length) message._fields[field] = (number, bytes);
        }
        return true;
    }

    /// <summary>A number, 0 when it is not there.</summary>
    public ulong Number(int field) => _fields.GetValueOrDefault(field).Number;

    /// <summary>Whether a number is not 0.</summary>
    public bool Flag(int field) => Number(field) != 0;

    /// <summary>Bytes, empty when they are not there.</summary>
    public ReadOnlyMemory<byte> Bytes(int field) => _fields.GetValueOrDefault(field).Bytes;

    /// <summary>Text, each byte a character.</summary>
    public string Text(int field) => Encoding.Latin1.GetString(Bytes(field).Span);

    static bool TryReadValue(ref ReadOnlyMemory<byte> rest, ProtoType type, out ulong number, out ReadOnlyMemory<byte> bytes)
    {
        (number, bytes) = (0, default);
        switch (type)
        {
            case ProtoType.Varint:
                return TryReadVarint(ref rest, out number);
            case ProtoType.Fixed32 or ProtoType.Fixed64:
                var size = type == ProtoType.Fixed32 ? 4 : 8;
                if (rest.Length < size) return false;
                for (var i = size - 1; i >= 0; i--) number = number << 8 | rest.Span[i];
                rest = rest[size..];
                return true;
            case ProtoType.Bytes:
                if (!TryReadVarint(ref rest, out var length) || length > (ulong)rest.Length) return false;
                bytes = rest[..(int)length];
                rest = rest[(int)length..];
                return true;
            default:
                return false;
        }
    }

    static bool TryReadVarint(ref ReadOnlyMemory<byte> rest, out ulong value)
    {
        const int Longest = 10;
        value = 0;
        for (var i = 0; i < rest.Length && i < Longest; i++)
        {
            var next = rest.Span[i];
            value |= (ulong)(next & 0x7F) << 7 * i;
            if (next > 0x7F) continue;
            rest = rest[(i + 1)..];
            return true;
        }
        return false;
    }
}

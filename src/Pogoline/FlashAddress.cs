using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline;

/// <summary>An address as the flash controller of a board sees it; prints itself as eight hex digits.</summary>
/// <param name="Value">The address in bytes.</param>
[JsonConverter(typeof(FlashAddressJsonConverter))]
public readonly record struct FlashAddress(uint Value) : IComparable<FlashAddress>
{
    /// <summary>Moves up; throws <see cref="OverflowException"/> past 4 GiB.</summary>
    public static FlashAddress operator +(FlashAddress address, uint bytes) => new(checked(address.Value + bytes));

    /// <summary>Bytes from <paramref name="right"/> up to <paramref name="left"/>.</summary>
    public static uint operator -(FlashAddress left, FlashAddress right) => checked(left.Value - right.Value);

    /// <summary>Whether the left address lies below the right one.</summary>
    public static bool operator <(FlashAddress left, FlashAddress right) => left.Value < right.Value;

    /// <summary>Whether the left address lies above the right one.</summary>
    public static bool operator >(FlashAddress left, FlashAddress right) => left.Value > right.Value;

    /// <summary>Whether the left address is not above the right one.</summary>
    public static bool operator <=(FlashAddress left, FlashAddress right) => left.Value <= right.Value;

    /// <summary>Whether the left address is not below the right one.</summary>
    public static bool operator >=(FlashAddress left, FlashAddress right) => left.Value >= right.Value;

    /// <inheritdoc/>
    public int CompareTo(FlashAddress other) => Value.CompareTo(other.Value);

    /// <summary>Reads <c>0x</c>-prefixed hex, or decimal.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out FlashAddress address)
    {
        var ok = text is not null && text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        address = new(value);
        return ok;
    }

    /// <inheritdoc/>
    public override string ToString() => $"0x{Value:X8}";
}

/// <summary>A run of addresses, end exclusive.</summary>
/// <param name="Start">The first address.</param>
/// <param name="End">The address behind the last one.</param>
public readonly record struct AddressRange(FlashAddress Start, FlashAddress End)
{
    /// <summary>The length in bytes.</summary>
    public uint Length => End - Start;

    /// <summary>A range by its start and length.</summary>
    public static AddressRange Of(FlashAddress start, uint length) => new(start, start + length);

    /// <summary>Whether the address lies in the range.</summary>
    public bool Contains(FlashAddress address) => address >= Start && address < End;

    /// <summary>Whether all of the other range lies in this one.</summary>
    public bool Contains(AddressRange other) => other.Start >= Start && other.End <= End;

    /// <summary>Whether the two share at least one address.</summary>
    public bool Overlaps(AddressRange other) => Start < other.End && other.Start < End;

    /// <inheritdoc/>
    public override string ToString() => $"{Start}–{End}";
}

/// <summary>Writes addresses as eight hex digits.</summary>
public sealed class FlashAddressJsonConverter : JsonConverter<FlashAddress>
{
    /// <inheritdoc/>
    public override FlashAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        FlashAddress.TryParse(reader.GetString(), out var address) ? address : throw new JsonException("an address is written 0x00030000");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, FlashAddress value, JsonSerializerOptions options) =>
        (writer ?? throw new ArgumentNullException(nameof(writer))).WriteStringValue(value.ToString());
}

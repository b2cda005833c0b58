using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline;

/// <summary>A Device OS version: three numbers and an optional pre-release, ordered as Semantic Versioning 2.0.0 §11 says.</summary>
[JsonConverter(typeof(DeviceOsVersionJsonConverter))]
public sealed record DeviceOsVersion(int Major, int Minor, int Patch, string PreRelease = "") : IComparable<DeviceOsVersion>
{
    /// <summary>Whether it is a pre-release such as <c>2.0.0-rc.1</c>.</summary>
    public bool IsPreRelease => PreRelease.Length > 0;

    /// <summary>Reads <c>2.2.0</c>, <c>v2.2.0</c> or <c>2.0.0-rc.1</c>.</summary>
    /// <exception cref="FormatException">The text is no version.</exception>
    public static DeviceOsVersion Parse(string text) =>
        TryParse(text, out var version) ? version : throw new FormatException($"'{text}' is not a Device OS version such as 2.2.0 or 2.0.0-rc.1");

    /// <summary>Reads <c>2.2.0</c>, <c>v2.2.0</c> or <c>2.0.0-rc.1</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DeviceOsVersion? version)
    {
        version = null;
        if (text is null or { Length: > 64 }) return false;
        var span = text.AsSpan().TrimStart('v');
        var dash = span.IndexOf('-');
        var preRelease = dash < 0 ? "" : span[(dash + 1)..].ToString();
        if (dash >= 0 && !IsPreReleaseText(preRelease)) return false;
        Span<int> numbers = stackalloc int[3];
        var count = 0;
        foreach (var part in (dash < 0 ? span : span[..dash]).Split('.'))
        {
            var digits = (dash < 0 ? span : span[..dash])[part];
            if (count == 3 || digits.Length > 5 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out numbers[count])) return false;
            count++;
        }
        if (count != 3) return false;
        version = new(numbers[0], numbers[1], numbers[2], preRelease);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(DeviceOsVersion? other)
    {
        if (other is null) return 1;
        var order = (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));
        if (order != 0 || PreRelease == other.PreRelease) return order;
        if (!IsPreRelease) return 1;
        return other.IsPreRelease ? ComparePreRelease(PreRelease, other.PreRelease) : -1;
    }

    /// <summary>Whether the left version comes before the right one.</summary>
    public static bool operator <(DeviceOsVersion left, DeviceOsVersion right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left version comes after the right one.</summary>
    public static bool operator >(DeviceOsVersion left, DeviceOsVersion right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left version does not come after the right one.</summary>
    public static bool operator <=(DeviceOsVersion left, DeviceOsVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left version does not come before the right one.</summary>
    public static bool operator >=(DeviceOsVersion left, DeviceOsVersion right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => IsPreRelease ? $"{Major}.{Minor}.{Patch}-{PreRelease}" : $"{Major}.{Minor}.{Patch}";

    static bool IsPreReleaseText(string text) =>
        text.Length > 0 && text.Split('.').All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));

    static int ComparePreRelease(string left, string right)
    {
        var (l, r) = (left.Split('.'), right.Split('.'));
        for (var i = 0; i < Math.Min(l.Length, r.Length); i++)
        {
            var (leftIsNumber, rightIsNumber) = (l[i].All(char.IsAsciiDigit), r[i].All(char.IsAsciiDigit));
            var order = leftIsNumber && rightIsNumber
                ? CompareDigits(l[i].TrimStart('0'), r[i].TrimStart('0'))
                : leftIsNumber != rightIsNumber ? (leftIsNumber ? -1 : 1) : string.CompareOrdinal(l[i], r[i]);
            if (order != 0) return order;
        }
        return l.Length.CompareTo(r.Length);
    }

    static int CompareDigits(string left, string right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : string.CompareOrdinal(left, right);
}

sealed class DeviceOsVersionJsonConverter : JsonConverter<DeviceOsVersion>
{
    public override DeviceOsVersion Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DeviceOsVersion.TryParse(reader.GetString(), out var version) ? version : throw new JsonException("a version is written 2.2.0");

    public override void Write(Utf8JsonWriter writer, DeviceOsVersion value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

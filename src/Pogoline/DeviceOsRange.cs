using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Pogoline;

/// <summary>
/// A set of Device OS versions: <c>2.2.0</c>, a line such as <c>2.x</c> or <c>2.3.x</c>, or comparisons that must all hold,
/// such as <c>&gt;=2 &lt;3</c>. <c>*</c> is every version. Bounds compare by plain version order, pre-releases included.
/// </summary>
[JsonConverter(typeof(DeviceOsRangeJsonConverter))]
public sealed class DeviceOsRange : IEquatable<DeviceOsRange>
{
    readonly string _text;
    readonly IReadOnlyList<Bound> _bounds;

    DeviceOsRange(string text, IReadOnlyList<Bound> bounds) => (_text, _bounds) = (text, bounds);

    /// <summary>Every version.</summary>
    public static DeviceOsRange All { get; } = new("*", []);

    /// <summary>Whether a bound itself names a pre-release, as <c>&gt;=2.0.0-rc.1</c> does.</summary>
    public bool NamesPreRelease => _bounds.Any(bound => bound.Version.IsPreRelease);

    /// <summary>Whether the range is one exact version.</summary>
    public bool IsExact([NotNullWhen(true)] out DeviceOsVersion? version)
    {
        version = _bounds is [{ Operator: "=" } only] ? only.Version : null;
        return version is not null;
    }

    /// <summary>Whether the version is in the set.</summary>
    public bool Contains(DeviceOsVersion version) => _bounds.All(bound => bound.Admits(version));

    /// <summary>Reads a range.</summary>
    /// <exception cref="FormatException">The text is no range.</exception>
    public static DeviceOsRange Parse(string text) =>
        TryParse(text, out var range) ? range : throw new FormatException($"'{text}' is not a version, a line such as 2.x, or a range such as '>=2 <3'");

    /// <summary>Reads a range; at most 8 comparisons.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out DeviceOsRange? range)
    {
        range = null;
        if (text is null or { Length: > 200 } || string.IsNullOrWhiteSpace(text)) return false;
        if (text.Trim() == "*") { range = All; return true; }
        var bounds = new List<Bound>();
        var terms = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (terms.Length > 8) return false;
        foreach (var term in terms)
        {
            if (!TryParseTerm(term, bounds)) return false;
        }
        range = new(string.Join(' ', terms), bounds);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(DeviceOsRange? other) => other is not null && other._text == _text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DeviceOsRange);

    /// <inheritdoc/>
    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => _text;

    static bool TryParseTerm(string term, List<Bound> bounds)
    {
        var op = term.StartsWith(">=", StringComparison.Ordinal) ? ">=" : term.StartsWith("<=", StringComparison.Ordinal) ? "<="
            : term[0] is '>' ? ">" : term[0] is '<' ? "<" : term[0] is '=' ? "=" : "";
        var rest = term[op.Length..];
        if (DeviceOsVersion.TryParse(rest, out var version))
        {
            bounds.Add(new(op.Length == 0 ? "=" : op, version));
            return true;
        }
        var numbers = rest.TrimStart('v').Split('.');
        while (numbers.Length > 1 && numbers[^1] is "x" or "*") numbers = numbers[..^1];
        if (numbers.Length is 0 or > 2) return false;
        var parsed = new int[2];
        for (var i = 0; i < numbers.Length; i++)
        {
            if (numbers[i].Length > 5 || !int.TryParse(numbers[i], NumberStyles.None, CultureInfo.InvariantCulture, out parsed[i])) return false;
        }
        // 2.x is [2.0.0-0, 3.0.0-0): the pre-releases of a line belong to it, those of the next line do not.
        var low = new DeviceOsVersion(parsed[0], parsed[1], 0, "0");
        var high = numbers.Length == 1 ? new DeviceOsVersion(parsed[0] + 1, 0, 0, "0") : new DeviceOsVersion(parsed[0], parsed[1] + 1, 0, "0");
        switch (op)
        {
            case "" or "=": bounds.Add(new(">=", low)); bounds.Add(new("<", high)); break;
            case ">=": bounds.Add(new(">=", low)); break;
            case ">": bounds.Add(new(">=", high)); break;
            case "<": bounds.Add(new("<", low)); break;
            default: bounds.Add(new("<", high)); break;
        }
        return true;
    }

    readonly record struct Bound(string Operator, DeviceOsVersion Version)
    {
        public bool Admits(DeviceOsVersion version)
        {
            var order = version.CompareTo(Version);
            return Operator switch { "=" => order == 0, ">=" => order >= 0, ">" => order > 0, "<=" => order <= 0, _ => order < 0 };
        }
    }
}

sealed class DeviceOsRangeJsonConverter : JsonConverter<DeviceOsRange>
{
    public override DeviceOsRange Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        DeviceOsRange.TryParse(reader.GetString(), out var range) ? range : throw new JsonException("a range is written '>=2 <3'");

    public override void Write(Utf8JsonWriter writer, DeviceOsRange value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToString());
}

using System.Diagnostics.CodeAnalysis;

namespace Pogoline.Releases;

/// <summary>
/// Which release somebody asks for: an exact version (<c>2.2.0</c>), a line (<c>2.x</c>, <c>2.2.x</c>), a range (<c>&gt;=2 &lt;3</c>),
/// <c>lts</c> (the newest release of the newest LTS line) or <c>latest</c> (the newest stable release).
/// </summary>
public sealed record ReleaseRequest
{
    ReleaseRequest(string text, DeviceOsRange range, bool isLts) => (Text, Range, IsLts) = (text, range, isLts);

    /// <summary>The newest release of the newest LTS line.</summary>
    public static ReleaseRequest Lts { get; } = new("lts", DeviceOsRange.All, isLts: true);

    /// <summary>The newest stable release.</summary>
    public static ReleaseRequest Latest { get; } = new("latest", DeviceOsRange.All, isLts: false);

    /// <summary>The request as it was written.</summary>
    public string Text { get; }

    /// <summary>The versions that it admits.</summary>
    public DeviceOsRange Range { get; }

    /// <summary>Whether only LTS lines are meant.</summary>
    public bool IsLts { get; }

    /// <summary>A request for one release.</summary>
    public static ReleaseRequest Exactly(DeviceOsVersion version) => new(version.ToString(), DeviceOsRange.Parse(version.ToString()), isLts: false);

    /// <summary>Reads a request.</summary>
    /// <exception cref="PogolineException">The text is none (<see cref="ReleaseFaults.BadRequest"/>).</exception>
    public static ReleaseRequest Parse(string text) => TryParse(text, out var request) ? request : throw new PogolineException(
        ReleaseFaults.BadRequest, $"'{text}' names no Device OS release.", "Use a version (2.2.0), a line (2.x), a range ('>=2 <3'), lts or latest.");

    /// <summary>Reads a request.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ReleaseRequest? request)
    {
        var word = text?.Trim();
        request = word?.ToLowerInvariant() switch
        {
            "lts" => Lts,
            "latest" => Latest,
            _ => DeviceOsRange.TryParse(word, out var range) ? new(range.ToString(), range, isLts: false) : null,
        };
        return request is not null;
    }

    /// <inheritdoc/>
    public override string ToString() => Text;
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Pogoline.Platforms;

namespace Pogoline.Lab.Board;

/// <summary>Virtual boards by a text such as <c>boron@1.5.2</c> or <c>argon@2.2.0*4</c>.</summary>
/// <param name="Platform">The kind of board.</param>
/// <param name="Os">The release that the boards hold.</param>
/// <param name="Count">How many.</param>
public sealed record LabSpec(Platform Platform, DeviceOsVersion Os, int Count)
{
    /// <summary>More boards than this are not made.</summary>
    public const int MaxBoards = 256;

    /// <summary>The release of boards whose text names none: every board has it.</summary>
    public static DeviceOsVersion DefaultOs { get; } = new(2, 2, 0);

    /// <summary>Reads <c>BOARD[@OS][*N]</c>.</summary>
    /// <exception cref="PogolineException">The text is no such thing, or the board is not one that Pogoline programs.</exception>
    public static LabSpec Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (!TrySplit(text, out var board, out var os, out var count))
            throw new PogolineException(
                LabFaults.Spec, $"'{text}' does not name virtual boards.",
                $"Write BOARD[@OS][*N], such as boron@1.5.2 or argon@2.2.0*4, with at most {MaxBoards} boards.");
        return new(PlatformCatalog.Require(board), os, count);
    }

    /// <inheritdoc/>
    public override string ToString() => Count == 1 ? $"{Platform}@{Os}" : $"{Platform}@{Os}*{Count}";

    static bool TrySplit(string text, out string board, [NotNullWhen(true)] out DeviceOsVersion? os, out int count)
    {
        (os, count) = (DefaultOs, 1);
        var star = text.IndexOf('*', StringComparison.Ordinal);
        var rest = star < 0 ? text : text[..star];
        var at = rest.IndexOf('@', StringComparison.Ordinal);
        board = at < 0 ? rest : rest[..at];
        if (star >= 0 && !int.TryParse(text.AsSpan(star + 1), NumberStyles.None, CultureInfo.InvariantCulture, out count)) return false;
        if (count is < 1 or > MaxBoards) return false;
        return board.Length > 0 && (at < 0 || DeviceOsVersion.TryParse(rest[(at + 1)..], out os));
    }
}

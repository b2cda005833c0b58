using System.Text;
using Pogoline.Programming.Identify;

namespace Pogoline.Cli.Output;

/// <summary>A growing list of boards in a file: comma-separated values with a header line (RFC 4180).</summary>
static class IdentityCsv
{
    /// <summary>A board, or a number that only one board can have, is in the file already.</summary>
    public static readonly FaultCode Duplicate = new("identify-duplicate", ExitCode.Refused, "The board was on the fixture before, or a number was read wrongly.");

    /// <summary>The file cannot be used.</summary>
    public static readonly FaultCode BadFile = new("identify-file", ExitCode.BadInput, "The file is another one, is open elsewhere, or permission is missing.");

    // What no two boards share comes first.
    static readonly (string Name, Func<UnitIdentity, string?> Value, bool IsUnique)[] Columns =
    [
        ("deviceId", i => i.DeviceId, true),
        ("serialNumber", i => i.SerialNumber, true),
        ("iccid", i => i.Iccid, true),
        ("imei", i => i.Imei, true),
        ("mac", i => i.Mac, true),
        ("platform", i => i.Platform, false),
        ("release", i => i.Release, false),
    ];

    static readonly string Header = string.Join(',', Columns.Select(c => c.Name));

    /// <summary>Appends the boards, all or none.</summary>
    /// <exception cref="PogolineException"><see cref="Duplicate"/>, <see cref="BadFile"/>; the file is as it was.</exception>
    public static void Append(string path, IReadOnlyList<UnitIdentity> identities)
    {
        try
        {
            using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            using var reader = new StreamReader(file, leaveOpen: true);
            var lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.TrimEnd('\r')).ToList();
            if (lines.Count > 0 && lines[0] != Header)
            {
                throw new PogolineException(BadFile, $"{path} does not begin with \"{Header}\".", "Give the name of a new file, or of one that 'identify --csv' made.");
            }
            var known = lines.Skip(1).Select(Split).ToList();
            foreach (var identity in identities)
            {
                RequireNew(path, known, identity);
                known.Add([.. Columns.Select(c => c.Value(identity) ?? "")]);
            }
            var text = new StringBuilder();
            if (lines.Count == 0) text.Append(Header).Append("\r\n");
            else if (!EndsLine(file)) text.Append("\r\n");
            foreach (var identity in identities) text.AppendJoin(',', Columns.Select(c => Quote(c.Value(identity) ?? ""))).Append("\r\n");
            file.Seek(0, SeekOrigin.End);
            file.Write(Encoding.UTF8.GetBytes(text.ToString()));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(BadFile, $"{path} cannot be written: {e.Message}", "Close other programs that use it, or give another name.", e);
        }
    }

    static void RequireNew(string path, List<string[]> known, UnitIdentity identity)
    {
        for (var column = 0; column < Columns.Length; column++)
        {
            var value = Columns[column].Value(identity);
            if (!Columns[column].IsUnique || string.IsNullOrEmpty(value)) continue;
            var row = known.FindIndex(k => k.Length > column && k[column] == value);
            if (row >= 0)
            {
                throw new PogolineException(Duplicate, $"{Columns[column].Name} {value} of the {identity.Platform} {identity.DeviceId} is in line {row + 2} of {path} already, for {known[row][0]}.",
                    "Take the board off the line; if it is to be listed again, delete that line first.");
            }
        }
    }

    static bool EndsLine(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    static string Quote(string value) => value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    static string[] Split(string line)
    {
        var values = new List<string>();
        var value = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (isQuoted && line[i] == '"' && i + 1 < line.Length && line[i + 1] == '"') value.Append(line[++i]);
            else if (line[i] == '"') isQuoted = !isQuoted;
            else if (line[i] == ',' && !isQuoted) values.Add(Take());
            else value.Append(line[i]);
        }
        values.Add(Take());
        return [.. values];

        string Take()
        {
            var text = value.ToString();
            value.Clear();
            return text;
        }
    }
}

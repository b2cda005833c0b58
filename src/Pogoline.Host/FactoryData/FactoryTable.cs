using nietras.SeparatedValues;
using Pogoline.FactoryData;

namespace Pogoline.Host.FactoryData;

/// <summary>A CSV file with one row of values for each device.</summary>
/// <param name="Path">The file.</param>
/// <param name="Fields">The names of its columns, in their order.</param>
/// <param name="Rows">Its rows; no two are the same.</param>
public sealed record FactoryTable(string Path, IReadOnlyList<string> Fields, IReadOnlyList<FactoryRow> Rows)
{
    const long MaximumLength = 64L << 20;

    /// <summary>
    /// Reads a table: a line of column names (<see cref="FactoryField.Names"/>, in any order and case), then the rows; separated by comma, semicolon or tab,
    /// quoted as RFC 4180 has it. No message quotes a value.
    /// </summary>
    /// <exception cref="PogolineException"><see cref="FactoryFaults.Table"/>, <see cref="FactoryFaults.Duplicate"/>.</exception>
    public static FactoryTable Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaximumLength) throw Bad(path, $"it is larger than {MaximumLength >> 20} MiB");
            using var reader = Sep.Reader(options => options with { Unescape = true, Trim = SepTrim.All }).FromFile(path);
            var fields = Columns(path, reader.Header.ColNames);
            var rows = new List<FactoryRow>();
            var seen = new Dictionary<string, int>();
            foreach (var line in reader)
            {
                var values = new Dictionary<string, string>();
                for (var i = 0; i < fields.Count; i++) values[fields[i]] = line[i].ToString();
                var row = new FactoryRow(rows.Count + 1, values);
                if (values.FirstOrDefault(v => v.Value.Length == 0).Key is { } empty) throw Bad(path, $"row {row.Number} has no {empty}");
                if (!seen.TryAdd(row.Fingerprint, row.Number)) throw new PogolineException(
                    FactoryFaults.Duplicate, $"Rows {seen[row.Fingerprint]} and {row.Number} of {path} are the same.", "Remove one of them; every row is for one device.");
                rows.Add(row);
            }
            return new(path, fields, rows);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Bad(path, $"it cannot be opened ({e.GetType().Name})");
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException or NotSupportedException or KeyNotFoundException or IndexOutOfRangeException or InvalidOperationException)
        {
            // What the reader says quotes the row, and with it secrets.
            throw Bad(path, "its rows do not all have the columns of its first line");
        }
    }

    static List<string> Columns(string path, IReadOnlyList<string> names)
    {
        var fields = names.Select(name => FactoryField.Names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw Bad(path, $"column {names.ToList().IndexOf(name) + 1} is none of {string.Join(", ", FactoryField.Names)}")).ToList();
        if (fields.Count == 0) throw Bad(path, "it has no line of column names");
        return fields.Distinct().Count() == fields.Count ? fields : throw Bad(path, "a column is there twice");
    }

    static PogolineException Bad(string path, string why) => new(
        FactoryFaults.Table, $"{path} cannot be used as factory data: {why}.", "Give a CSV file with a line of column names and a row for each device; see docs/factory-data.md.");
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Pogoline.Platforms;

namespace Pogoline.FactoryData;

/// <summary>The values of one device. They are secrets: nothing here prints them, and no message names them.</summary>
public sealed class FactoryRow
{
    readonly IReadOnlyDictionary<string, string> _values;

    /// <summary>A row of a table.</summary>
    /// <param name="number">Its number, counted from 1 without the column names.</param>
    /// <param name="values">The values by field name.</param>
    public FactoryRow(int number, IReadOnlyDictionary<string, string> values)
    {
        (Number, _values) = (number, values);
        var text = string.Concat(values.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => $"{v.Key.Length}:{v.Key}{v.Value.Length}:{v.Value}"));
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>Its number, counted from 1 without the column names.</summary>
    public int Number { get; }

    /// <summary>SHA-256 over names and values, lower-case hex. Whoever has it can try short values out: it is to be kept like the table.</summary>
    public string Fingerprint { get; }

    /// <summary>The fields that it fills.</summary>
    public IEnumerable<string> Fields => _values.Keys;

    /// <summary>The bytes for a platform's device configuration, in the order of their places.</summary>
    /// <exception cref="PogolineException">A value does not fit (<see cref="FactoryFaults.Value"/>).</exception>
    public IReadOnlyList<FactoryValue> For(Platform platform) =>
        [.. _values.Select(v => Encode(platform, v.Key, v.Value)).OrderBy(v => v.Field.Offset)];

    /// <summary>The number and the names of the fields; never a value.</summary>
    public override string ToString() => $"row {Number} ({string.Join(", ", Fields)})";

    FactoryValue Encode(Platform platform, string name, string value)
    {
        var field = FactoryField.Find(name, platform.Name) ?? throw Bad(name, $"the {platform.DisplayName} has no such field");
        var bytes = field.Kind == FactoryFieldKind.Text ? Text(field, value) : Key(field, value);
        if (bytes.Length < field.Min || bytes.Length > field.Size)
            throw Bad(name, $"it has {bytes.Length} bytes, not {(field.Min == field.Size ? $"{field.Size}" : $"{field.Min} to {field.Size}")}");
        var padded = new byte[field.Size];
        padded.AsSpan().Fill(field.Fill);
        bytes.CopyTo(padded, 0);
        return new(field, padded);
    }

    byte[] Text(FactoryField field, string value) =>
        value.All(c => c is > ' ' and <= '~') ? Encoding.ASCII.GetBytes(value) : throw Bad(field.Name, "it has characters other than printable ASCII");

    byte[] Key(FactoryField field, string value)
    {
        var bytes = new byte[value.Length];
        if (!Convert.TryFromBase64String(value, bytes, out var length)) throw Bad(field.Name, "it is not base64");
        try
        {
            var key = PublicKey.CreateFromSubjectPublicKeyInfo(bytes.AsSpan(0, length), out var read);
            if (read == length && key.Oid.Value == field.Key) return bytes[..length];
        }
        catch (CryptographicException)
        {
            // The same answer as for a key of another kind, without what the exception may quote.
        }
        throw Bad(field.Name, "it is no public key of the kind that this board takes");
    }

    PogolineException Bad(string field, string why) => new(
        FactoryFaults.Value, $"The {field} of row {Number} cannot be used: {why}.", "Correct the row in the table; the values are not shown here because they are secret.");
}

/// <summary>The bytes of one field for one device.</summary>
/// <param name="place">Where they belong.</param>
/// <param name="bytes">As many as the field has.</param>
public sealed class FactoryValue(FactoryField place, ReadOnlyMemory<byte> bytes)
{
    /// <summary>Where they belong.</summary>
    public FactoryField Field => place;

    /// <summary>The bytes, filled up to the size of the field. Secret.</summary>
    public ReadOnlyMemory<byte> Bytes => bytes;

    /// <summary>The name of the field; never the value.</summary>
    public override string ToString() => place.Name;
}

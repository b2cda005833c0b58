using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Pogoline.Signing;

/// <summary>The public half of an ECDSA key on the curve P-256, as a PEM file of its SubjectPublicKeyInfo holds it.</summary>
public sealed class VerifyingKey
{
    /// <summary>The most bytes that a key file may have; a P-256 key has some 180.</summary>
    public const int MaximumFileLength = 4096;

    const string Label = "PUBLIC KEY";
    const string P256 = "1.2.840.10045.3.1.7";

    readonly byte[] _info;

    internal VerifyingKey(ECDsa key)
    {
        _info = key.ExportSubjectPublicKeyInfo();
        Id = Convert.ToHexStringLower(SHA256.HashData(_info));
    }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo in DER, lower-case hex.</summary>
    public string Id { get; }

    /// <summary>Reads a public key; false with the reason when it is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> pem, [NotNullWhen(true)] out VerifyingKey? key, [NotNullWhen(false)] out FaultCode? fault)
    {
        (key, fault) = (null, SigningFaults.BadKey);
        if (pem.Length > MaximumFileLength) return false;
        var text = Encoding.ASCII.GetString(pem);
        if (!PemEncoding.TryFind(text, out var fields) || text[fields.Label] != Label) return false;
        try
        {
            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(Convert.FromBase64String(text[fields.Base64Data]), out var read);
            if (read != fields.DecodedDataLength) return false;
            if (!IsP256(ecdsa))
            {
                fault = SigningFaults.Curve;
                return false;
            }
            key = new(ecdsa);
            fault = null;
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or FormatException or PlatformNotSupportedException)
        {
            // RSA and the like are not broken, only of no use.
            fault = IsOtherKind(text) ? SigningFaults.Curve : SigningFaults.BadKey;
            return false;
        }
    }

    /// <summary>Reads a public key.</summary>
    /// <exception cref="PogolineException"><see cref="SigningFaults.BadKey"/>, <see cref="SigningFaults.Curve"/>.</exception>
    public static VerifyingKey Require(ReadOnlySpan<byte> pem, string file) => TryRead(pem, out var key, out var fault) ? key : throw new PogolineException(
        fault, $"{file} holds no public P-256 key in PEM form.", "Give the file that 'pogoline keys export' or 'openssl ec -pubout' wrote.");

    /// <summary>Whether the signature (ECDSA over SHA-256, ASN.1 DER as RFC 3279 has it) was made of the data by this key.</summary>
    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_info, out _);
        try
        {
            return key.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    /// <summary>The key as a PEM file with a line end.</summary>
    public string ToPem() => PemEncoding.WriteString(Label, _info) + "\n";

    /// <summary>The first 16 digits of <see cref="Id"/>.</summary>
    public override string ToString() => Id[..16];

    internal static bool IsP256(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        return curve.IsNamed && (curve.Oid.Value == P256 || curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256");
    }

    static bool IsOtherKind(string text)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(text);
            return true;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return false;
        }
    }
}

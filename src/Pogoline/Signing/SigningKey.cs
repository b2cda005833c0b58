using System.Security.Cryptography;
using System.Text;

namespace Pogoline.Signing;

/// <summary>A private ECDSA key on the curve P-256, kept as PKCS#8 in a PEM file, with or without a password.</summary>
public sealed class SigningKey : IDisposable
{
    // PBES2 with AES-256 and PBKDF2-HMAC-SHA-256, at the count that OWASP advises.
    static readonly PbeParameters Lock = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);

    readonly ECDsa _key;

    SigningKey(ECDsa key)
    {
        _key = key;
        Public = new(key);
    }

    /// <summary>The public half.</summary>
    public VerifyingKey Public { get; }

    /// <summary>Makes a new key.</summary>
    public static SigningKey Create() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Reads a private key: PKCS#8, PKCS#8 with a password, or the form that <c>openssl ecparam</c> writes.</summary>
    /// <param name="pem">The PEM file.</param>
    /// <param name="file">Its name for messages.</param>
    /// <param name="password">The password; null for none.</param>
    /// <exception cref="PogolineException">
    /// <see cref="SigningFaults.BadKey"/>, <see cref="SigningFaults.Curve"/>, <see cref="SigningFaults.Password"/>.
    /// </exception>
    public static SigningKey Require(ReadOnlySpan<byte> pem, string file, string? password)
    {
        var text = pem.Length <= VerifyingKey.MaximumFileLength ? Encoding.ASCII.GetString(pem) : "";
        var isLocked = text.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        if (!isLocked && !text.Contains("PRIVATE KEY", StringComparison.Ordinal)) throw Bad(SigningFaults.BadKey, file);
        if (isLocked && string.IsNullOrEmpty(password)) throw new PogolineException(
            SigningFaults.Password, $"{file} is locked with a password.", "Set POGOLINE_KEY_PASSWORD, or run the command in a terminal, where it asks.");
        var key = ECDsa.Create();
        try
        {
            if (isLocked) key.ImportFromEncryptedPem(text, password);
            else key.ImportFromPem(WithoutParameters(text));
            return VerifyingKey.IsP256(key) ? new(key) : throw Bad(SigningFaults.Curve, file);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            if (isLocked) throw new PogolineException(SigningFaults.Password, $"The password does not open {file}.", "Give the password that the key was made with.", e);
            throw Bad(SigningFaults.BadKey, file, e);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Signs data: ECDSA over SHA-256, ASN.1 DER. Two signatures of the same data differ, and both are right.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data) => _key.SignData(data, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    /// <summary>The private key as a PEM file with a line end.</summary>
    /// <param name="password">Locks it; null or empty for an open file.</param>
    public string ToPem(string? password) =>
        (string.IsNullOrEmpty(password) ? _key.ExportPkcs8PrivateKeyPem() : _key.ExportEncryptedPkcs8PrivateKeyPem(password, Lock)) + "\n";

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    // 'openssl ecparam -genkey' puts the curve's name in front of the key.
    static string WithoutParameters(string text) =>
        PemEncoding.TryFind(text, out var first) && text[first.Label] == "EC PARAMETERS" ? text[first.Location.End..] : text;

    static PogolineException Bad(FaultCode code, string file, Exception? inner = null) => new(
        code, $"{file} holds no private P-256 key in PEM form.", "Give a key of 'pogoline keys create', or one of 'openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256'.", inner);
}

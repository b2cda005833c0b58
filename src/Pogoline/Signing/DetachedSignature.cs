using System.Diagnostics.CodeAnalysis;

namespace Pogoline.Signing;

/// <summary>
/// A signature beside what it signs: for a file X the signature alone in X.sig (DER), and the public key in X.pem. The key comes along so that a
/// wrong signature can be told from one by a stranger; it proves nothing until it is among those trusted here.
/// </summary>
/// <param name="Signature">The bytes of X.sig.</param>
/// <param name="KeyPem">The bytes of X.pem.</param>
public sealed record DetachedSignature(ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> KeyPem)
{
    /// <summary>What is put behind the name of the signed file for its signature.</summary>
    public const string SignatureSuffix = ".sig";

    /// <summary>What is put behind the name of the signed file for the public key.</summary>
    public const string KeySuffix = ".pem";

    /// <summary>The most bytes of a signature; one of P-256 has at most 72.</summary>
    public const int MaximumLength = 80;

    /// <summary>Signs data.</summary>
    public static DetachedSignature Of(ReadOnlySpan<byte> data, SigningKey key) =>
        new(key.Sign(data), System.Text.Encoding.ASCII.GetBytes(key.Public.ToPem()));

    /// <summary>Checks the signature against the key that came with it, and says whose it is.</summary>
    public bool TryVerify(ReadOnlySpan<byte> data, [NotNullWhen(true)] out VerifyingKey? signer, [NotNullWhen(false)] out FaultCode? fault)
    {
        if (!VerifyingKey.TryRead(KeyPem.Span, out signer, out fault)) return false;
        if (Signature.Length <= MaximumLength && signer.Verifies(data, Signature.Span)) return true;
        (signer, fault) = (null, SigningFaults.Wrong);
        return false;
    }
}

using Pogoline.Releases.Bundles;
using Pogoline.Signing;

namespace Pogoline.Host.Bundles;

/// <summary>Which bundles this machine accepts.</summary>
/// <param name="keys">The keys that it trusts.</param>
/// <param name="locked">The one bundle that it is locked to; null for any.</param>
/// <param name="requireSigned">Whether a signature by a trusted key is needed.</param>
public sealed class BundlePolicy(KeyStore keys, LockedBundle? locked, bool requireSigned)
{
    /// <summary>The policy of this machine's user.</summary>
    public static BundlePolicy Default(bool requireSigned) => new(KeyStore.Default, MachineLock.Default.Read(), requireSigned);

    /// <summary>The one bundle that the machine is locked to; null for any.</summary>
    public LockedBundle? Locked => locked;

    /// <summary>Whether a signature by a trusted key is needed.</summary>
    public bool RequiresSignature => requireSigned;

    /// <summary>Refuses a bundle that is not accepted.</summary>
    /// <exception cref="PogolineException">
    /// <see cref="MachineLock.Locked"/>, <see cref="SigningFaults.Unsigned"/>, <see cref="SigningFaults.UnknownKey"/>.
    /// </exception>
    public void Require(ReleaseBundle bundle)
    {
        if (locked is not null && (bundle.Sha256 != locked.Sha256 || bundle.Signer?.Id != locked.KeyId)) throw MachineLock.Refused($"{bundle.Name} ({bundle.Sha256[..16]}…)", locked);
        if (requireSigned) RequireSigner(bundle.Name, bundle.Signer);
    }

    /// <summary>Whose bundle it is, as a sentence.</summary>
    public string Describe(ReleaseBundle bundle) =>
        bundle.Signer is not { } signer ? $"The bundle {bundle.Sha256[..16]}… is not signed."
        : keys.FindTrusted(signer) is { } known ? $"The bundle {bundle.Sha256[..16]}… is signed by {known.Name} ({signer})."
        : $"The bundle {bundle.Sha256[..16]}… is signed by the key {signer}, which is not trusted here.";

    /// <summary>Refuses what is unsigned, or signed by a key that is not trusted here; gives the key's name.</summary>
    /// <exception cref="PogolineException"><see cref="SigningFaults.Unsigned"/>, <see cref="SigningFaults.UnknownKey"/>.</exception>
    public StoredKey RequireSigner(string what, VerifyingKey? signer)
    {
        if (signer is null) throw new PogolineException(SigningFaults.Unsigned, $"{what} is not signed.", "Get one that was made with --sign.");
        return keys.FindTrusted(signer) ?? throw new PogolineException(
            SigningFaults.UnknownKey, $"{what} is signed by the key {signer}, which is not trusted here.",
            "Get the signer's public key by a way you trust, compare its ID, and add it with 'pogoline keys trust FILE'.");
    }
}

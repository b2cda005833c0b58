using System.Text.Json;
using System.Text.Json.Serialization;
using Pogoline.Releases.Bundles;
using Pogoline.Signing;

namespace Pogoline.Host.Bundles;

/// <summary>The one bundle that a locked machine accepts.</summary>
/// <param name="Schema">The version of the format: 1.</param>
/// <param name="Sha256">SHA-256 of the bundle's manifest.</param>
/// <param name="KeyId">Whose signature it bears.</param>
/// <param name="Release">What is in it, for messages.</param>
/// <param name="Platforms">For which boards, for messages.</param>
public sealed record LockedBundle(int Schema, string Sha256, string KeyId, string Release, IReadOnlyList<string> Platforms)
{
    /// <inheritdoc/>
    public override string ToString() => $"the bundle {Sha256[..16]}… (Device OS {Release} for {string.Join(", ", Platforms)})";
}

/// <summary>
/// The lock of a machine: a file in the configuration folder. It keeps a line from using the wrong file; against somebody who may change that folder
/// only the permissions of the folder help.
/// </summary>
/// <param name="path">The file.</param>
public sealed class MachineLock(string path)
{
    const int MaximumLength = 64 * 1024;

    /// <summary>The machine is locked, and this is not what it is locked to.</summary>
    public static readonly FaultCode Locked = new("machine-locked", ExitCode.Refused, "This machine was locked to one bundle with 'pogoline bundle lock'.");

    /// <summary>The lock cannot be read or changed.</summary>
    public static readonly FaultCode Unusable = new("machine-lock-unusable", ExitCode.Machine, "The lock file was damaged, or permission is missing.");

    /// <summary>The one of this machine's user.</summary>
    public static MachineLock Default => new(Path.Combine(HostPaths.Configuration, "bundle-lock.json"));

    /// <summary>What the machine is locked to; null when it is not.</summary>
    /// <exception cref="PogolineException">There is a lock that cannot be read: nothing is allowed then.</exception>
    public LockedBundle? Read()
    {
        try
        {
            if (!File.Exists(path)) return null;
            if (new FileInfo(path).Length <= MaximumLength && JsonSerializer.Deserialize(File.ReadAllBytes(path), LockJson.Default.LockedBundle)
                is { Schema: 1, Sha256.Length: 64, KeyId.Length: 64 } locked) return locked;
            throw new PogolineException(Unusable, $"{path} is no lock file of this version.", "Unlock the machine with 'pogoline bundle unlock' and lock it again.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new PogolineException(Unusable, $"{path} cannot be read: {e.Message}", "Check its permissions, or unlock the machine with 'pogoline bundle unlock' and lock it again.", e);
        }
    }

    /// <summary>Locks the machine to a bundle.</summary>
    /// <exception cref="PogolineException">It is not signed, or the disk refuses.</exception>
    public LockedBundle Lock(ReleaseBundle bundle)
    {
        var signer = bundle.Signer ?? throw new PogolineException(SigningFaults.Unsigned, $"{bundle.Name} is not signed.", "Lock a machine only to a bundle that 'bundle create --sign' made.");
        var locked = new LockedBundle(1, bundle.Sha256, signer.Id, bundle.Manifest.Release.ToString(), bundle.Manifest.Platforms);
        Guard(() => PrivateFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(locked, LockJson.Default.LockedBundle), replace: true));
        return locked;
    }

    /// <summary>Unlocks the machine; false when it was not locked.</summary>
    /// <exception cref="PogolineException">The disk refuses.</exception>
    public bool Unlock()
    {
        var was = File.Exists(path);
        Guard(() => File.Delete(path));
        return was;
    }

    /// <summary>Refuses what needs an unlocked machine.</summary>
    /// <param name="what">What is refused, as the subject of a sentence.</param>
    /// <exception cref="PogolineException"><see cref="Locked"/>.</exception>
    public void RequireUnlocked(string what)
    {
        if (Read() is { } locked) throw Refused(what, locked);
    }

    internal static PogolineException Refused(string what, LockedBundle locked) => new(
        Locked, $"{what} cannot be used: this machine is locked to {locked}.", "Give that bundle with --bundle, or unlock the machine with 'pogoline bundle unlock'.");

    void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(Unusable, $"{path} cannot be changed: {e.Message}", "Check the permissions of its folder.", e);
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, MaxDepth = 4,
    RespectRequiredConstructorParameters = true, RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(LockedBundle))]
sealed partial class LockJson : JsonSerializerContext;

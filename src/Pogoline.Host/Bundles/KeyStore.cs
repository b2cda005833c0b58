using System.Text;
using Pogoline.Signing;

namespace Pogoline.Host.Bundles;

/// <summary>A key that this machine knows.</summary>
/// <param name="Name">What it is called here.</param>
/// <param name="Key">The public half.</param>
/// <param name="HasPrivate">Whether the private half is here, so that it can sign.</param>
/// <param name="IsTrusted">Whether signatures by it are accepted.</param>
public sealed record StoredKey(string Name, VerifyingKey Key, bool HasPrivate, bool IsTrusted);

/// <summary>
/// Keys in files: <c>private/NAME.pem</c> signs (mode 0600, PKCS#8, with or without a password), <c>public/NAME.pem</c> is its public half, and what
/// lies in <c>trusted/NAME.pem</c> is accepted.
/// </summary>
/// <param name="folder">Where they lie.</param>
public sealed class KeyStore(string folder)
{
    const string Private = "private", Public = "public", Trusted = "trusted", Suffix = ".pem";

    /// <summary>The one of this user.</summary>
    public static KeyStore Default => new(Path.Combine(HostPaths.Configuration, "keys"));

    /// <summary>Every key, by name.</summary>
    /// <exception cref="PogolineException">A file cannot be read or is no key.</exception>
    public IReadOnlyList<StoredKey> List()
    {
        var trusted = ReadAll(Trusted);
        var own = ReadAll(Public);
        return [.. own.Keys.Union(trusted.Keys).Order(StringComparer.Ordinal).Select(name =>
        {
            var key = own.GetValueOrDefault(name) ?? trusted[name];
            return new StoredKey(name, key, own.ContainsKey(name) && File.Exists(PathOf(Private, name)), trusted.Values.Any(t => t.Id == key.Id));
        })];
    }

    /// <summary>The trusted key of that identity; null when there is none.</summary>
    public StoredKey? FindTrusted(VerifyingKey key) => List().FirstOrDefault(stored => stored.IsTrusted && stored.Key.Id == key.Id);

    /// <summary>Stores a private key under a name, and trusts it.</summary>
    /// <param name="name">Letters, digits, <c>.</c>, <c>-</c> and <c>_</c>.</param>
    /// <param name="key">The key.</param>
    /// <param name="password">Locks the file; null for none.</param>
    /// <exception cref="PogolineException">The name is taken or none, or the disk refuses.</exception>
    public StoredKey Add(string name, SigningKey key, string? password)
    {
        RequireFree(name);
        Write(Private, name, key.ToPem(password));
        Write(Public, name, key.Public.ToPem());
        Write(Trusted, name, key.Public.ToPem());
        return new(name, key.Public, HasPrivate: true, IsTrusted: true);
    }

    /// <summary>Accepts signatures by a key from now on.</summary>
    /// <exception cref="PogolineException">The name is taken by another key or none, or the disk refuses.</exception>
    public StoredKey Trust(string name, VerifyingKey key)
    {
        if (List().FirstOrDefault(stored => stored.Name == name) is { } known && known.Key.Id != key.Id) throw Taken(name);
        RequireName(name);
        Write(Trusted, name, key.ToPem());
        return new(name, key, File.Exists(PathOf(Private, name)), IsTrusted: true);
    }

    /// <summary>Accepts signatures by a key no longer; a private half stays.</summary>
    /// <exception cref="PogolineException">There is no such key.</exception>
    public void Distrust(string name)
    {
        var key = Require(name).Key;
        Guard(() =>
        {
            foreach (var (other, trusted) in ReadAll(Trusted))
            {
                if (trusted.Id == key.Id) File.Delete(PathOf(Trusted, other));
            }
        });
    }

    /// <summary>The key of that name.</summary>
    /// <exception cref="PogolineException">There is none.</exception>
    public StoredKey Require(string name) => List().FirstOrDefault(stored => stored.Name == name) ?? throw NoKey(name);

    /// <summary>Opens a private key.</summary>
    /// <param name="nameOrPath">A name here, or the path of a PEM file.</param>
    /// <param name="password">Is asked when the file is locked; may give null.</param>
    /// <exception cref="PogolineException">There is none, or it does not open.</exception>
    public SigningKey OpenPrivate(string nameOrPath, Func<string?> password)
    {
        var path = IsName(nameOrPath) && File.Exists(PathOf(Private, nameOrPath)) ? PathOf(Private, nameOrPath) : nameOrPath;
        if (!File.Exists(path)) throw NoKey(nameOrPath);
        var pem = ReadFile(path);
        var isLocked = pem.AsSpan().IndexOf("ENCRYPTED PRIVATE KEY"u8) >= 0;
        return SigningKey.Require(pem, path, isLocked ? password() : null);
    }

    /// <summary>Reads a key file.</summary>
    /// <exception cref="PogolineException">It cannot be read, or is larger than any key.</exception>
    public static byte[] ReadFile(string path)
    {
        try
        {
            return new FileInfo(path).Length <= VerifyingKey.MaximumFileLength ? File.ReadAllBytes(path) : throw new PogolineException(
                SigningFaults.BadKey, $"{path} is larger than any key file.", "Give a PEM file with one key.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(SigningFaults.KeyStore, $"{path} cannot be read: {e.Message}", "Check the path and its permissions.", e);
        }
    }

    Dictionary<string, VerifyingKey> ReadAll(string kind)
    {
        var keys = new Dictionary<string, VerifyingKey>(StringComparer.Ordinal);
        var path = Path.Combine(folder, kind);
        if (!Directory.Exists(path)) return keys;
        foreach (var file in Directory.EnumerateFiles(path, "*" + Suffix)) keys[Path.GetFileNameWithoutExtension(file)] = VerifyingKey.Require(ReadFile(file), file);
        return keys;
    }

    void RequireFree(string name)
    {
        RequireName(name);
        if (new[] { Private, Public, Trusted }.Any(kind => File.Exists(PathOf(kind, name)))) throw Taken(name);
    }

    void Write(string kind, string name, string pem) => Guard(() => PrivateFile.Write(PathOf(kind, name), Encoding.ASCII.GetBytes(pem), replace: kind == Trusted));

    string PathOf(string kind, string name) => Path.Combine(folder, kind, name + Suffix);

    void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(SigningFaults.KeyStore, $"The keys in {folder} cannot be changed: {e.Message}", "Check the permissions of the folder, or set POGOLINE_CONFIG to another one.", e);
        }
    }

    static bool IsName(string name) => name.Length is > 0 and <= 64 && name[0] != '.' && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    static void RequireName(string name)
    {
        if (!IsName(name)) throw new PogolineException(SigningFaults.NoKey, $"'{name}' is no name for a key.", "Use letters, digits, '.', '-' and '_', at most 64.");
    }

    static PogolineException Taken(string name) => new(SigningFaults.KeyExists, $"There is another key called {name}.", "Choose another name; keys are never replaced.");

    static PogolineException NoKey(string name) => new(SigningFaults.NoKey, $"There is no key called {name} here, nor a file of that name.", "See 'pogoline keys list', or give the path of a PEM file.");
}

using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Pogoline.Host.Releases;

/// <summary>
/// Files by the SHA-256 of their content (<c>blobs/ab/abcd…</c>), and index entries that say which content a key has
/// (<c>index/source/release/platform/file</c>). A file is hashed again at every use. Both kinds appear by one rename when they are complete, so
/// any number of processes may use the cache at the same time and none sees half a file.
/// </summary>
public sealed class ContentCache
{
    static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(25);

    readonly string _root;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly Func<string, Stream> _create;

    /// <summary>A cache in a folder, which is made when needed.</summary>
    public ContentCache(string root, TimeProvider? time = null, ILogger? log = null)
        : this(root, time, log, path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None))
    {
    }

    internal ContentCache(string root, TimeProvider? time, ILogger? log, Func<string, Stream> create) =>
        (_root, _time, _log, _create) = (root, time ?? TimeProvider.System, log ?? NullLogger.Instance, create);

    /// <summary>Reads a file and checks its hash. What does not match is dropped from the cache.</summary>
    public async ValueTask<CacheResult> ReadAsync(CacheKey key, CancellationToken stop)
    {
        var indexPath = IndexPath(key);
        try
        {
            var entry = JsonSerializer.Deserialize(await File.ReadAllBytesAsync(indexPath, stop).ConfigureAwait(false), CacheJson.Default.CacheEntry);
            if (entry is { Sha256.Length: 64 } && entry.Sha256.All(char.IsAsciiHexDigitLower))
            {
                var blobPath = BlobPath(entry.Sha256);
                var content = File.Exists(blobPath) ? await File.ReadAllBytesAsync(blobPath, stop).ConfigureAwait(false) : [];
                if (Convert.ToHexStringLower(SHA256.HashData(content)) == entry.Sha256) return new(CacheStatus.Hit, content, entry.Origin);
                Delete(blobPath);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new(CacheStatus.Miss, default, null);
        }
        catch (JsonException)
        {
            // An index entry that cannot be read is as good as a blob that does not match.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(SourceFaults.Unreadable, $"The cache entry for {key} cannot be read: {e.Message}", $"Check the permissions of {_root}.", e);
        }
        Delete(indexPath);
        Log.Dropped(_log, key);
        return new(CacheStatus.Corrupt, default, null);
    }

    /// <summary>Reads a file and checks its hash, where a damaged entry is an error when it cannot be fetched again.</summary>
    /// <exception cref="PogolineException">The entry is damaged and the network forbidden (<see cref="SourceFaults.CacheCorrupt"/>).</exception>
    public async ValueTask<CacheResult> ReadAsync(CacheKey key, NetworkPolicy network, CancellationToken stop)
    {
        var result = await ReadAsync(key, stop).ConfigureAwait(false);
        return result.Status == CacheStatus.Corrupt && network.IsOffline ? throw new PogolineException(
            SourceFaults.CacheCorrupt, $"The cached file for {key} changed on disk and was dropped; the network is not to be used.",
            "Run 'pogoline releases fetch' once while online, and check the disk.") : result;
    }

    /// <summary>Every key that the cache has something for, in ordinal order; nothing is read or checked.</summary>
    public IReadOnlyList<CacheKey> Keys()
    {
        var index = Path.Combine(_root, "index");
        if (!Directory.Exists(index)) return [];
        try
        {
            return [.. Directory.EnumerateFiles(index, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(index, path))
                .Order(StringComparer.Ordinal).Select(CacheKey.Parse).OfType<CacheKey>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(SourceFaults.Unreadable, $"The cache cannot be read: {e.Message}", $"Check the permissions of {_root}.", e);
        }
    }

    /// <summary>Stores a file under a key.</summary>
    /// <param name="key">The key; what it had before is replaced.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="origin">Where it came from, exactly; given back with the content.</param>
    /// <param name="stop">Ends the writing; nothing is left then.</param>
    /// <exception cref="PogolineException">The disk is full or refuses (<see cref="SourceFaults.CacheWrite"/>); nothing is left then.</exception>
    public async ValueTask WriteAsync(CacheKey key, ReadOnlyMemory<byte> content, string? origin, CancellationToken stop)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content.Span));
        await PutAsync(BlobPath(sha256), content, stop).ConfigureAwait(false);
        var entry = JsonSerializer.SerializeToUtf8Bytes(new(sha256, content.Length, origin), CacheJson.Default.CacheEntry);
        await PutAsync(IndexPath(key), entry, stop).ConfigureAwait(false);
    }

    /// <summary>Reads a file, or fetches and stores it; concurrent callers of the same key fetch once.</summary>
    /// <param name="key">The key.</param>
    /// <param name="network">Decides what a damaged entry means: fetched again online, an error offline.</param>
    /// <param name="fetch">Fetches the bytes and says where from. Not cached when it throws.</param>
    /// <param name="stop">Ends the waiting.</param>
    /// <exception cref="PogolineException">
    /// The network is forbidden, and nothing is there (<see cref="SourceFaults.Offline"/>) or it is damaged
    /// (<see cref="SourceFaults.CacheCorrupt"/>); or what <paramref name="fetch"/> threw.
    /// </exception>
    public async ValueTask<(ReadOnlyMemory<byte> Content, string? Origin)> GetOrFetchAsync(
        CacheKey key, NetworkPolicy network, Func<ValueTask<(ReadOnlyMemory<byte> Content, string Origin)>> fetch, CancellationToken stop)
    {
        if (await ReadAsync(key, network, stop).ConfigureAwait(false) is { Status: CacheStatus.Hit } early) return (early.Content, early.Origin);
        network.Demand($"{key}");
        using var held = await LockAsync(key, stop).ConfigureAwait(false);
        if (await ReadAsync(key, stop).ConfigureAwait(false) is { Status: CacheStatus.Hit } late) return (late.Content, late.Origin);
        var (content, origin) = await fetch().ConfigureAwait(false);
        await WriteAsync(key, content, origin, stop).ConfigureAwait(false);
        return (content, origin);
    }

    /// <summary>
    /// Waits until nobody else, in this process or another, is fetching the key, and keeps others waiting until disposed. It spares a second
    /// download; reading and writing need no lock.
    /// </summary>
    public async ValueTask<IDisposable> LockAsync(CacheKey key, CancellationToken stop)
    {
        var path = Path.Combine(_root, "locks", Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key.RelativePath)))[..32]);
        while (true)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (IsHeld(e))
            {
                await Task.Delay(LockPoll, _time, stop).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw NotWritten(path, e);
            }
        }
    }

    // A lock that somebody else has: EWOULDBLOCK of flock on Unix, ERROR_SHARING_VIOLATION or ERROR_LOCK_VIOLATION on Windows.
    static bool IsHeld(IOException e) =>
        e.GetType() == typeof(IOException) && (OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 32 or 33 : e.HResult is 11 or 35);

    string IndexPath(CacheKey key) => Path.Combine(_root, "index", key.RelativePath);

    string BlobPath(string sha256) => Path.Combine(_root, "blobs", sha256[..2], sha256);

    async ValueTask PutAsync(string path, ReadOnlyMemory<byte> content, CancellationToken stop)
    {
        if (await HasAsync(path, content, stop).ConfigureAwait(false)) return;
        var staging = Path.Combine(_root, "staging", Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(staging)!);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (var file = _create(staging))
            {
                await file.WriteAsync(content, stop).ConfigureAwait(false);
                if (file is FileStream onDisk) onDisk.Flush(flushToDisk: true);
            }
            try
            {
                File.Move(staging, path, overwrite: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && File.Exists(path))
            {
                // Windows refuses to replace a file that somebody reads; then it is there, and its hash is checked at every use.
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw NotWritten(path, e);
        }
        finally
        {
            Delete(staging);
        }
    }

    /// <summary>Whether a file is there with exactly this content: what every job keeps again is written once.</summary>
    static async ValueTask<bool> HasAsync(string path, ReadOnlyMemory<byte> content, CancellationToken stop)
    {
        try
        {
            return new FileInfo(path) is { Exists: true } file && file.Length == content.Length
                && (await File.ReadAllBytesAsync(path, stop).ConfigureAwait(false)).AsSpan().SequenceEqual(content.Span);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever reads it next finds out again that it does not match.
        }
    }

    PogolineException NotWritten(string path, Exception e) => new(
        SourceFaults.CacheWrite, $"The cache cannot write {path}: {e.Message}", $"Free space on the disk of {_root}, or set POGOLINE_CACHE to another folder.", e);
}

/// <summary>What the cache has under a key.</summary>
public enum CacheStatus
{
    /// <summary>Nothing.</summary>
    Miss,

    /// <summary>The file, and its hash is right.</summary>
    Hit,

    /// <summary>It had something that changed on disk; it is dropped.</summary>
    Corrupt,
}

/// <summary>The answer of the cache.</summary>
/// <param name="Status">Whether it has the file.</param>
/// <param name="Content">The bytes, after <see cref="CacheStatus.Hit"/>.</param>
/// <param name="Origin">Where they came from.</param>
public readonly record struct CacheResult(CacheStatus Status, ReadOnlyMemory<byte> Content, string? Origin);

sealed record CacheEntry(string Sha256, long Length, string? Origin);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(CacheEntry))]
sealed partial class CacheJson : JsonSerializerContext;

static partial class Log
{
    [LoggerMessage(3101, LogLevel.Warning, "Cache entry for {Key} changed on disk and was dropped")]
    public static partial void Dropped(ILogger log, CacheKey key);

    [LoggerMessage(3102, LogLevel.Information, "{Uri}: attempt {Attempt} ended after {Bytes} bytes: {Reason}")]
    public static partial void DownloadRetried(ILogger log, Uri uri, int attempt, long bytes, string reason);

    [LoggerMessage(3103, LogLevel.Information, "{Source} cannot help with {Release} for {Platform}: {Reason}")]
    public static partial void SourceFailed(ILogger log, string source, DeviceOsVersion release, string platform, string reason);
}

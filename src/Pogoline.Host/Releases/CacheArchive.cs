using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pogoline.Modules;

namespace Pogoline.Host.Releases;

/// <summary>A file of the cache in an archive.</summary>
/// <param name="Source">The source of its key.</param>
/// <param name="Release">The release of its key.</param>
/// <param name="Platform">The platform of its key.</param>
/// <param name="File">The file of its key.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">SHA-256 of its content, lower-case hex.</param>
/// <param name="Origin">Where it came from.</param>
public sealed record CachedFile(string Source, string Release, string Platform, string File, long Bytes, string Sha256, string? Origin)
{
    /// <summary>Its key.</summary>
    [JsonIgnore]
    public CacheKey Key => new(Source, Release, Platform, File);
}

/// <summary>What an import did.</summary>
/// <param name="Added">What the cache did not have, or had damaged.</param>
/// <param name="Kept">What it had already; that stays, whatever the archive says.</param>
public sealed record CacheImport(IReadOnlyList<CachedFile> Added, IReadOnlyList<CachedFile> Kept);

/// <summary>
/// The cache as one file for a machine without network: a zip with <c>cache.json</c> (what is in it) and the contents as <c>blobs/SHA-256</c>, all
/// uncompressed. Nothing of an archive is used before all of it was read and every hash found right.
/// </summary>
public static class CacheArchive
{
    const string ManifestName = "cache.json";
    const string BlobFolder = "blobs/";
    const int MaximumManifest = 16 << 20;
    const int MaximumFile = 512 << 20;
    const int MaximumName = 200;

    static readonly DateTimeOffset Fixed = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>What the cache holds; each file is read and its hash checked, and what is damaged is dropped.</summary>
    public static async ValueTask<(IReadOnlyList<CachedFile> Files, IReadOnlyList<CacheKey> Dropped)> ListAsync(ContentCache cache, CancellationToken stop)
    {
        var (files, dropped) = (new List<CachedFile>(), new List<CacheKey>());
        foreach (var key in cache.Keys())
        {
            var found = await cache.ReadAsync(key, stop).ConfigureAwait(false);
            if (found.Status == CacheStatus.Hit) files.Add(new(key.Source, key.Release, key.Platform, key.File, found.Content.Length, Hash(found.Content.Span), found.Origin));
            else if (found.Status == CacheStatus.Corrupt) dropped.Add(key);
        }
        return (files, dropped);
    }

    /// <summary>Writes all that is sound in the cache to a file, which appears by one rename.</summary>
    /// <exception cref="PogolineException"><see cref="SourceFaults.CacheExport"/>.</exception>
    public static async ValueTask<IReadOnlyList<CachedFile>> ExportAsync(ContentCache cache, string path, CancellationToken stop)
    {
        var (files, _) = await ListAsync(cache, stop).ConfigureAwait(false);
        var staging = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var disk = new FileStream(staging, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None))
            {
                using (var zip = new ZipArchive(disk, ZipArchiveMode.Create, leaveOpen: true))
                {
                    await PutAsync(zip, ManifestName, JsonSerializer.SerializeToUtf8Bytes(new(1, files), CacheArchiveJson.Default.CacheManifest), stop).ConfigureAwait(false);
                    foreach (var file in files.DistinctBy(f => f.Sha256).OrderBy(f => f.Sha256, StringComparer.Ordinal))
                    {
                        var content = (await cache.ReadAsync(file.Key, stop).ConfigureAwait(false)).Content;
                        if (Hash(content.Span) != file.Sha256) throw new PogolineException(
                            SourceFaults.CacheCorrupt, $"{file.Key} changed while it was exported.", "Run the command again; if it stays, check the disk.");
                        await PutAsync(zip, BlobFolder + file.Sha256, content, stop).ConfigureAwait(false);
                    }
                }
                disk.Flush(flushToDisk: true);
            }
            File.Move(staging, path, overwrite: true);
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(SourceFaults.CacheExport, $"{path} cannot be written: {e.Message}", "Give another path, on a disk with space.", e);
        }
        finally
        {
            File.Delete(staging);
        }
    }

    /// <summary>Takes what an exported cache holds and this one does not.</summary>
    /// <exception cref="PogolineException">It is refused whole (<see cref="SourceFaults.CacheArchive"/>), or the cache cannot be written.</exception>
    public static async ValueTask<CacheImport> ImportAsync(ContentCache cache, string path, CancellationToken stop)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            using var zip = new ZipArchive(stream, ZipArchiveMode.Read);
            var manifest = await CheckAsync(path, zip, stream.Length, stop).ConfigureAwait(false);
            var (added, kept) = (new List<CachedFile>(), new List<CachedFile>());
            foreach (var file in manifest)
            {
                if ((await cache.ReadAsync(file.Key, stop).ConfigureAwait(false)).Status == CacheStatus.Hit)
                {
                    kept.Add(file);
                    continue;
                }
                await cache.WriteAsync(file.Key, await ReadAsync(path, zip.GetEntry(BlobFolder + file.Sha256)!, stop).ConfigureAwait(false), file.Origin, stop).ConfigureAwait(false);
                added.Add(file);
            }
            return new(added, kept);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            throw new PogolineException(SourceFaults.Missing, $"{path} cannot be opened: {e.Message}", "Correct the path.", e);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw Refused(path, "it is no zip archive, or cut off", e);
        }
    }

    static async ValueTask<IReadOnlyList<CachedFile>> CheckAsync(string path, ZipArchive zip, long length, CancellationToken stop)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var total = 0L;
        foreach (var entry in zip.Entries)
        {
            if (!names.Add(entry.FullName)) throw Refused(path, "an entry is there twice");
            // Uncompressed, nothing can unpack to more than the file has.
            if (entry.Length != entry.CompressedLength || (total += entry.Length) > length || entry.Length > MaximumFile) throw Refused(path, "the sizes of its entries cannot be");
        }
        var manifestEntry = zip.GetEntry(ManifestName) is { Length: <= MaximumManifest } found ? found : throw Refused(path, $"it has no {ManifestName}");
        var files = Parse(path, (await ReadAsync(path, manifestEntry, stop).ConfigureAwait(false)).Span);
        var sizes = files.GroupBy(f => f.Sha256).ToDictionary(g => BlobFolder + g.Key, g => g.Select(f => f.Bytes).Distinct().ToList());
        if (names.Count != sizes.Count + 1) throw Refused(path, $"it does not hold what its {ManifestName} names");
        foreach (var (name, size) in sizes)
        {
            if (zip.GetEntry(name) is not { } entry || size is not [var only] || entry.Length != only) throw Refused(path, $"it does not hold what its {ManifestName} names");
            if (BlobFolder + Hash((await ReadAsync(path, entry, stop).ConfigureAwait(false)).Span) != name) throw Refused(path, $"{name} does not have the hash of its name");
        }
        return files;
    }

    static IReadOnlyList<CachedFile> Parse(string path, ReadOnlySpan<byte> json)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize(json, CacheArchiveJson.Default.CacheManifest);
            if (manifest is not { Schema: 1 }) throw new JsonException("the schema is not 1");
            if (manifest.Files.Any(f => f.Sha256 is not { Length: 64 } || !f.Sha256.All(char.IsAsciiHexDigitLower)
                || new[] { f.Source, f.Release, f.Platform, f.File }.Any(part => part.Length is 0 or > MaximumName))) throw new JsonException("a name or hash cannot be");
            if (manifest.Files.Select(f => f.Key).Distinct().Count() != manifest.Files.Count) throw new JsonException("a file is there twice");
            return manifest.Files;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw Refused(path, $"its {ManifestName} cannot be read", e);
        }
    }

    static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(string path, ZipArchiveEntry entry, CancellationToken stop)
    {
        var content = new byte[entry.Length];
        using var stream = entry.Open();
        var count = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false);
        if (count != content.Length) throw Refused(path, "an entry is cut off");
        return Crc32.Compute(content) == entry.Crc32 ? content : throw Refused(path, "an entry does not match its CRC-32");
    }

    static async ValueTask PutAsync(ZipArchive zip, string name, ReadOnlyMemory<byte> content, CancellationToken stop)
    {
        var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
        entry.LastWriteTime = Fixed;
        using var stream = entry.Open();
        await stream.WriteAsync(content, stop).ConfigureAwait(false);
    }

    static string Hash(ReadOnlySpan<byte> content) => Convert.ToHexStringLower(SHA256.HashData(content));

    static PogolineException Refused(string path, string why, Exception? inner = null) => new(
        SourceFaults.CacheArchive, $"{path} is refused: {why}. The cache is as it was.", "Export it again with 'pogoline cache export', and compare the files after copying.", inner);
}

/// <summary>What an exported cache holds.</summary>
sealed record CacheManifest(int Schema, IReadOnlyList<CachedFile> Files);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(CacheManifest))]
sealed partial class CacheArchiveJson : JsonSerializerContext;

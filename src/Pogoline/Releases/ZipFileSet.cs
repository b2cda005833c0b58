using System.IO.Compression;
using Pogoline.Modules;

namespace Pogoline.Releases;

/// <summary>
/// The files of a zip archive, read one at a time. Every entry's name, kind and declared size is checked when the archive is opened, its real
/// size and CRC-32 when it is read. Unlike <see cref="SafeArchive"/> it unpacks only what is asked for: a published release archive has
/// symbol files of many megabytes beside its firmware.
/// </summary>
public sealed class ZipFileSet : IFileSet, IDisposable
{
    readonly ZipArchive _zip;
    readonly Dictionary<string, ZipArchiveEntry> _files = [];
    readonly Dictionary<string, ZipArchiveEntry> _archives = [];

    /// <summary>Opens an archive; the stream can seek and is closed with this object.</summary>
    /// <param name="name">What people call the archive.</param>
    /// <param name="stream">The archive.</param>
    /// <param name="folder">A folder that its paths are put under, because the archive's own name tells release and platform; empty for none.</param>
    /// <exception cref="PogolineException">
    /// It is refused: <see cref="ModuleFaults.ArchiveDamaged"/>, <see cref="ModuleFaults.ArchiveName"/>, <see cref="ModuleFaults.ArchiveSize"/>.
    /// </exception>
    public ZipFileSet(string name, Stream stream, string folder = "")
    {
        Name = name;
        try
        {
            _zip = new(stream, ZipArchiveMode.Read);
            Index(folder.Length == 0 ? "" : folder + "/");
        }
        catch (Exception e) when (ArchiveLimits.IsDamage(e))
        {
            stream.Dispose();
            throw ArchiveLimits.Refused(ModuleFaults.ArchiveDamaged, name, "it is no zip archive, or cut off", e);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Paths => [.. _files.Keys];

    /// <summary>The paths of the archives in it.</summary>
    public IReadOnlyList<string> Archives => [.. _archives.Keys];

    /// <inheritdoc/>
    public ValueTask<ReadOnlyMemory<byte>> ReadAsync(string path, CancellationToken stop) => ReadAsync(path, _files[path], stop);

    /// <summary>Opens an archive in it, at most <see cref="ArchiveLimits.MaxArchiveBytes"/>.</summary>
    /// <exception cref="PogolineException">It is damaged or too large.</exception>
    public async ValueTask<ZipFileSet> OpenArchiveAsync(string path, CancellationToken stop)
    {
        var entry = _archives[path];
        // Deflate gives at most 1032 bytes for one: what declares more is not worth the memory.
        if (entry.Length > ArchiveLimits.MaxArchiveBytes || entry.Length > (entry.CompressedLength + 1) * 1032)
            throw ArchiveLimits.Refused(ModuleFaults.ArchiveSize, Name, $"the archive '{path}' in it declares {entry.Length} bytes");
        var content = await ReadAsync(path, entry, stop).ConfigureAwait(false);
        return new($"{Name}: {path}", content.AsStream(), ArchiveName.Folder(path));
    }

    async ValueTask<ReadOnlyMemory<byte>> ReadAsync(string path, ZipArchiveEntry entry, CancellationToken stop)
    {
        var content = new byte[entry.Length];
        try
        {
            using var stream = entry.Open();
            var count = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false);
            if (count != content.Length) throw Damaged($"'{path}' is {count} bytes, not the declared {content.Length}");
            if (await stream.ReadAsync(new byte[1], stop).ConfigureAwait(false) != 0)
                throw Damaged($"'{path}' unpacks to more than the declared {content.Length} bytes");
        }
        catch (Exception e) when (ArchiveLimits.IsDamage(e))
        {
            throw Damaged($"'{path}' does not unpack", e);
        }
        return Crc32.Compute(content) == entry.Crc32 ? content : throw Damaged($"'{path}' does not match its CRC-32");
    }

    /// <inheritdoc/>
    public void Dispose() => _zip.Dispose();

    PogolineException Damaged(string why, Exception? inner = null) => ArchiveLimits.Refused(ModuleFaults.ArchiveDamaged, Name, why, inner);

    void Index(string prefix)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var total = 0L;
        foreach (var entry in _zip.Entries)
        {
            ArchiveLimits.CheckPath(Name, entry.FullName, seen);
            const int UnixKind = 0xF000, UnixFile = 0x8000, UnixFolder = 0x4000;
            if (((entry.ExternalAttributes >> 16) & UnixKind) is not (0 or UnixFile or UnixFolder))
                throw ArchiveLimits.Link(Name, entry.FullName);
            var path = entry.FullName.Replace('\\', '/');
            if (path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) _archives.Add(prefix + path, entry);
            if (!path.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)) continue;
            ArchiveLimits.CheckSize(Name, path, entry.Length, ref total);
            if (entry.IsEncrypted) throw Damaged($"the entry '{path}' is encrypted");
            _files.Add(prefix + path, entry);
        }
    }
}

using System.Formats.Tar;
using System.IO.Compression;
using Pogoline.Modules;

namespace Pogoline.Releases;

/// <summary>Reads the firmware files of a gzip-compressed tar archive, as the npm registry keeps packages.</summary>
public static class TarGzipReader
{
    /// <summary>Reads the <c>.bin</c> files of the archive into memory; every entry is checked, wanted or not.</summary>
    /// <param name="name">What people call the archive.</param>
    /// <param name="archive">The archive.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <param name="isWanted">Tells from its path, with <c>/</c>, whether a file is kept; null for all.</param>
    /// <exception cref="PogolineException">
    /// It is refused: <see cref="ModuleFaults.ArchiveDamaged"/>, <see cref="ModuleFaults.ArchiveName"/>, <see cref="ModuleFaults.ArchiveSize"/>.
    /// </exception>
    public static async ValueTask<IFileSet> ReadAsync(string name, Stream archive, CancellationToken stop, Func<string, bool>? isWanted = null)
    {
        var files = new Dictionary<string, ReadOnlyMemory<byte>>();
        var total = 0L;
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        try
        {
            using var unpacked = new BoundedStream(name, new GZipStream(archive, CompressionMode.Decompress));
            using var tar = new TarReader(unpacked);
            while (await tar.GetNextEntryAsync(copyData: false, stop).ConfigureAwait(false) is { } entry)
            {
                if (entry.EntryType is TarEntryType.GlobalExtendedAttributes) continue;
                ArchiveLimits.CheckPath(name, entry.Name, seen);
                if (entry.EntryType is TarEntryType.Directory) continue;
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile))
                    throw ArchiveLimits.Link(name, entry.Name);
                if (!entry.Name.EndsWith(".bin", StringComparison.OrdinalIgnoreCase)) continue;
                ArchiveLimits.CheckSize(name, entry.Name, entry.Length, ref total);
                var path = entry.Name.Replace('\\', '/');
                if (isWanted?.Invoke(path) == false) continue;
                var content = new byte[entry.Length];
                if (entry.DataStream is { } data) await data.ReadExactlyAsync(content, stop).ConfigureAwait(false);
                files[path] = content;
            }
        }
        catch (Exception e) when (ArchiveLimits.IsDamage(e))
        {
            throw ArchiveLimits.Refused(ModuleFaults.ArchiveDamaged, name, "it is no .tgz archive, or cut off", e);
        }
        return new MemoryFileSet(name, files);
    }

    /// <summary>Ends a decompression that grows beyond all measure.</summary>
    sealed class BoundedStream(string name, Stream inner) : Stream
    {
        long _total;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => _total; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => Counted(inner.Read(buffer, offset, count));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Counted(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush() => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        int Counted(int count) => (_total += count) <= ArchiveLimits.MaxTotalBytes
            ? count
            : throw ArchiveLimits.Refused(ModuleFaults.ArchiveSize, name, $"it unpacks to more than {ArchiveLimits.MaxTotalBytes >> 20} MiB");
    }
}

using Pogoline.Hex;

namespace Pogoline.Cli.Commands;

/// <summary>A result appears whole or not at all: it is written beside its place, put on the disk, and renamed.</summary>
static class OutputFile
{
    /// <summary>Writes bytes.</summary>
    /// <param name="path">Where to; what is there is replaced.</param>
    /// <param name="bytes">The bytes.</param>
    /// <param name="fault">The fault when they cannot be written.</param>
    /// <param name="stop">Ends the writing; what was there stays then.</param>
    /// <exception cref="PogolineException">They cannot be written.</exception>
    public static Task WriteAllAsync(string path, ReadOnlyMemory<byte> bytes, FaultCode fault, CancellationToken stop) => WriteAsync(path, async (file, token) =>
    {
        await file.WriteAsync(bytes, token);
        return true;
    }, fault, stop);

    /// <summary>Writes an image as Intel HEX.</summary>
    /// <exception cref="PogolineException"><see cref="HexFaults.Output"/>.</exception>
    public static Task WriteHexAsync(string path, MemoryImage image, HexEntry? entry, CancellationToken stop) =>
        WriteAllAsync(path, HexWriter.ToBytes(image, entry), HexFaults.Output, stop);

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where to; what is there is replaced.</param>
    /// <param name="write">Writes; false to leave everything as it was.</param>
    /// <param name="fault">The fault when it cannot be written.</param>
    /// <param name="stop">Passed on.</param>
    /// <exception cref="PogolineException">It cannot be written.</exception>
    public static async Task WriteAsync(string path, Func<Stream, CancellationToken, Task<bool>> write, FaultCode fault, CancellationToken stop)
    {
        string? temporary = null;
        try
        {
            var target = (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);
            // A device cannot be replaced by a file.
            var isDevice = !OperatingSystem.IsWindows() && target.StartsWith("/dev/", StringComparison.Ordinal);
            temporary = isDevice ? null : Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.part");
            bool isGood;
            await using (var file = new FileStream(temporary ?? target, new FileStreamOptions
            {
                Mode = isDevice ? FileMode.Open : FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous, BufferSize = 0,
            }))
            {
                isGood = await write(file, stop);
                // Otherwise the new name could reach the disk before the bytes.
                if (temporary is not null && isGood) file.Flush(flushToDisk: true);
            }
            if (temporary is not null && isGood) File.Move(temporary, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new PogolineException(fault, $"{path} cannot be written: {e.Message}", "Make room, or give another path; nothing was changed.", e);
        }
        finally
        {
            if (temporary is not null) Delete(temporary);
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
            // What stands in the way of deleting stood in the way of writing, which is told.
        }
    }
}

using Pogoline.Hex;
using Pogoline.Modules;

namespace Pogoline.Cli.Commands;

/// <summary>
/// Reads images from files: Intel HEX; firmware modules, which say where they belong; and bare bytes, whose address is given as
/// <c>FILE@ADDRESS</c>.
/// </summary>
static class HexInput
{
    /// <summary>How image files are named on the command line.</summary>
    public const string Description = "Intel HEX, firmware modules (.bin), or bare bytes as FILE@ADDRESS";

    public static async Task<HexImage> ReadAsync(string name, HexMode mode, CancellationToken stop)
    {
        var at = name.LastIndexOf('@');
        // Release files have an @ in their names, too.
        if (at > 0 && !File.Exists(name) && FlashAddress.TryParse(name[(at + 1)..], out var address)) return await ReadRawAsync(name[..at], address, stop);
        await using var file = Open(name);
        if (!IsModuleName(name) || await StartsWithColonAsync(file, stop)) return (await HexReader.ReadAsync(file, mode, stop)).Require(name);
        var image = new MemoryImage();
        foreach (var module in ModuleReader.RequireAll(await ReadAllAsync(file, name, stop), name)) image.Replace(module.Range.Start, module.DeviceBytes.Span);
        return Raw(image);
    }

    /// <summary>Reads bare bytes, or Intel HEX when the file is such.</summary>
    public static async Task<HexImage> ReadRawAsync(string path, FlashAddress address, CancellationToken stop)
    {
        await using var file = Open(path);
        if (await StartsWithColonAsync(file, stop)) return (await HexReader.ReadAsync(file, HexMode.Strict, stop)).Require(path);
        var bytes = await ReadAllAsync(file, path, stop);
        if (bytes.Length > uint.MaxValue - address.Value)
            throw new PogolineException(HexFaults.Address, $"{path}: {bytes.Length} bytes from {address} on go beyond the 32-bit addresses.", "Give another address.");
        var image = new MemoryImage();
        image.Replace(address, bytes);
        return Raw(image);
    }

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="PogolineException">It cannot be read (<see cref="HexFaults.Unreadable"/>).</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new(path, new FileStreamOptions { Options = FileOptions.Asynchronous | FileOptions.SequentialScan, BufferSize = 0 });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw Unreadable(path, e);
        }
    }

    public static PogolineException Unreadable(string path, Exception e) =>
        new(HexFaults.Unreadable, $"{path} cannot be read: {e.Message}", "Correct the path, or its permissions.", e);

    /// <summary>Reads <c>0x1000-0x2000</c>, the end exclusive.</summary>
    public static AddressRange? Range(string? text)
    {
        if (text is null) return null;
        return text.Split('-') is [var from, var to] && FlashAddress.TryParse(from, out var start) && FlashAddress.TryParse(to, out var end) && start < end
            ? new(start, end)
            : throw new PogolineException(UnitFaults.Usage, $"'{text}' is no range.", "Write it as 0x1000-0x2000; the end is the first address that is not in it.");
    }

    static bool IsModuleName(string path) => !(Path.GetExtension(path).ToLowerInvariant() is ".hex" or ".ihex" or ".ihx" or ".mcs");

    static async Task<bool> StartsWithColonAsync(FileStream file, CancellationToken stop)
    {
        var start = new byte[1];
        var isText = await file.ReadAsync(start, stop) == 1 && start[0] == ':';
        file.Position = 0;
        return isText;
    }

    static async Task<byte[]> ReadAllAsync(FileStream file, string path, CancellationToken stop)
    {
        if (file.Length > MemoryImage.Maximum) throw new PogolineException(HexFaults.TooLarge, $"{path} has {file.Length} bytes, more than any firmware.", "Give the image of one board.");
        var bytes = new byte[file.Length];
        await file.ReadExactlyAsync(bytes, stop);
        return bytes;
    }

    static HexImage Raw(MemoryImage image) => new(image, null, HasEnd: true, 0, new());
}

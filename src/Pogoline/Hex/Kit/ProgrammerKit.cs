using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Pogoline.Releases;

namespace Pogoline.Hex.Kit;

/// <summary>
/// What a manufacturer without any of our tools needs to program boards: the image, an instruction, scripts for the programs that drive debug
/// probes, and checksums. The same image and probe always give the same files.
/// </summary>
public sealed record ProgrammerKit
{
    ProgrammerKit(RestoreImage image, ProbeKind probe, string hexName) => (Image, Probe, HexName, Chip) = (image, probe, hexName, ProgrammerData.ChipOf(image.Platform));

    /// <summary>The image.</summary>
    public RestoreImage Image { get; }

    /// <summary>The probe that OpenOCD's script is for.</summary>
    public ProbeKind Probe { get; }

    /// <summary>The name of the Intel HEX file in the kit.</summary>
    public string HexName { get; }

    /// <summary>Everything in it, by path.</summary>
    public IReadOnlyList<KitFile> Files { get; private init; } = [];

    internal ChipKind Chip { get; }

    // Erasing the whole chip is for images that bring everything back, on chips whose erasing loses nothing of the board's own.
    internal bool ErasesChip => Chip.ChipEraseKeepsDeviceData && Image.StartsBlankChip;

    internal bool HasRegisters => Image.Map.Has(ImageRegionKind.Registers);

    /// <summary>Makes a kit.</summary>
    /// <param name="image">The image.</param>
    /// <param name="hex">The file that it was read from; it goes into the kit unchanged.</param>
    /// <param name="probe">The probe that OpenOCD's script is for.</param>
    public static ProgrammerKit Make(RestoreImage image, ReadOnlyMemory<byte> hex, ProbeKind probe)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(probe);
        var kit = new ProgrammerKit(image, probe, $"{image.Platform.Name}-{image.Release}.hex");
        var files = new List<KitFile> { new(kit.HexName, hex) };
        files.AddRange(KitScripts.Of(kit));
        var instructions = KitInstructions.Of(kit, Convert.ToHexStringLower(SHA256.HashData(hex.Span)));
        files.Add(KitFile.Text("INSTRUCTIONS.txt", instructions.ToText()));
        files.Add(KitFile.Text("INSTRUCTIONS.html", instructions.ToHtml()));
        files.Add(KitFile.Text("NOTICE.txt", FirmwareNotice.Text(image.Release) + "\n"));
        files.Add(KitFile.Text("SHA256SUMS", string.Concat(files.OrderBy(f => f.Path, StringComparer.Ordinal)
            .Select(f => $"{Convert.ToHexStringLower(SHA256.HashData(f.Content.Span))}  {f.Path}\n"))));
        return kit with { Files = [.. files.OrderBy(f => f.Path, StringComparer.Ordinal)] };
    }

    /// <summary>The kit as a zip archive; the same kit gives the same bytes.</summary>
    public byte[] ToZip()
    {
        // No file was made at a certain time; a zip archive cannot say that, so they all have its first moment.
        var time = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
        const int unixFile = 0x8000, everyoneReads = 0x1A4, everyoneRuns = 0x1ED;
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var file in Files)
            {
                var entry = zip.CreateEntry(file.Path, CompressionLevel.Optimal);
                entry.LastWriteTime = time;
                entry.ExternalAttributes = (unixFile | (file.Path.EndsWith(".sh", StringComparison.Ordinal) ? everyoneRuns : everyoneReads)) << 16;
                using var content = entry.Open();
                content.Write(file.Content.Span);
            }
        }
        return stream.ToArray();
    }
}

/// <summary>A file of a kit.</summary>
/// <param name="Path">Its path, with <c>/</c>.</param>
/// <param name="Content">Its content.</param>
public sealed record KitFile(string Path, ReadOnlyMemory<byte> Content)
{
    internal static KitFile Text(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));

    /// <summary>A script for Windows, whose lines end as there.</summary>
    internal static KitFile Batch(string path, string text) => Text(path, text.ReplaceLineEndings("\r\n"));
}

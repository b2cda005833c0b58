using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Programming.Backup;

/// <summary>A stretch of a board's flash.</summary>
/// <param name="Component">The component whose place it is, such as <c>system-part1</c>.</param>
/// <param name="Start">Its first address.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Sha256">The SHA-256 of its bytes, lower-case hex.</param>
/// <param name="File">The entry of the archive that holds it.</param>
public sealed record BackupArea(string Component, FlashAddress Start, int Length, string Sha256, string File);

/// <summary>What a backup is of.</summary>
/// <param name="Schema">The version of this format: 1.</param>
/// <param name="Platform">The board's platform.</param>
/// <param name="DeviceId">The board's device ID.</param>
/// <param name="At">When it was read.</param>
/// <param name="Areas">What was read.</param>
public sealed record BackupManifest(int Schema, string Platform, string DeviceId, DateTimeOffset At, IReadOnlyList<BackupArea> Areas);

/// <summary>
/// The flash of a board as it was: a zip with <c>backup.json</c> and a file for each component's place. The configuration, with the device's keys, is
/// not in it.
/// </summary>
public sealed class FlashBackup
{
    const string ManifestName = "backup.json";
    const int SoftDeviceIdOffset = 0x200C;

    static readonly DateTimeOffset ZipEpoch = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly int[] HeaderOffsets = [0, 0x184, 0x200];

    readonly IReadOnlyList<ReadOnlyMemory<byte>> _content;

    FlashBackup(BackupManifest manifest, Platform platform, IReadOnlyList<ReadOnlyMemory<byte>> content) => (Manifest, Platform, _content) = (manifest, platform, content);

    /// <summary>What it is of.</summary>
    public BackupManifest Manifest { get; }

    /// <summary>The platform.</summary>
    public Platform Platform { get; }

    /// <summary>The whole modules in it; what is broken or blank is left out.</summary>
    public IReadOnlyList<FirmwareModule> Modules => [.. Manifest.Areas.Select((area, i) => Find(area, _content[i])).OfType<FirmwareModule>()];

    /// <summary>The SoftDevice as it lay in the flash, which has no header there, and its firmware id; null where there is none.</summary>
    public (ushort Version, ReadOnlyMemory<byte> Bytes)? RadioStack
    {
        get
        {
            var at = Manifest.Areas.ToList().FindIndex(a => Platform.Components.Any(c => c.Name == a.Component && c.DropsHeader));
            if (at < 0 || _content[at].Length < SoftDeviceIdOffset + sizeof(ushort)) return null;
            var version = System.Buffers.Binary.BinaryPrimitives.ReadUInt16LittleEndian(_content[at].Span[SoftDeviceIdOffset..]);
            return version == ushort.MaxValue ? null : (version, _content[at]);
        }
    }

    /// <summary>The archive.</summary>
    /// <param name="platform">The board's platform.</param>
    /// <param name="deviceId">Its device ID.</param>
    /// <param name="at">When it was read.</param>
    /// <param name="areas">What was read: component, first address, bytes.</param>
    public static byte[] Pack(Platform platform, string deviceId, DateTimeOffset at, IReadOnlyList<(string Component, FlashAddress Start, ReadOnlyMemory<byte> Bytes)> areas)
    {
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(areas);
        var manifest = new BackupManifest(1, platform.Name, deviceId, at, [.. areas.Select(a =>
            new BackupArea(a.Component, a.Start, a.Bytes.Length, Sha256Digest.Compute(a.Bytes.Span).ToString(), $"{a.Component}-{a.Start.Value:x8}.bin"))]);
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(zip, ManifestName, JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest));
            for (var i = 0; i < areas.Count; i++) Add(zip, manifest.Areas[i].File, areas[i].Bytes.Span);
        }
        return file.ToArray();
    }

    /// <summary>Reads an archive; nothing in it is believed that does not fit its hash and the platform.</summary>
    /// <exception cref="PogolineException"><see cref="BackupFaults.Damaged"/>, or the archive is not safe to read.</exception>
    public static FlashBackup Unpack(ReadOnlyMemory<byte> archive)
    {
        if (!SafeArchive.TryRead(archive, out var files, out var problem)) throw new PogolineException(problem.Code, problem.Message, problem.Remedy);
        try
        {
            var json = files.FirstOrDefault(f => f.Name == ManifestName) ?? throw Damaged($"it has no {ManifestName}");
            var manifest = JsonSerializer.Deserialize(json.Content.Span, BackupJson.Default.BackupManifest);
            if (manifest is not { Schema: 1 }) throw Damaged("its schema is not 1");
            var platform = PlatformCatalog.Require(manifest.Platform);
            var content = new List<ReadOnlyMemory<byte>>();
            foreach (var area in manifest.Areas)
            {
                var bytes = files.FirstOrDefault(f => f.Name == area.File)?.Content ?? throw Damaged($"it has no {area.File}");
                if (bytes.Length != area.Length || Sha256Digest.Compute(bytes.Span).ToString() != area.Sha256) throw Damaged($"{area.File} is not what its SHA-256 says");
                if (!platform.Components.Any(c => c.Name == area.Component && c.Positions.Any(p => p.Start == area.Start))) throw Damaged($"{manifest.Platform} has no {area.Component} at {area.Start}");
                content.Add(bytes);
            }
            return new(manifest, platform, content);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw Damaged(e.Message);
        }
    }

    FirmwareModule? Find(BackupArea area, ReadOnlyMemory<byte> bytes)
    {
        var component = Platform.Components.First(c => c.Name == area.Component);
        if (component.DropsHeader) return null;
        foreach (var offset in HeaderOffsets)
        {
            if (bytes.Length < offset + ModuleHeader.Size || ModuleHeader.TryRead(bytes.Span[offset..], out var header) != OperationStatus.Done) continue;
            if (header.Start != area.Start || header.End <= header.Start || header.PlatformId != Platform.Id) continue;
            var length = header.End - header.Start + sizeof(uint);
            if (length > bytes.Length) continue;
            var module = ModuleReader.Read(bytes[..(int)length]);
            if (module.Modules is [var only] && only.CrcOk) return only;
        }
        return null;
    }

    static PogolineException Damaged(string how) => new(BackupFaults.Damaged, $"The backup cannot be used: {how}.", "Give the file that 'pogoline backup' wrote.");

    static void Add(ZipArchive zip, string name, ReadOnlySpan<byte> content)
    {
        var entry = zip.CreateEntry(name);
        entry.LastWriteTime = ZipEpoch;
        using var stream = entry.Open();
        stream.Write(content);
    }
}

/// <summary>Faults around backups.</summary>
public static class BackupFaults
{
    /// <summary>A file is no backup, or not a whole one.</summary>
    public static readonly FaultCode Damaged = new("backup-damaged", ExitCode.BadInput, "The file was cut or changed, or is something else.");

    /// <summary>The backup is of another kind of board, or cannot be put back as it is.</summary>
    public static readonly FaultCode Unfit = new("backup-unfit", ExitCode.Refused, "It was read from another kind of board, or holds something that no release has.");

    /// <summary>A backup file cannot be read or written.</summary>
    public static readonly FaultCode File = new("backup-file", ExitCode.Machine, "The path is misspelt, taken, or permission is missing.");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, MaxDepth = 8, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(BackupManifest))]
sealed partial class BackupJson : JsonSerializerContext;

using System.Buffers.Binary;
using Pogoline.Platforms;

namespace Pogoline.Links.Swd.Targets;

/// <summary>
/// What a Gen 3 board needs under its firmware and no release brings: the master boot record and the configuration registers. Taken from a base image (a restore
/// hex of the platform), or from the board itself before it is erased.
/// </summary>
/// <param name="BootRecord">The first page of the flash.</param>
/// <param name="Configuration">UICR; blank words for those that stay blank.</param>
public sealed record BoardFoundation(ReadOnlyMemory<byte> BootRecord, ReadOnlyMemory<byte> Configuration)
{
    const string MasterBootRecord = "mbr";
    const uint Blank = uint.MaxValue;

    /// <summary>Where the boot record lies on a platform; null when it has none.</summary>
    public static AddressRange? BootRecordOf(Platform platform) => platform.Areas.FirstOrDefault(a => a.Name == MasterBootRecord)?.Range;

    /// <summary>Takes it from segments of a base image.</summary>
    /// <param name="platform">The platform.</param>
    /// <param name="target">Its microcontroller.</param>
    /// <param name="segments">Address and bytes.</param>
    /// <exception cref="PogolineException"><see cref="SwdFaults.NoBase"/>: the image lacks it.</exception>
    public static BoardFoundation Of(Platform platform, TargetDefinition target, IEnumerable<(FlashAddress At, ReadOnlyMemory<byte> Data)> segments)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(segments);
        if (BootRecordOf(platform) is not { } record || target.Configuration is not { } configuration)
            throw new PogolineException(SwdFaults.NoBase, $"{platform.DisplayName} has neither MBR nor UICR.", "Leave --base out.");
        var (boot, words) = (NewBlank(record.Length), NewBlank(configuration.Length));
        foreach (var (at, data) in segments)
        {
            Copy(at, data.Span, record, boot);
            Copy(at, data.Span, configuration.Range, words);
        }
        var foundation = new BoardFoundation(boot, words);
        return foundation.IsSound(platform) ? foundation : throw new PogolineException(SwdFaults.NoBase,
            "The base image holds no MBR at 0x00000000, or no UICR that names the bootloader at 0x10001014.", "Take a restore image that has both; for a Tracker one of Device OS 4.0 or earlier has them.");
    }

    /// <summary>Reads it from a board; null when the board has none.</summary>
    public static async ValueTask<BoardFoundation?> ReadAsync(Platform platform, SwdTarget target, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(target);
        if (BootRecordOf(platform) is not { } record || target.Definition.Configuration is null) return null;
        var boot = new byte[record.Length];
        await target.ReadAsync(record.Start, boot, null, stop).ConfigureAwait(false);
        var foundation = new BoardFoundation(boot, await new ConfigurationRegisters(target).ReadAsync(stop).ConfigureAwait(false));
        return foundation.IsSound(platform) ? foundation : null;
    }

    /// <summary>Whether a board can start with it: a vector table, and the bootloader's address.</summary>
    public bool IsSound(Platform platform)
    {
        ArgumentNullException.ThrowIfNull(platform);
        var bootloader = platform.Components.First(c => c.Function == ModuleFunction.Bootloader).Positions[0].Start.Value;
        return HasBootRecord && ConfigurationRegisters.WordAt(Configuration.Span, ConfigurationRegisters.BootloaderOffset) == bootloader;
    }

    /// <summary>Whether there is a vector table: a stack in RAM, and a first instruction in the record.</summary>
    public bool HasBootRecord => BinaryPrimitives.ReadUInt32LittleEndian(BootRecord.Span) is not Blank and >= 0x2000_0000 and <= 0x2004_0000
        && BinaryPrimitives.ReadUInt32LittleEndian(BootRecord.Span[4..]) < BootRecord.Length;

    static byte[] NewBlank(uint length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(0xFF);
        return bytes;
    }

    static void Copy(FlashAddress at, ReadOnlySpan<byte> data, AddressRange range, byte[] into)
    {
        var start = Math.Max(at.Value, range.Start.Value);
        var end = Math.Min(at.Value + (ulong)data.Length, range.End.Value);
        if (start < end) data[(int)(start - at.Value)..(int)(end - at.Value)].CopyTo(into.AsSpan((int)(start - range.Start.Value)));
    }
}

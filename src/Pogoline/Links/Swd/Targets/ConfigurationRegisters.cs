using System.Buffers.Binary;

namespace Pogoline.Links.Swd.Targets;

/// <summary>
/// The user configuration registers (UICR) of an nRF52840: words in flash that decide where the MBR finds the bootloader, which pin resets, and whether debuggers
/// get in. A page erase does not touch them, and a program that overwrites one word loses none of the others here.
/// </summary>
public sealed class ConfigurationRegisters(SwdTarget target)
{
    /// <summary>Where the word lies that names the bootloader.</summary>
    public const uint BootloaderOffset = 0x014;

    /// <summary>Where the lock word lies.</summary>
    public const uint ProtectOffset = 0x208;

    /// <summary>What keeps a chip of build code F or later open.</summary>
    public const uint ProtectOpen = 0x5A;

    const uint Blank = uint.MaxValue;

    /// <summary>All words.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Locked"/>.</exception>
    public async ValueTask<byte[]> ReadAsync(CancellationToken stop)
    {
        var bytes = new byte[Place.Length];
        await target.ReadAsync(Place.Start, bytes, null, stop).ConfigureAwait(false);
        return bytes;
    }

    /// <summary>The words that are not as wanted, as offset and value.</summary>
    /// <param name="wanted">All words; blank where nothing is asked for.</param>
    /// <param name="stop">Observed between packets.</param>
    public async ValueTask<IReadOnlyList<(uint Offset, uint Value)>> CompareAsync(ReadOnlyMemory<byte> wanted, CancellationToken stop)
    {
        var there = await ReadAsync(stop).ConfigureAwait(false);
        return [.. Words(wanted.Span).Where(w => WordAt(there, w.Offset) != w.Value)];
    }

    /// <summary>Brings words to their values, those that were not asked for staying as they are; the core is halted. They count from the next reset on.</summary>
    /// <exception cref="PogolineException"><see cref="SwdFaults.Mismatch"/>.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> wanted, CancellationToken stop)
    {
        if (target.Controller is not Nrf52Controller controller) throw new InvalidOperationException("the target has no such registers");
        var there = await ReadAsync(stop).ConfigureAwait(false);
        var merged = (byte[])there.Clone();
        foreach (var (offset, value) in Words(wanted.Span)) BinaryPrimitives.WriteUInt32LittleEndian(merged.AsSpan((int)offset), value);
        // A word that is not blank can only be changed by erasing all of them.
        if (Words(merged).Any(w => WordAt(there, w.Offset) is var old && old != Blank && old != w.Value))
        {
            await controller.EraseConfigurationAsync(CancellationToken.None).ConfigureAwait(false);
            there.AsSpan().Fill(0xFF);
        }
        foreach (var (offset, value) in Words(merged).Where(w => WordAt(there, w.Offset) != w.Value))
        {
            var word = new byte[sizeof(uint)];
            BinaryPrimitives.WriteUInt32LittleEndian(word, value);
            await controller.ProgramAsync(Place.Start.Value + offset, word, CancellationToken.None).ConfigureAwait(false);
        }
        var now = await ReadAsync(CancellationToken.None).ConfigureAwait(false);
        var wrong = Words(merged).Where(w => WordAt(now, w.Offset) != w.Value).ToList();
        if (wrong.Count > 0)
        {
            throw new PogolineException(SwdFaults.Mismatch, $"UICR at {Place.Start + wrong[0].Offset} is 0x{WordAt(now, wrong[0].Offset):X8} instead of 0x{wrong[0].Value:X8}.", "Run the same command again; if it stays, the chip is worn.");
        }
    }

    /// <summary>Words that keep a chip open which would lock itself at every reset; the same words where it does not, or where they say something else.</summary>
    public byte[] KeepOpen(ReadOnlySpan<byte> wanted)
    {
        var words = wanted.ToArray();
        if (target.IsHardened && WordAt(words, ProtectOffset) == Blank) BinaryPrimitives.WriteUInt32LittleEndian(words.AsSpan((int)ProtectOffset), ProtectOpen);
        return words;
    }

    MemoryPlace Place => target.Definition.Configuration ?? throw new InvalidOperationException("the target has no such registers");

    /// <summary>The word at an offset.</summary>
    public static uint WordAt(ReadOnlySpan<byte> bytes, uint offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[(int)offset..]);

    static List<(uint Offset, uint Value)> Words(ReadOnlySpan<byte> bytes)
    {
        var words = new List<(uint, uint)>();
        for (var offset = 0u; offset + sizeof(uint) <= bytes.Length; offset += sizeof(uint))
        {
            if (WordAt(bytes, offset) is not Blank and var value) words.Add((offset, value));
        }
        return words;
    }
}

using System.Text.Json;
using Pogoline.Lab.Boot;
using Pogoline.Platforms;

namespace Pogoline.Lab.Board;

/// <summary>
/// The memories of one board as files, each the image of a memory: <c>internal.bin</c>, <c>external.bin</c>, <c>dct.bin</c>,
/// <c>otp.bin</c>, <c>uicr.bin</c>, <c>eeprom.bin</c> (those that the board has), and <c>board.json</c> with the rest. The files follow
/// the memories after every transfer and every piece of the firmware's work, so a lab that is killed leaves what was programmed so far.
/// </summary>
sealed class BoardFiles : IDisposable
{
    const string Rest = "board.json";

    readonly string _folder;
    readonly FileStream _lock;
    readonly List<KeptMemory> _memories;
    BoardFacts? _writtenFacts;
    Exception? _failure;

    // The lock is a file of its own beside the folder, so that other programs may read the memories meanwhile.
    BoardFiles(BoardHardware hardware, string folder)
    {
        (Hardware, _folder, _memories) = (hardware, folder, [.. MemoriesOf(hardware)]);
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        _lock = new($"{folder}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
    }

    /// <summary>The board's hardware, whose memories these are.</summary>
    public BoardHardware Hardware { get; }

    BoardFacts Facts
    {
        get => new(1, Hardware.Platform.Name, Hardware.NcpVersion, Hardware.WifiNetworks, Hardware.OptionBytes);
        set => (Hardware.NcpVersion, Hardware.WifiNetworks, Hardware.OptionBytes) = (value.NcpVersion, value.WifiNetworks ?? [], value.OptionBytes ?? Hardware.OptionBytes);
    }

    /// <summary>Writes the files of a board that has none yet, or in place of those it has. They appear all at once.</summary>
    /// <exception cref="PogolineException">They cannot be written, or another lab has them.</exception>
    public static BoardFiles Create(BoardHardware hardware, string folder) => Open(hardware, folder, files =>
    {
        var staging = $"{folder}.new";
        if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        Directory.CreateDirectory(staging);
        foreach (var memory in files._memories) File.WriteAllBytes(Path.Combine(staging, memory.Name), memory.Content);
        files.SaveFacts(staging);
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.Move(staging, folder);
    });

    /// <summary>Takes up the files of a board again.</summary>
    /// <exception cref="PogolineException">They are not those of such a board, or another lab has them.</exception>
    public static BoardFiles Load(Platform platform, string deviceId, string folder) => Open(new(platform, deviceId, new(platform)), folder, files =>
    {
        var facts = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, Rest)), BoardFactsJson.Default.BoardFacts);
        if (facts?.Platform != platform.Name) throw Unfit(folder, $"is not of a {platform.Name}: {Rest} says '{facts?.Platform}'");
        files.Facts = files._writtenFacts = facts;
        foreach (var memory in files._memories)
        {
            var content = File.ReadAllBytes(Path.Combine(folder, memory.Name));
            if (!memory.TryLoad(content)) throw Unfit(folder, $"has {content.Length} bytes in {memory.Name}, which no {platform.Name} has");
        }
    });

    /// <summary>
    /// Writes what has changed since the last call. What the disk refuses comes to light in <see cref="ThrowIfFailed"/>: the board may be
    /// at work on its own.
    /// </summary>
    public void Save()
    {
        if (_failure is not null) return;
        try
        {
            foreach (var memory in _memories) memory.Save();
            if (Facts != _writtenFacts) SaveFacts(_folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _failure = e;
        }
    }

    /// <summary>Whether everything could be written so far.</summary>
    /// <exception cref="PogolineException">The disk refused; the files lag behind.</exception>
    public void ThrowIfFailed()
    {
        if (_failure is not null) throw Failed(_folder, _failure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var memory in _memories) memory.Dispose();
        _lock.Dispose();
    }

    static IEnumerable<KeptMemory> MemoriesOf(BoardHardware hardware)
    {
        var storage = hardware.Storage;
        yield return new KeptFlash("internal.bin", storage.Internal);
        if (storage.External is { } external) yield return new KeptFlash("external.bin", external);
        yield return new KeptBytes("dct.bin", () => storage.Dct.Memory, storage.Dct.TryLoad);
        yield return new KeptBytes("otp.bin", storage.Otp);
        if (storage.Uicr.Length > 0) yield return new KeptBytes("uicr.bin", storage.Uicr);
        if (hardware.Eeprom.Length > 0) yield return new KeptBytes("eeprom.bin", hardware.Eeprom);
    }

    static BoardFiles Open(BoardHardware hardware, string folder, Action<BoardFiles> fill)
    {
        BoardFiles? files = null;
        try
        {
            files = new(hardware, folder);
            fill(files);
            foreach (var memory in files._memories) memory.Open(folder);
            return files;
        }
        catch (Exception e)
        {
            files?.Dispose();
            if (e is IOException or UnauthorizedAccessException) throw Failed(folder, e);
            if (e is JsonException) throw Unfit(folder, $"has a damaged {Rest}: {e.Message}");
            throw;
        }
    }

    void SaveFacts(string folder) =>
        File.WriteAllBytes(Path.Combine(folder, Rest), JsonSerializer.SerializeToUtf8Bytes(_writtenFacts = Facts, BoardFactsJson.Default.BoardFacts));

    static PogolineException Unfit(string folder, string how) => new(
        LabFaults.State, $"The state in {folder} {how}.", "Start with --fresh to discard it, or name another folder.");

    static PogolineException Failed(string folder, Exception e) => new(
        LabFaults.StateFile, $"The state in {folder} cannot be kept: {e.Message}",
        "End another lab that uses it, or see to the disk and its permissions.", e);
}

using System.Text.Json;
using Pogoline.Lab.Boot;
using Pogoline.Platforms;

namespace Pogoline.Lab.Board;

/// <summary>
/// The memories of one board as files, each the image of a memory: <c>internal.bin</c>, <c>external.bin</c>, <c>dct.bin</c>, <c>otp.bin</c>,
/// <c>uicr.bin</c>, <c>eeprom.bin</c> (those that the board has), and <c>board.json</c> with the rest. The files follow the memories after
/// every transfer and every piece of the firmware's work, so a lab that is killed leaves what was programmed so far.
/// </summary>
sealed class BoardFiles : IDisposable
{
    const string Rest = "board.json";

    readonly BoardHardware _hardware;
    readonly string _folder;
    readonly FileStream _lock;
    readonly Dictionary<string, FileStream> _files = [];
    readonly Dictionary<string, byte[]> _written = [];
    BoardFacts _facts;
    Exception? _failure;

    BoardFiles(BoardHardware hardware, string folder, FileStream @lock, BoardFacts facts) =>
        (_hardware, _folder, _lock, _facts) = (hardware, folder, @lock, facts);

    /// <summary>Writes the files of a board that has none yet. They appear all at once.</summary>
    /// <exception cref="PogolineException">They cannot be written, or another lab has them.</exception>
    public static BoardFiles Create(BoardHardware hardware, string folder) => Guard(folder, () =>
    {
        var files = new BoardFiles(hardware, folder, Lock(folder), FactsOf(hardware));
        var staging = $"{folder}.new";
        if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        Directory.CreateDirectory(staging);
        foreach (var (name, bytes) in files.Memories()) File.WriteAllBytes(Path.Combine(staging, name), bytes.Span);
        File.WriteAllBytes(Path.Combine(staging, Rest), JsonSerializer.SerializeToUtf8Bytes(files._facts, BoardFactsJson.Default.BoardFacts));
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        Directory.Move(staging, folder);
        files.Open();
        return files;
    });

    /// <summary>Takes up the files of a board again.</summary>
    /// <exception cref="PogolineException">They are not those of such a board, or another lab has them.</exception>
    public static BoardFiles Load(Platform platform, string deviceId, string folder) => Guard(folder, () =>
    {
        var hardware = new BoardHardware(platform, deviceId, new(platform));
        var facts = JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, Rest)), BoardFactsJson.Default.BoardFacts);
        if (facts is null || facts.Platform != platform.Name) throw Unfit(folder, $"is of a {facts?.Platform ?? "nameless board"}, not of a {platform.Name}");
        (hardware.NcpVersion, hardware.HasWifiCredentials) = (facts.NcpVersion, facts.HasWifiCredentials);
        var files = new BoardFiles(hardware, folder, Lock(folder), facts);
        foreach (var (name, memory) in files.Memories())
        {
            var bytes = File.ReadAllBytes(Path.Combine(folder, name));
            var isDct = name == "dct.bin";
            if (isDct ? bytes.Length > Flash.DctStore.Capacity : bytes.Length != memory.Length)
                throw Unfit(folder, $"has {bytes.Length} bytes in {name}, where {memory.Length} belong");
            files.Put(name, bytes);
        }
        files.Open();
        return files;
    });

    /// <summary>The board's hardware, whose memories these are.</summary>
    public BoardHardware Hardware => _hardware;

    /// <summary>Writes what has changed since the last call. What the disk refuses comes to light in <see cref="ThrowIfFailed"/>.</summary>
    public void Save()
    {
        if (_failure is not null) return;
        try
        {
            SaveFlash("internal.bin", _hardware.Flash);
            if (_hardware.Storage.External is { } external) SaveFlash("external.bin", external);
            foreach (var (name, bytes) in SmallMemories()) SaveSmall(name, bytes.Span);
            if (FactsOf(_hardware) is var facts && facts != _facts)
                File.WriteAllBytes(Path.Combine(_folder, Rest), JsonSerializer.SerializeToUtf8Bytes(_facts = facts, BoardFactsJson.Default.BoardFacts));
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
        foreach (var file in _files.Values) file.Dispose();
        _lock.Dispose();
    }

    static BoardFacts FactsOf(BoardHardware hardware) => new(1, hardware.Platform.Name, hardware.NcpVersion, hardware.HasWifiCredentials);

    static FileStream Lock(string folder)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        return new($"{folder}.lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
    }

    IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> Memories()
    {
        yield return ("internal.bin", _hardware.Flash.Cells.ToArray());
        if (_hardware.Storage.External is { } external) yield return ("external.bin", external.Cells.ToArray());
        foreach (var memory in SmallMemories()) yield return memory;
    }

    IEnumerable<(string Name, ReadOnlyMemory<byte> Bytes)> SmallMemories()
    {
        yield return ("dct.bin", _hardware.Storage.Dct.Memory);
        yield return ("otp.bin", _hardware.Storage.Otp);
        if (_hardware.Storage.Uicr.Length > 0) yield return ("uicr.bin", _hardware.Storage.Uicr);
        if (_hardware.Eeprom.Length > 0) yield return ("eeprom.bin", _hardware.Eeprom);
    }

    void Put(string name, byte[] bytes)
    {
        switch (name)
        {
            case "internal.bin": _hardware.Flash.Load(_hardware.Flash.Range.Start, bytes); break;
            case "external.bin": _hardware.Storage.External!.Load(_hardware.Storage.External.Range.Start, bytes); break;
            case "dct.bin": _hardware.Storage.Dct.Load(bytes); break;
            case "otp.bin": bytes.CopyTo(_hardware.Storage.Otp, 0); break;
            case "uicr.bin": bytes.CopyTo(_hardware.Storage.Uicr, 0); break;
            default: bytes.CopyTo(_hardware.Eeprom, 0); break;
        }
    }

    // From here on the files are equal to the memories.
    void Open()
    {
        foreach (var (name, bytes) in Memories())
            _files[name] = new(Path.Combine(_folder, name), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        foreach (var (name, bytes) in SmallMemories()) _written[name] = bytes.ToArray();
        foreach (var _ in _hardware.Flash.TakeChanges()) { }
        foreach (var _ in _hardware.Storage.External?.TakeChanges() ?? []) { }
    }

    void SaveFlash(string name, Flash.FlashArray flash)
    {
        foreach (var (offset, length) in flash.TakeChanges()) RandomAccess.Write(_files[name].SafeFileHandle, flash.Cells.Slice(offset, length), offset);
    }

    void SaveSmall(string name, ReadOnlySpan<byte> bytes)
    {
        if (bytes.SequenceEqual(_written[name])) return;
        RandomAccess.Write(_files[name].SafeFileHandle, bytes, 0);
        RandomAccess.SetLength(_files[name].SafeFileHandle, bytes.Length);
        _written[name] = bytes.ToArray();
    }

    static BoardFiles Guard(string folder, Func<BoardFiles> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Failed(folder, e);
        }
        catch (JsonException e)
        {
            throw Unfit(folder, $"has a damaged {Rest}: {e.Message}");
        }
    }

    static PogolineException Unfit(string folder, string how) => new(
        LabFaults.State, $"The state in {folder} {how}.", "Start with --fresh to discard it, or name another folder.");

    static PogolineException Failed(string folder, Exception e) => new(
        LabFaults.StateFile, $"The state in {folder} cannot be kept: {e.Message}", "End another lab that uses it, or see to the disk and its permissions.", e);
}

namespace Pogoline.Lab.Replay;

/// <summary>Plays recordings of real device code against the virtual boards and collects where they differ.</summary>
public sealed class Replayer
{
    readonly IReadOnlyList<IRecordingPlayer> _players = [new DfuReplay(), new ControlReplay(), new SerialReplay()];
    readonly List<ReplayDifference> _differences = [];
    int _scenarios;
    int _agreed;
    bool _unreadable;

    /// <summary>What came of all files so far.</summary>
    public ReplayReport Report => new() { Scenarios = _scenarios, Agreed = _agreed, Differences = [.. _differences], Unreadable = _unreadable };

    /// <summary>Plays a file. What cannot be read of it is a difference too.</summary>
    /// <param name="file">Its path; the ending <c>.br</c> or <c>.gz</c> tells how it is compressed.</param>
    /// <param name="stop">Ends the playing between two recordings.</param>
    public async Task PlayAsync(string file, CancellationToken stop)
    {
        try
        {
            using var content = File.OpenRead(file);
            await PlayAsync(file, content, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            AddUnreadable(file, e.Message);
        }
    }

    /// <summary>Plays the content of a file.</summary>
    /// <param name="file">Its name; the ending <c>.br</c> or <c>.gz</c> tells how it is compressed.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="stop">Ends the playing between two recordings.</param>
    public async Task PlayAsync(string file, Stream content, CancellationToken stop)
    {
        try
        {
            using var text = RecordingReader.Decompress(file, content);
            await foreach (var recording in RecordingReader.ReadAsync(file, text, stop).ConfigureAwait(false)) Play(recording);
        }
        catch (PogolineException e) when (e.Code == ReplayFaults.UnreadableCode)
        {
            AddUnreadable(file, e.Message);
        }
    }

    void Play(in Recording recording)
    {
        _scenarios++;
        if (Difference(recording) is { } difference) _differences.Add(difference);
        else _agreed++;
    }

    ReplayDifference? Difference(in Recording recording)
    {
        foreach (var player in _players)
        {
            if (player.Plays(recording)) return player.Play(recording);
        }
        return new(recording.File, recording.Line, recording.Name, null, "kind", "a kind of recording that the lab can play", "unknown");
    }

    void AddUnreadable(string file, string reason)
    {
        _unreadable = true;
        _differences.Add(new(file, 0, "", null, "file", "a readable recording", reason));
    }
}

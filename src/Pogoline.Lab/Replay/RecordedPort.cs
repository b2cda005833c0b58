using Pogoline.Lab.Console;

namespace Pogoline.Lab.Replay;

/// <summary>The serial port of a recording: gives what was sent, notes what comes, each with its time.</summary>
sealed class RecordedPort : IConsoleStream
{
    readonly Queue<byte> _input = [];
    readonly List<(long At, List<byte> Bytes)> _output = [];
    readonly List<(long At, string What)> _events = [];

    /// <summary>The time in milliseconds.</summary>
    public long Now { get; set; }

    public int Available => _input.Count;

    public bool TryPeek(out byte next) => _input.TryPeek(out next);

    public int Read(Span<byte> buffer)
    {
        var count = 0;
        while (count < buffer.Length && _input.TryDequeue(out buffer[count])) count++;
        return count;
    }

    public void Write(ReadOnlySpan<byte> data)
    {
        if (_output.Count == 0 || _output[^1].At != Now) _output.Add((Now, []));
        _output[^1].Bytes.AddRange(data);
    }

    /// <summary>Notes an event.</summary>
    public void Happened(string what) => _events.Add((Now, what));

    /// <summary>Bytes from the host.</summary>
    public void Deliver(ReadOnlySpan<byte> data)
    {
        foreach (var b in data) _input.Enqueue(b);
    }

    /// <summary>What came since the last call, as text.</summary>
    public (string Output, string Events) Take()
    {
        var taken = (
            string.Join(", ", _output.Select(part => $"{part.At}: {Convert.ToHexStringLower([.. part.Bytes])}")),
            string.Join("; ", _events.Select(entry => $"{entry.At}: {entry.What}")));
        _output.Clear();
        _events.Clear();
        return taken;
    }
}

using System.Text;

namespace Pogoline.Lab.Console;

/// <summary>Asks for a line of text: echoes what is typed, and throws away whatever else was sent with the line.</summary>
/// <param name="stream">The serial port.</param>

sealed class LinePrompt(IConsoleStream stream)
{
    const byte Backspace = 0x08, Delete = 0x7F;
    static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(1);
    readonly List<byte> _line = [];

    /// <summary>What was typed, each byte a character.</summary>
    public string Line => Encoding.Latin1.GetString([.. _line]);

    /// <summary>Asks.</summary>
    /// <param name="prompt">What is asked.</param>
    /// <param name="longest">Characters taken; the one after the last ends the line, whatever it is.</param>
    public IEnumerable<Pause> Ask(string prompt, int longest)
    {
        _line.Clear();
        stream.Write(prompt);
        for (;;)
        {
            byte next;
            while (!stream.TryRead(out next)) yield return Pause.WaitForEver;
            if (_line.Count == longest || next is (byte)'\r' or (byte)'\n') break;
            Take(next);
        }
        stream.Write("\r\n");
        yield return Pause.Work(Settle);
        stream.Discard();
    }

    /// <summary>Asks for one digit, until it is one of those that are offered.</summary>
    public IEnumerable<Pause> AskDigit(string prompt, int first, int last)
    {
        do
        {
            foreach (var pause in Ask(prompt, 1)) yield return pause;
        }
        while (_line.Count == 0 || Digit < first || Digit > last);
    }

    /// <summary>The digit that was typed.</summary>
    public int Digit => _line[0] - '0';

    /// <summary>Asks for several lines, which an empty one ends.</summary>
    public IEnumerable<Pause> AskText(string prompt)
    {
        _line.Clear();
        stream.Write(prompt);
        for (var start = 0; ;)
        {
            byte next;
            while (!stream.TryRead(out next)) yield return Pause.WaitForEver;
            if (next is not ((byte)'\r' or (byte)'\n'))
            {
                Take(next);
                continue;
            }
            stream.Write("\r\n");
            if (_line.Count == start) yield break;
            _line.AddRange("\r\n"u8);
            start = _line.Count;
        }
    }

    void Take(byte next)
    {
        if (next is Backspace or Delete)
        {
            if (_line.Count == 0) return;
            _line.RemoveAt(_line.Count - 1);
        }
        else
        {
            _line.Add(next);
        }
        stream.Write([next]);
    }
}

using System.Text;

namespace Pogoline.Lab.Console;

/// <summary>A serial port as firmware sees it; nothing here waits.</summary>
interface IConsoleStream
{
    /// <summary>How many bytes wait to be read.</summary>
    int Available { get; }

    /// <summary>Gives the next byte without taking it.</summary>
    bool TryPeek(out byte next);

    /// <summary>Takes what is there, up to the length of the buffer.</summary>
    int Read(Span<byte> buffer);

    /// <summary>Sends bytes; when the host does not take them they are lost.</summary>
    void Write(ReadOnlySpan<byte> data);
}

static class ConsoleStreamText
{
    /// <summary>Takes the next byte.</summary>
    public static bool TryRead(this IConsoleStream stream, out byte next)
    {
        Span<byte> one = stackalloc byte[1];
        var read = stream.Read(one) == 1;
        next = one[0];
        return read;
    }

    /// <summary>Sends text, each character a byte.</summary>
    public static void Write(this IConsoleStream stream, string text) => stream.Write(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends a line.</summary>
    public static void WriteLine(this IConsoleStream stream, string text) => stream.Write($"{text}\r\n");

    /// <summary>Throws away what waits to be read.</summary>
    public static void Discard(this IConsoleStream stream)
    {
        Span<byte> buffer = stackalloc byte[64];
        while (stream.Read(buffer) > 0)
        {
        }
    }
}

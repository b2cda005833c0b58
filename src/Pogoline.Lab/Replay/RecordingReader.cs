using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Pogoline.Lab.Replay;

/// <summary>Reads recordings: JSON lines, plain or compressed.</summary>
public static class RecordingReader
{
    static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Wraps the content of a file in the decompression that its name asks for: <c>.br</c>, <c>.gz</c>, or none.</summary>
    public static Stream Decompress(string file, Stream content) => Path.GetExtension(file).ToUpperInvariant() switch
    {
        ".BR" => new BrotliStream(content, CompressionMode.Decompress),
        ".GZ" => new GZipStream(content, CompressionMode.Decompress),
        _ => content,
    };

    /// <summary>The recordings of a file, in order; blank lines are passed over.</summary>
    /// <param name="file">Its name, for <see cref="Recording.File"/>.</param>
    /// <param name="text">Its content, decompressed.</param>
    /// <param name="stop">Ends the reading between two lines.</param>
    /// <exception cref="PogolineException">It is empty, cannot be read, or a line is no JSON object with a name.</exception>
    public static async IAsyncEnumerable<Recording> ReadAsync(string file, Stream text, [EnumeratorCancellation] CancellationToken stop)
    {
        using var reader = new StreamReader(text, StrictUtf8, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var (line, any) = (0, false);
        while (await NextLineAsync(file, reader, line + 1, stop).ConfigureAwait(false) is { } content)
        {
            line++;
            if (content.AsSpan().Trim().IsEmpty) continue;
            any = true;
            yield return Parse(file, line, content);
        }
        if (!any) throw ReplayFaults.Unreadable(file, line, "it holds no recording");
    }

    static async ValueTask<string?> NextLineAsync(string file, StreamReader reader, int line, CancellationToken stop)
    {
        try
        {
            return await reader.ReadLineAsync(stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or DecoderFallbackException or InvalidOperationException)
        {
            throw ReplayFaults.Unreadable(file, line, e.Message, e);
        }
    }

    static Recording Parse(string file, int line, string content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && root.TryGetProperty("name", out var name) && name.GetString() is { } text
                ? new(file, line, text, root.Clone())
                : throw ReplayFaults.Unreadable(file, line, "the line is no recording");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw ReplayFaults.Unreadable(file, line, e.Message, e);
        }
    }
}

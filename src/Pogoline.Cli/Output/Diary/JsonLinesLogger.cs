using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Pogoline.Cli.Output.Diary;

/// <summary>
/// Writes every log line as one JSON object: <c>time</c>, <c>level</c>, <c>event</c> (its permanent number), <c>name</c>, <c>message</c>, then the
/// named fields. What must not be read by others is taken out first. Safe to use from several threads.
/// </summary>
/// <param name="sinks">Where the lines go.</param>
/// <param name="time">The clock of the time stamps.</param>
sealed class JsonLinesLogger(IReadOnlyList<Stream> sinks, TimeProvider time) : ILogger
{
    static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly Lock _gate = new();

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        using var line = new MemoryStream();
        using (var json = new Utf8JsonWriter(line, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", time.GetUtcNow());
            json.WriteString("level", logLevel.ToString().ToLowerInvariant());
            json.WriteNumber("event", eventId.Id);
            json.WriteString("name", eventId.Name);
            json.WriteString("message", Redactor.Clean(formatter(state, exception)));
            if (state is IReadOnlyList<KeyValuePair<string, object?>> fields)
            {
                foreach (var (name, value) in fields.Where(f => f.Key != "{OriginalFormat}")) WriteField(json, JsonNamingPolicy.CamelCase.ConvertName(name), value);
            }
            if (exception is not null) json.WriteString("exception", Redactor.Clean(exception.ToString()));
            json.WriteEndObject();
        }
        line.WriteByte((byte)'\n');
        lock (_gate)
        {
            foreach (var sink in sinks)
            {
                line.Position = 0;
                line.CopyTo(sink);
                sink.Flush();
            }
        }
    }

    static void WriteField(Utf8JsonWriter json, string name, object? value)
    {
        switch (value)
        {
            case null: json.WriteNull(name); break;
            case bool b: json.WriteBoolean(name, b); break;
            case int i: json.WriteNumber(name, i); break;
            case long l: json.WriteNumber(name, l); break;
            case double d when double.IsFinite(d): json.WriteNumber(name, d); break;
            default: json.WriteString(name, Redactor.Clean(value.ToString() ?? "")); break;
        }
    }
}

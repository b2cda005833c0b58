using System.IO.Compression;
using System.Text.Json;

namespace Pogoline.Tests;

/// <summary>The recordings in <c>Golden/</c>, one JSON object a line.</summary>
static class GoldenFile
{
    public static IEnumerable<JsonElement> Read(string name)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", name));
        using var text = new StreamReader(new BrotliStream(file, CompressionMode.Decompress));
        while (text.ReadLine() is { } line) yield return JsonDocument.Parse(line).RootElement.Clone();
    }

    public static JsonElement Scenario(string file, string name) => Read(file).Single(s => s.GetProperty("name").GetString() == name);

    public static string Name(this JsonElement scenario) => scenario.GetProperty("name").GetString()!;

    public static byte[] Hex(this JsonElement value) => Convert.FromHexString(value.GetString()!);
}

using System.Diagnostics;

namespace Pogoline.Tests;

/// <summary>The program as users run it: the native file that <c>./test</c> has published and names, else the portable build.</summary>
static class PogolineProgram
{
    static readonly string? Native = Environment.GetEnvironmentVariable("POGOLINE_PROGRAM") is { Length: > 0 } named
        ? File.Exists(named) ? named : throw new FileNotFoundException("POGOLINE_PROGRAM names no file.", named)
        : null;

    /// <summary>The words that start it, before the arguments.</summary>
    public static IReadOnlyList<string> Words { get; } = Native is null ? ["dotnet", Path.Combine(AppContext.BaseDirectory, "Pogoline.Cli.dll")] : [Native];

    /// <summary>The same for a shell.</summary>
    public static string Shell { get; } = $"env DOTNET_EnableDiagnostics=0 {string.Join(' ', Words)}";

    /// <summary>A process that is not started yet, whose streams the caller reads.</summary>
    public static ProcessStartInfo Start(params IEnumerable<string> arguments) => new(Words[0], [.. Words.Skip(1), .. arguments])
    {
        RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true,
    };
}

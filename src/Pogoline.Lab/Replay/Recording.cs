using System.Text.Json;

namespace Pogoline.Lab.Replay;

/// <summary>One line of a recording: a conversation with real device code, independent of all others.</summary>
/// <param name="File">The name of the file, as given.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Name">The name it has in the file.</param>
/// <param name="Content">The whole line.</param>
public readonly record struct Recording(string File, int Line, string Name, JsonElement Content);

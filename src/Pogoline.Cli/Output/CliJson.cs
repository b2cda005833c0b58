using System.Text.Json.Serialization;
using Pogoline.Cli.Commands;
using Pogoline.Cli.Output.Diary;
using Pogoline.Programming;

namespace Pogoline.Cli.Output;

/// <summary>What <c>--json</c> prints when a command fails before it has a result.</summary>
sealed record ErrorObject(int Schema, ErrorSummary Error);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ErrorObject))]
[JsonSerializable(typeof(LabBoardLine))]
[JsonSerializable(typeof(LabProbeLine))]
[JsonSerializable(typeof(PlatformList))]
[JsonSerializable(typeof(RunEnvironment))]
[JsonSerializable(typeof(BackupReport))]
sealed partial class CliJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace Pogoline.Lab.Replay;

// A member that nobody knows would be a check that nobody makes: it is refused.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ReplayReport))]
[JsonSerializable(typeof(DfuScenario))]
[JsonSerializable(typeof(ControlScenario))]
[JsonSerializable(typeof(SerialScenario))]
sealed partial class ReplayJson : JsonSerializerContext;

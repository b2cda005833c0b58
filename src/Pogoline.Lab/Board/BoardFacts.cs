using System.Text.Json.Serialization;
using Pogoline.Lab.Boot;

namespace Pogoline.Lab.Board;

/// <summary>What a board keeps without power outside its memories.</summary>
/// <param name="Schema">1.</param>
/// <param name="Platform">The kind of board.</param>
/// <param name="NcpVersion">The version of the network co-processor's firmware; 0 for none.</param>
/// <param name="WifiNetworks">The stored Wi-Fi networks; null for none.</param>
/// <param name="OptionBytes">The option bytes of an STM32; null for those that it has from the line.</param>
sealed record BoardFacts(int Schema, string Platform, ushort NcpVersion, IReadOnlyList<WifiNetwork>? WifiNetworks, uint? OptionBytes);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BoardFacts))]
sealed partial class BoardFactsJson : JsonSerializerContext;

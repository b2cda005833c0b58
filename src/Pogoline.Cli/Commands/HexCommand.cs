using System.CommandLine;
using Pogoline.Hex;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline hex</c>: Intel HEX files and restore images.</summary>
static class HexCommand
{
    public static Command Create() => new("hex", "Intel HEX files and restore images: look into them, compare, join, convert and build them")
    {
        HexBuildCommand.Create(),
        HexKitCommand.Create(),
        HexShowCommand.Create(),
        HexCheckCommand.Create(),
        HexDiffCommand.Create(),
        HexMergeCommand.Create(),
        HexConvertCommand.Create(),
    };

    public static Option<bool> Json() => new("--json") { Description = "Print one JSON object." };

    public static Option<bool> Lenient() => new("--lenient")
    {
        Description = "Take what can be understood: other text between records, unknown record types, records behind the end, two contents for one address (the later one).",
    };

    public static HexMode Mode(ParseResult parsed, Option<bool> lenient) => parsed.GetValue(lenient) ? HexMode.Lenient : HexMode.Strict;
}

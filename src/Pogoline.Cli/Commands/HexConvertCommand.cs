using System.Buffers;
using System.CommandLine;
using System.Globalization;
using Pogoline.Cli.Output;
using Pogoline.Hex;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline hex convert IN OUT</c>: between Intel HEX, bare bytes and UF2, whatever the size.</summary>
static class HexConvertCommand
{
    static readonly Dictionary<string, uint> Families = new() { ["nrf52840"] = Uf2Writer.Nrf52840, ["stm32f2"] = Uf2Writer.Stm32F2 };

    public static Command Create()
    {
        var input = new Argument<string>("IN") { Description = "An Intel HEX file; with --at, a file of bare bytes." };
        var output = new Argument<string>("OUT") { Description = "The result; it appears when it is whole." };
        var to = new Option<string?>("--to") { Description = "hex, bin or uf2; without it the name of OUT tells.", HelpName = "format" };
        var at = new Option<string?>("--at") { Description = "IN is bare bytes that belong to this address.", HelpName = "address" };
        var range = new Option<string?>("--range") { Description = "Take only these addresses, as 0x1000-0x2000 with the end exclusive.", HelpName = "start-end" };
        var family = new Option<string?>("--family") { Description = "The UF2 family: nrf52840, stm32f2, or a number.", HelpName = "id" };
        var (lenient, json) = (HexCommand.Lenient(), HexCommand.Json());
        var command = new ExampleCommand("convert", "Checks an image and writes it as sorted Intel HEX, bare bytes (gaps FF) or UF2; files of any size.",
            "pogoline hex convert any.hex sorted.hex", "pogoline hex convert boron.hex flash.bin --range 0x0-0x100000", "pogoline hex convert app.bin app.hex --at 0xD4000")
        { input, output, to, at, range, family, lenient, json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(json), async () =>
        {
            var (source, target) = (parsed.GetValue(input)!, parsed.GetValue(output)!);
            var (format, needsRuns) = Format(parsed.GetValue(to) ?? Path.GetExtension(target), Family(parsed.GetValue(family)));
            await using var file = HexInput.Open(source);
            var only = HexInput.Range(parsed.GetValue(range));
            HexSummary? summary = null;
            await OutputFile.WriteAsync(target, async (destination, token) =>
            {
                summary = parsed.GetValue(at) is { } address
                    ? await new RawConversion(file, Address(address), only).ConvertAsync(destination, format, token)
                    : await new HexConversion(file, HexCommand.Mode(parsed, lenient), only).ConvertAsync(destination, format, needsRuns, token);
                return summary.Problems.Errors == 0;
            }, HexFaults.Output, stop);
            if (parsed.GetValue(json))
            {
                Terminal.Json(new(1, summary!.Problems.Errors > 0 ? "failed" : "passed", [HexCheckedFile.Of(source, summary)]), HexJson.Default.HexCheckReport);
            }
            else
            {
                HexCheckCommand.Print(source, summary!);
            }
            return (int)(summary!.Problems.Errors > 0 ? ExitCode.BadInput : ExitCode.Passed);
        }));
        return command;
    }

    static (Func<IBufferWriter<byte>, IReadOnlyList<AddressRange>, IImageWriter> Make, bool NeedsRuns) Format(string name, uint? family) => name.TrimStart('.').ToLowerInvariant() switch
    {
        "hex" or "ihex" or "ihx" => ((output, _) => new HexWriter(output), false),
        "bin" => ((output, _) => new RawWriter(output), false),
        "uf2" => ((output, runs) => new Uf2Writer(output, family, Uf2Writer.CountBlocks(runs)), true),
        _ => throw new PogolineException(UnitFaults.Usage, $"'{name}' is no format.", "Give --to hex, --to bin or --to uf2."),
    };

    static uint? Family(string? text)
    {
        if (text is null) return null;
        if (Families.TryGetValue(text.ToLowerInvariant(), out var known)) return known;
        return FlashAddress.TryParse(text, out var number)
            ? number.Value
            : throw new PogolineException(UnitFaults.Usage, $"'{text}' is no UF2 family.", string.Create(CultureInfo.InvariantCulture, $"Give {string.Join(", ", Families.Keys)} or a number."));
    }

    static FlashAddress Address(string text) => FlashAddress.TryParse(text, out var address)
        ? address
        : throw new PogolineException(UnitFaults.Usage, $"'{text}' is no address.", "Write it as 0x08000000.");
}

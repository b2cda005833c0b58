using System.Globalization;
using System.Net;
using System.Text;

namespace Pogoline.Hex.Kit;

/// <summary>A part of the instruction: a heading, and sentences, steps or rows beneath it.</summary>
sealed record KitSection(string Title, IReadOnlyList<string> Lines, bool IsNumbered = false, bool IsTable = false);

/// <summary>The instruction of a kit: one page, as text and as HTML.</summary>
sealed record KitInstructions(string Title, string Subtitle, IReadOnlyList<KitSection> Sections)
{
    public static KitInstructions Of(ProgrammerKit kit, string sha256)
    {
        var (platform, release, chip) = (kit.Image.Platform, kit.Image.Release, kit.Chip);
        var sections = new List<KitSection> { new("What is in the image", [.. kit.Image.Map.Regions.Select(Row)], IsTable: true) };
        var connect = new List<string>
        {
            $"Connect SWDIO, SWCLK, GND and the voltage reference (3V3), and {chip.ResetPin} if the probe has a reset line. The board needs its own power.",
        };
        if (chip.Before is { } before) connect.Add(before);
        connect.Add("Run one of the scripts below from its folder (program.sh on Linux and macOS, program.bat on Windows). Each writes the image, compares, and starts the board.");
        connect.Add("The script ends with exit status 0 only when everything was written and compared. With OpenOCD the line PROGRAMMED AND VERIFIED says so.");
        sections.Add(new("Programming a board", connect, IsNumbered: true));
        sections.Add(new("Scripts", [.. Scripts(kit)], IsTable: true));
        sections.Add(new("Erasing", [.. Erasing(kit)]));
        sections.Add(new("Not in the image", kit.Image.NotIncluded));
        if (kit.Image.Warnings.Count > 0) sections.Add(new("Take note", kit.Image.Warnings));
        sections.Add(new("Checking this kit", ["'sha256sum -c SHA256SUMS' in the kit's folder compares every file.", $"{kit.HexName}: SHA-256 {sha256}"]));
        return new($"{platform.DisplayName}: Device OS {release}", $"Programming by debug probe ({chip.Mcu}, SWD)", sections);
    }

    public string ToText()
    {
        var text = new StringBuilder().AppendLine(Title).AppendLine(new string('=', Title.Length)).AppendLine(Subtitle);
        foreach (var section in Sections)
        {
            text.AppendLine().AppendLine(section.Title).AppendLine(new string('-', section.Title.Length));
            for (var i = 0; i < section.Lines.Count; i++)
            {
                var mark = section.IsNumbered ? string.Create(CultureInfo.InvariantCulture, $"{i + 1}. ") : section.IsTable ? "  " : "* ";
                text.AppendLine(mark + section.Lines[i].Replace("\t", "   ", StringComparison.Ordinal));
            }
        }
        return text.ToString().ReplaceLineEndings("\n");
    }

    public string ToHtml()
    {
        var html = new StringBuilder($$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{Escape(Title)}}</title>
            <style>
            @page { size: A4; margin: 12mm; }
            body { font: 10.5pt/1.4 system-ui, sans-serif; color: #1a1a1a; max-width: 50rem; margin: 1.5rem auto; padding: 0 1rem; }
            h1 { font-size: 16pt; margin: 0; }
            h1 + p { color: #555; margin: .1rem 0 .8rem; }
            h2 { font-size: 11.5pt; margin: .9rem 0 .25rem; border-bottom: 1px solid #ccc; }
            ul, ol { margin: .2rem 0; padding-left: 1.3rem; }
            table { border-collapse: collapse; width: 100%; font-size: 9.5pt; }
            td { padding: .12rem .6rem .12rem 0; vertical-align: top; }
            td:first-child { white-space: nowrap; font-family: ui-monospace, monospace; font-size: 9pt; }
            tr + tr td { border-top: 1px solid #eee; }
            .note li { font-weight: 600; }
            li { overflow-wrap: anywhere; }
            </style>
            </head>
            <body>
            <h1>{{Escape(Title)}}</h1>
            <p>{{Escape(Subtitle)}}</p>

            """);
        foreach (var section in Sections) Append(html, section);
        return html.AppendLine("</body>").AppendLine("</html>").ToString().ReplaceLineEndings("\n");
    }

    static void Append(StringBuilder html, KitSection section)
    {
        var (list, css) = (section.IsTable ? "table" : section.IsNumbered ? "ol" : "ul", section.Title == "Take note" ? " class=\"note\"" : "");
        html.AppendLine(CultureInfo.InvariantCulture, $"<h2>{Escape(section.Title)}</h2>").AppendLine(CultureInfo.InvariantCulture, $"<{list}{css}>");
        foreach (var line in section.Lines)
        {
            html.AppendLine(section.IsTable ? $"<tr>{string.Concat(line.Split('\t').Select(cell => $"<td>{Escape(cell.Trim())}</td>"))}</tr>" : $"<li>{Escape(line)}</li>");
        }
        html.AppendLine(CultureInfo.InvariantCulture, $"</{list}>");
    }

    static string Escape(string text) => WebUtility.HtmlEncode(text);

    static string Row(ImageRegion region)
    {
        var what = region.Kind switch
        {
            ImageRegionKind.Mbr => "master boot record",
            ImageRegionKind.Registers => "UICR (configuration words)",
            ImageRegionKind.Invalidated => "erased, so that no former user firmware is started",
            _ => region.Name,
        };
        return $"{region.Range}\t{what,-27}\t{(region.Version is { } version ? $"version {version}" : ""),-12}\t{region.Range.Length.ToString("N0", CultureInfo.InvariantCulture)} bytes";
    }

    static IEnumerable<string> Scripts(ProgrammerKit kit)
    {
        const string notRun = "was not run by the makers of this kit";
        yield return $"openocd/\tOpenOCD 0.12, {kit.Probe.DisplayName}; for another probe change interface.cfg. {OpenOcdProof}";
        yield return $"jlink/\tJ-Link Commander; jflash.bat for J-Flash. It {notRun}.";
        if (kit.Chip.NrfjprogFamily is not null) yield return $"nrfjprog/\tNordic's nrfjprog with a J-Link. It {notRun}.";
        if (kit.Chip.CubeProgrammer) yield return $"stm32cubeprogrammer/\tST's STM32CubeProgrammer with an ST-LINK. It {notRun}.";
    }

    const string OpenOcdProof = "Scripts like this one were run in front of virtual chips of this kind, not on a board.";

    static IEnumerable<string> Erasing(ProgrammerKit kit)
    {
        if (kit.ErasesChip)
        {
            yield return "The scripts erase the whole chip. Nothing of the board's own is lost by it: keys and settings lie in the external flash.";
        }
        else if (kit.Chip.ChipEraseKeepsDeviceData)
        {
            yield return "The scripts erase only what the image covers. Do not erase the whole chip: the image does not bring everything back that the board needs to start.";
        }
        else
        {
            yield return "The scripts erase only the sectors that the image covers. Do not erase the whole chip: the keys and settings of the board lie in sectors of their own, "
                + "and a board whose keys are lost must be made known to the cloud again.";
        }
        yield return kit.Chip.Locked;
    }
}

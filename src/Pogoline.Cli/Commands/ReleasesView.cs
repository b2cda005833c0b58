using Pogoline.Cli.Output;
using Pogoline.Releases;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary>Releases as tables, for people.</summary>
static class ReleasesView
{
    public static void WriteList(IReadOnlyList<ListedRelease> releases)
    {
        var table = Terminal.Table("Release", "Line", "Platforms", "npm package", "Recommended for");
        foreach (var release in releases)
        {
            table.AddRow(
                Markup.Escape($"{release.Version}"), Kind(release.Line, release.Kind),
                Markup.Escape(string.Join(' ', release.Platforms.Concat(release.Assumed.Select(name => name + "?")))),
                Markup.Escape(release.Packages.Count == 0 ? "" : release.Packages[0]),
                release.RecommendedFor.Count == 0 ? "" : $"[green]{Markup.Escape(string.Join(' ', release.RecommendedFor))}[/]");
        }
        Terminal.Out.Write(table);
        Terminal.Out.MarkupLine("[dim]A question mark: assumed from the version table. Without a package: from a folder, an archive, or the vendor's release page.[/]");
    }

    public static void WriteTools(ToolListReport report)
    {
        var table = Terminal.Table("Tool", "Device OS", "Modules", "Note");
        foreach (var tool in report.Tools)
        {
            table.AddRow(new[] { $"{tool.Tool}@{tool.Version}", Spelled(tool.Releases), string.Join(", ", tool.Carries.Select(f => new ModuleId(f, 0)).Select(id => id.Function == ModuleFunction.SystemPart ? "system parts" : $"{id}")), tool.Note ?? "" }.Select(Markup.Escape).ToArray());
        }
        Terminal.Out.Write(table);
        Terminal.Out.MarkupLineInterpolated($"'pogoline update' takes {Spelled(report.Pinned)}; 'pogoline update --as TOOL' takes what a tool carried.");
    }

    static string Spelled(IReadOnlyList<CarriedRelease> releases) =>
        string.Join("; ", releases.Select(r => $"{r.Version} ({string.Join(' ', r.Platforms)})"));

    public static void WriteReports(IReadOnlyList<ReleaseReport> reports)
    {
        foreach (var report in reports)
        {
            Terminal.Out.MarkupLineInterpolated($"[bold]{report.Platform}[/]: {(report.Version is null ? $"'{report.Request}'" : $"Device OS {report.Version}")}");
            if (report.Reason is not null) Terminal.Out.MarkupLineInterpolated($"  {report.Reason}");
            if (report.Advice is not null) Terminal.Out.MarkupLineInterpolated($"  [yellow]{report.Advice}[/]");
            if (report.Error is { } error) Terminal.Out.MarkupLineInterpolated($"  [red]{error.Code}[/]: {error.Message}\n  {error.Remedy}");
            if (report.Files is not null) Terminal.Out.Write(Files(report.Files));
            else if (report.Error is null) Terminal.Out.MarkupLineInterpolated(
                $"  The files are not on this machine; fetch them with 'pogoline releases fetch {report.Version} --platform {report.Platform}'.");
            foreach (var note in report.Notes) Terminal.Out.MarkupLineInterpolated($"  [dim]{note}[/]");
        }
    }

    static Table Files(IReadOnlyList<ReleaseFileReport> files)
    {
        var table = Terminal.Table("File", "Module", "Version", "Bytes", "CRC-32", "SHA-256", "Source");
        table.Columns[0].NoWrap = true;
        foreach (var file in files)
        {
            table.AddRow(new[]
            {
                file.Name, $"{new ModuleId(file.Function, (byte)file.Index)}", $"{file.Version}", Terminal.Bytes(file.Bytes), file.Crc32,
                file.Sha256[..16] + "…", file.Source.Split(" (", 2)[0],
            }.Select(Markup.Escape).ToArray());
        }
        return table;
    }

    static string Kind(string line, ReleaseLineKind kind) => kind switch
    {
        ReleaseLineKind.LongTermSupport => $"[green]{line} LTS[/]",
        ReleaseLineKind.Feature => $"{line} feature",
        ReleaseLineKind.Legacy => $"[dim]{line} legacy[/]",
        _ => line,
    };
}

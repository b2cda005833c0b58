using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Modules;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>pogoline inspect FILE…</c></summary>
static class InspectCommand
{
    // Far beyond any firmware; a disk image given by mistake is not worth reading.
    const long LargestFile = 256L * 1024 * 1024;

    public static Command Create()
    {
        var files = new Argument<string[]>("FILE") { Description = "Firmware images (.bin), bundles or release archives (.zip).", Arity = ArgumentArity.OneOrMore };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("inspect", "Shows what firmware files hold: modules, versions, integrity, dependencies.",
            "pogoline inspect boron-system-part1@2.2.0.bin", "pogoline inspect --json release.zip") { files, json };
        command.SetAction(async (parsed, stop) =>
        {
            var report = await InspectAsync(parsed.GetValue(files)!, stop);
            if (parsed.GetValue(json)) Terminal.Json(report, InspectJson.Default.InspectReport);
            else Render(report, Terminal.Out);
            return (int)(report.HasErrors ? ExitCode.BadInput : ExitCode.Passed);
        });
        return command;
    }

    internal static async Task<InspectReport> InspectAsync(IEnumerable<string> paths, CancellationToken stop)
    {
        var files = new List<InspectedFile>();
        foreach (var path in paths)
        {
            try
            {
                var file = new FileInfo(path);
                if (Directory.Exists(path)) files.Add(FileInspector.Unreadable(path, "It is a folder; name the files in it."));
                else if (!file.Exists) files.Add(FileInspector.Unreadable(path, "There is no such file."));
                else if (file.Length > LargestFile) files.Add(FileInspector.Unreadable(path, $"It has {file.Length} bytes, more than any firmware."));
                else files.AddRange(FileInspector.Inspect(path, await File.ReadAllBytesAsync(path, stop)));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                files.Add(FileInspector.Unreadable(path, e.Message));
            }
        }
        return new(1, files);
    }

    internal static void Render(InspectReport report, IAnsiConsole console)
    {
        var table = Terminal.Table("File", "Platform", "Module", "Version", "Release", "Addresses", "Size", "CRC-32", "Depends on");
        foreach (var file in report.Files)
        {
            foreach (var module in file.Modules) table.AddRow([.. Row(file, module).Select(cell => new Markup(cell))]);
        }
        if (table.Rows.Count > 0) console.Write(table);
        foreach (var file in report.Files)
        {
            foreach (var problem in file.Problems.Concat(file.Modules.SelectMany(module => module.Problems)))
            {
                var colour = problem.Severity switch { "error" => "red", "warning" => "yellow", _ => "grey" };
                var name = Markup.Escape(file.Path);
                console.MarkupLine($"[{colour}]{problem.Severity}[/] {name}: {Markup.Escape(problem.Message)} [grey]({problem.Code})[/] {Markup.Escape(problem.Remedy)}");
            }
        }
    }

    static IEnumerable<string> Row(InspectedFile file, InspectedModule module)
    {
        yield return Markup.Escape(Path.GetFileName(file.Path));
        yield return Markup.Escape(module.Platform ?? (module.Function == ModuleFunction.Asset ? "any" : $"id {module.PlatformId}"));
        yield return Markup.Escape(new ModuleId(module.Function, (byte)module.Index).ToString());
        yield return $"{module.Version}";
        yield return ReleaseText(module);
        yield return $"{module.Start} – {module.End}";
        yield return Terminal.Bytes(module.End - module.Start + ModuleHeader.CrcSize);
        yield return module.Crc == "ok" ? $"[green]ok[/] {module.Crc32}" : $"[red]bad[/] {module.Crc32}";
        yield return string.Join('\n', module.Dependencies.Select(d =>
            Markup.Escape(new ModuleDependency(new(d.Function, (byte)d.Index), (ushort)d.Version).ToString())));
    }

    static string ReleaseText(InspectedModule module)
    {
        if (module.Release is { } exact) return $"{exact}";
        if (module.Function == ModuleFunction.SystemPart)
        {
            return DeviceOsVersions.FromSystem((ushort)module.Version) is { } near ? $"after {near.Numbers.Os}" : "";
        }
        if (module.Function != ModuleFunction.Bootloader) return "";
        var releases = DeviceOsVersions.WithBootloader((ushort)module.Version).ToList();
        return releases switch { [] => "", [var only] => $"{only.Os}", [var first, .., var last] => $"{first.Os} … {last.Os}" };
    }
}

using System.CommandLine;
using Pogoline.Cli.Output;
using Pogoline.Host.Bundles;
using Pogoline.Releases.Bundles;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>bundle create|show|verify|lock|unlock</c>: one file with all that a line needs.</summary>
static class BundleCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object." };
    static readonly Argument<string> FilePath = new("FILE") { Description = "The bundle." };
    static readonly Option<bool> RequireSigned = new("--require-signed") { Description = "Refuse a bundle without a signature by a key that is trusted here." };

    public static Command Create() => new("bundle", "Bundles: one file with the modules, user firmware and plans that a line needs.")
    {
        BundleCreateCommand.Create(), Show(), Verify(), LockTo(), Unlock(),
    };

    static ExampleCommand Show()
    {
        var command = new ExampleCommand("show", "Shows what a bundle holds and who signed it; every hash is checked.", "pogoline bundle show line.zip") { FilePath, Json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(Json), async () =>
        {
            // A locked machine may still be asked what a file is.
            var bundle = await OpenAsync(parsed.GetRequiredValue(FilePath), new(KeyStore.Default, locked: null, requireSigned: false), stop);
            Write(bundle, parsed.GetValue(Json), verified: null);
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static ExampleCommand Verify()
    {
        var command = new ExampleCommand("verify",
            "Checks all of a bundle: hashes, signature, that its modules are the release's, and that its plans are sound and name only what it holds.",
            "pogoline bundle verify line.zip --require-signed") { FilePath, RequireSigned, Json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(Json), async () =>
        {
            var bundle = await OpenAsync(parsed.GetRequiredValue(FilePath), new(KeyStore.Default, locked: null, parsed.GetValue(RequireSigned)), stop);
            await BundleCheck.RequireAsync(bundle, stop);
            Write(bundle, parsed.GetValue(Json), verified: true);
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static ExampleCommand LockTo()
    {
        var command = new ExampleCommand("lock", "Locks this machine to one signed bundle: everything else is refused from then on.", "pogoline bundle lock line.zip") { FilePath, Json };
        command.SetAction((parsed, stop) => Terminal.GuardAsync(parsed.GetValue(Json), async () =>
        {
            // A locked machine takes another bundle only after 'unlock'.
            var bundle = await OpenAsync(parsed.GetRequiredValue(FilePath), BundlePolicy.Default(requireSigned: true), stop);
            await BundleCheck.RequireAsync(bundle, stop);
            var locked = MachineLock.Default.Lock(bundle);
            if (parsed.GetValue(Json)) Terminal.Json(new(locked), BundleReportJson.Default.LockReport);
            else Terminal.Out.MarkupLineInterpolated($"This machine is locked to {locked}.");
            return (int)ExitCode.Passed;
        }));
        return command;
    }

    static ExampleCommand Unlock()
    {
        var command = new ExampleCommand("unlock", "Lets this machine use other bundles and sources again.", "pogoline bundle unlock") { Json };
        command.SetAction((parsed, _) => Terminal.GuardAsync(parsed.GetValue(Json), () =>
        {
            var was = MachineLock.Default.Unlock();
            if (parsed.GetValue(Json)) Terminal.Json(new(Locked: null), BundleReportJson.Default.LockReport);
            else Terminal.Out.WriteLine(was ? "This machine is not locked any more." : "This machine was not locked.");
            return Task.FromResult((int)ExitCode.Passed);
        }));
        return command;
    }

    internal static ValueTask<ReleaseBundle> OpenAsync(string path, BundlePolicy policy, CancellationToken stop) => new BundleReleaseSource(path, policy).OpenAsync(stop);

    internal static void Write(ReleaseBundle bundle, bool json, bool? verified)
    {
        var report = BundleReport.Of(bundle, KeyStore.Default, verified);
        if (json)
        {
            Terminal.Json(report, BundleReportJson.Default.BundleReport);
            return;
        }
        Terminal.Out.MarkupLineInterpolated($"{report.Path}: Device OS [bold]{report.Release}[/] for {string.Join(", ", report.Platforms)}");
        Terminal.Out.MarkupLineInterpolated($"  {new BundlePolicy(KeyStore.Default, locked: null, requireSigned: false).Describe(bundle)}");
        Terminal.Out.MarkupLineInterpolated($"  {report.ReleaseNotes}");
        var table = Terminal.Table("File", "Kind", "Bytes", "SHA-256");
        foreach (var file in report.Files) table.AddRow([Markup.Escape(file.Path), $"{file.Kind}".ToLowerInvariant(), Terminal.Bytes(file.Bytes), file.Sha256[..16] + "…"]);
        Terminal.Out.Write(table);
        if (verified == true) Terminal.Out.MarkupLine("[green]verified[/]: every file is what the manifest and the release say.");
    }
}

using System.CommandLine;
using System.Text;
using Pogoline.Cli.Output;
using Pogoline.Host.Bundles;
using Pogoline.Signing;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary><c>keys create|import|list|export|trust|distrust</c>: who signs bundles and plans, and whose signatures count here.</summary>
static class KeysCommand
{
    static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object." };
    static readonly Argument<string> Name = new("NAME") { Description = "What the key is called on this machine." };
    static readonly Argument<string> PemFile = new("FILE") { Description = "A PEM file." };
    static readonly Option<bool> Password = new("--password") { Description = "Lock the private key with a password: POGOLINE_KEY_PASSWORD, or asked for." };

    public static Command Create() => new("keys", "Keys (ECDSA P-256) that sign bundles and plans, and those whose signatures count here.")
    {
        Make(), Import(), List(), Export(), Trust(), Distrust(),
    };

    static ExampleCommand Make()
    {
        var command = new ExampleCommand("create", "Makes a key to sign with, and trusts it.", "pogoline keys create line", "pogoline keys create line --password") { Name, Password, Json };
        return Does(command, parsed =>
        {
            using var key = SigningKey.Create();
            return [KeyStore.Default.Add(parsed.GetRequiredValue(Name), key, parsed.GetValue(Password) ? KeyPassword.AskNew() : null)];
        });
    }

    static ExampleCommand Import()
    {
        var command = new ExampleCommand("import", "Takes a private key that was made elsewhere, and trusts it.", "pogoline keys import line line-key.pem") { Name, PemFile, Password, Json };
        return Does(command, parsed =>
        {
            using var key = KeyPassword.Open(Path.GetFullPath(parsed.GetRequiredValue(PemFile)));
            return [KeyStore.Default.Add(parsed.GetRequiredValue(Name), key, parsed.GetValue(Password) ? KeyPassword.AskNew() : null)];
        });
    }

    static ExampleCommand List() =>
        Does(new("list", "Lists the keys that this machine knows.", "pogoline keys list") { Json }, _ => KeyStore.Default.List());

    static ExampleCommand Export()
    {
        var output = new Option<string?>("--output", "-o") { Description = "The file to write; without it standard output.", HelpName = "file" };
        var command = new ExampleCommand("export", "Writes the public half of a key, for 'keys trust' on another machine and for openssl.", "pogoline keys export line -o line.pem") { Name, output };
        command.SetAction((parsed, _) => Terminal.GuardAsync(json: false, () =>
        {
            var pem = KeyStore.Default.Require(parsed.GetRequiredValue(Name)).Key.ToPem();
            if (parsed.GetValue(output) is { } path) WriteFile(path, pem);
            else Console.Out.Write(pem);
            return Task.FromResult((int)ExitCode.Passed);
        }));
        return command;
    }

    static ExampleCommand Trust()
    {
        var command = new ExampleCommand("trust", "Accepts signatures by a public key from now on.", "pogoline keys trust line line.pem") { Name, PemFile, Json };
        return Does(command, parsed =>
        {
            var path = parsed.GetRequiredValue(PemFile);
            return [KeyStore.Default.Trust(parsed.GetRequiredValue(Name), VerifyingKey.Require(KeyStore.ReadFile(path), path))];
        });
    }

    static ExampleCommand Distrust()
    {
        var command = new ExampleCommand("distrust", "Accepts signatures by a key no longer.", "pogoline keys distrust line") { Name, Json };
        return Does(command, parsed =>
        {
            KeyStore.Default.Distrust(parsed.GetRequiredValue(Name));
            return KeyStore.Default.List();
        });
    }

    static ExampleCommand Does(ExampleCommand command, Func<ParseResult, IReadOnlyList<StoredKey>> work)
    {
        command.SetAction((parsed, _) => Terminal.GuardAsync(parsed.GetValue(Json), () =>
        {
            var keys = work(parsed);
            if (parsed.GetValue(Json)) Terminal.Json(new([.. keys.Select(KeyReport.Of)]), BundleReportJson.Default.KeyList);
            else Write(keys);
            return Task.FromResult((int)ExitCode.Passed);
        }));
        return command;
    }

    static void Write(IReadOnlyList<StoredKey> keys)
    {
        var table = Terminal.Table("Name", "Key ID", "Signs", "Trusted");
        foreach (var key in keys) table.AddRow([Markup.Escape(key.Name), key.Key.Id, key.HasPrivate ? "yes" : "", key.IsTrusted ? "[green]yes[/]" : "[yellow]no[/]"]);
        Terminal.Out.Write(table);
    }

    static void WriteFile(string path, string pem)
    {
        try
        {
            File.WriteAllText(path, pem, Encoding.ASCII);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(SigningFaults.KeyStore, $"The key cannot be written to {path}: {e.Message}", "Give another path with --output.", e);
        }
    }
}

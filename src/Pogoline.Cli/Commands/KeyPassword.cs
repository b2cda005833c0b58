using Pogoline.Cli.Output;
using Pogoline.Host.Bundles;
using Pogoline.Signing;
using Spectre.Console;

namespace Pogoline.Cli.Commands;

/// <summary>Where the password of a private key comes from: POGOLINE_KEY_PASSWORD, else whoever sits at the terminal.</summary>
static class KeyPassword
{
    const string Variable = "POGOLINE_KEY_PASSWORD";

    /// <summary>Opens a private key by its name or path.</summary>
    public static SigningKey Open(string nameOrPath) => KeyStore.Default.OpenPrivate(nameOrPath, () => Ask("Password of the key:"));

    /// <summary>The password; null when nobody can be asked.</summary>
    public static string? Ask(string prompt)
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given) return given;
        return Console.IsInputRedirected || !Terminal.Error.Profile.Out.IsTerminal ? null : Terminal.Error.Prompt(new TextPrompt<string>(prompt).Secret(null));
    }

    /// <summary>A password for a new key.</summary>
    public static string AskNew() => Ask("Password for the key:") is { Length: > 0 } password ? password : throw new PogolineException(
        SigningFaults.Password, "There is no password for the key.", $"Set {Variable}, or run the command in a terminal.");
}

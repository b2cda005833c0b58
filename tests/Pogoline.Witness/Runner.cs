using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Pogoline.Witness;

/// <summary>What a program said and how it ended.</summary>
sealed record Outcome(int Exit, string Output, string Errors)
{
    /// <summary>The output, when the program ended well.</summary>
    public string Require() => Exit == 0 ? Output : throw new InvalidOperationException($"Exit status {Exit}.\n{Output}\n{Errors}");
}

/// <summary>Runs other people's programs in front of a lab: under a faked usbfs, or in a guest with a real kernel (docs/lab.md).</summary>
static partial class Runner
{
    /// <summary>Tests with a guest, which takes a whole processor, run one after the other.</summary>
    public const string GuestCollection = "guest";

    /// <summary>The exit status of a runner that ended its command because the time was over.</summary>
    public const int TimeIsOver = 124;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(280);

    public static string Mock { get; } = Path.Combine(Usb(), "mock");

    public static string Guest { get; } = Path.Combine(Usb(), "guest");

    public static string Touch { get; } = Path.Combine(Usb(), "touch");

    public static async Task<Outcome> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        using var deadline = new CancellationTokenSource(Limit);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return new(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"{program} did not end in {Limit}"));
        }
    }

    static string Usb([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "usb"));
}

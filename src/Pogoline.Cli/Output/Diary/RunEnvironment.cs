using System.Globalization;
using System.Runtime.InteropServices;

namespace Pogoline.Cli.Output.Diary;

/// <summary>On what a run was made, as far as it helps to understand it.</summary>
sealed record RunEnvironment(int Schema, string Pogoline, string Runtime, string System, string Architecture, int Processors, string Culture, bool IsTerminal,
    IReadOnlyList<string> Arguments, int Exit, double Seconds, long PeakMemoryBytes)
{
    /// <summary>The most memory that the process had so far, in bytes.</summary>
    public static long PeakMemory
    {
        get
        {
            using var self = global::System.Diagnostics.Process.GetCurrentProcess();
            return self.PeakWorkingSet64;
        }
    }

    public static RunEnvironment Take(IReadOnlyList<string> arguments, int exit, double seconds) =>
        new(1, RunDiary.Version, RuntimeInformation.FrameworkDescription, RuntimeInformation.OSDescription, RuntimeInformation.RuntimeIdentifier,
            Environment.ProcessorCount, CultureInfo.CurrentCulture.Name, !Console.IsOutputRedirected, Redactor.Clean(arguments), exit, seconds, PeakMemory);
}

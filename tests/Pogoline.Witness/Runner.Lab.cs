namespace Pogoline.Witness;

static partial class Runner
{
    // Most commands take a tenth of it, on a machine that has nothing else to do.
    const string Seconds = "270";

    /// <summary>Runs a command before one board of the lab.</summary>
    public static Task<Outcome> MockAsync(RunningLab lab, string busId, params string[] command) =>
        RunAsync(Mock, ["--port", lab.Port, "--busid", busId, "--timeout", Seconds, "--", .. command]);

    /// <summary>Runs a command before all boards of the lab.</summary>
    public static Task<Outcome> MockAllAsync(RunningLab lab, params string[] command) =>
        RunAsync(Mock, ["--port", lab.Port, "--timeout", Seconds, "--", .. command]);

    /// <summary>Runs a command in a guest to which all boards of the lab are attached.</summary>
    public static Task<Outcome> GuestAsync(RunningLab lab, params string[] command) =>
        RunAsync(Guest, ["--port", lab.Port, "--timeout", Seconds, "--", .. command]);
}

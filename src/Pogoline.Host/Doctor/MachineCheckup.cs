using Pogoline.Host.Serial;
using Pogoline.Host.Usb;

namespace Pogoline.Host.Doctor;

/// <summary>Finds out whether this machine has what Pogoline needs. Changes nothing.</summary>
/// <param name="root">The root of the file system; another one in tests.</param>
/// <param name="variable">Reads an environment variable.</param>
public sealed class MachineCheckup(string root, Func<string, string?> variable)
{
    const string PluginGroup = "plugdev";

    /// <summary>This machine.</summary>
    public static MachineCheckup This { get; } = new(Path.GetPathRoot(Environment.CurrentDirectory) ?? "/", Environment.GetEnvironmentVariable);

    /// <summary>Runs every check.</summary>
    public async ValueTask<HealthReport> RunAsync(CancellationToken stop)
    {
        List<HealthCheck> checks = [Library(), SerialLibrary(), await BoardsAsync(stop).ConfigureAwait(false)];
        if (OperatingSystem.IsLinux()) checks.AddRange([Udev(), Rules(), Group(), KernelModule("cdc_acm", "serial ports of boards")]);
        checks.AddRange([Program("npm", "fetching releases from npm packages", "Install Node.js (nodejs.org), or give releases with --source."), Cache()]);
        return HealthReport.Of(checks);
    }

    static HealthCheck Library() => LibUsbBus.LibraryVersion is { } version
        ? new("libusb", HealthState.Ok, $"libusb {version} is installed.")
        : new("libusb", HealthState.Problem, "libusb-1.0 is not installed.", UsbProblems.InstallLibrary);

    static HealthCheck SerialLibrary() => LibSerialPorts.LibraryVersion is { } version
        ? new("libserialport", HealthState.Ok, $"libserialport {version} is installed.")
        : new("libserialport", HealthState.Warning, "libserialport is not installed: the serial console and serial transfers are not to be had.", SerialProblems.InstallLibrary);

    static async ValueTask<HealthCheck> BoardsAsync(CancellationToken stop)
    {
        if (LibUsbBus.LibraryVersion is null) return new("usb", HealthState.Problem, "Without libusb no board can be seen.", UsbProblems.InstallLibrary);
        try
        {
            var bus = LibUsbBus.Open(TimeProvider.System);
            await using (bus.ConfigureAwait(false))
            {
                var boards = await new UsbUnitFinder(bus).LookAsync(stop).ConfigureAwait(false);
                var count = $"{bus.List().Count} USB devices, {boards.Count} of them boards";
                return boards.FirstOrDefault(b => b.Problem is not null)?.Problem is { } problem
                    ? new("usb", HealthState.Problem, $"{count}. {problem.Message}", problem.Remedy)
                    : new("usb", HealthState.Ok, $"{count}, all of which can be opened; arrivals are {(bus.IsAnnounced ? "announced" : "found by looking again and again")}.");
            }
        }
        catch (PogolineException e)
        {
            return new("usb", HealthState.Problem, e.Message, e.Remedy);
        }
    }

    internal HealthCheck Udev() => File.Exists(Path.Combine(root, "run/udev/control"))
        ? new("udev", HealthState.Ok, "udev runs.")
        : new("udev", HealthState.Warning, "udev does not run here: nothing sets the permissions of boards that arrive.", "Run Pogoline outside the container, or as root inside it.");

    internal HealthCheck Rules()
    {
        var path = UdevRules.PathUnder(root);
        if (UdevRules.AreInstalled(root)) return new("udev-rules", HealthState.Ok, $"{path} is up to date, for boards and debug probes.");
        var what = File.Exists(path) ? $"{path} is of another version" : $"{path} is not there";
        return Environment.IsPrivilegedProcess ? new("udev-rules", HealthState.Ok, $"{what}; root needs no rules.")
            : new("udev-rules", HealthState.Problem, $"{what}.", "Run 'sudo pogoline doctor --install-udev'.");
    }

    internal HealthCheck Group()
    {
        if (Environment.IsPrivilegedProcess) return new("groups", HealthState.Ok, "root needs no group.");
        var file = Path.Combine(root, "etc/group");
        var line = File.Exists(file) ? File.ReadLines(file).FirstOrDefault(l => l.StartsWith(PluginGroup + ":", StringComparison.Ordinal)) : null;
        if (line is null) return new("groups", HealthState.NotApplicable, $"There is no group {PluginGroup} here; who sits at the machine has access by the rules.");
        return line.Split(':')[^1].Split(',').Contains(Environment.UserName)
            ? new("groups", HealthState.Ok, $"{Environment.UserName} is in {PluginGroup}.")
            : new("groups", HealthState.Warning, $"{Environment.UserName} is not in {PluginGroup}; without a seat at the machine (SSH, a service) boards cannot be opened.",
                $"Run 'sudo usermod -aG {PluginGroup} {Environment.UserName}', then log in again.");
    }

    internal HealthCheck KernelModule(string module, string purpose)
    {
        if (Directory.Exists(Path.Combine(root, "sys/module", module))) return new(module, HealthState.Ok, $"The kernel module {module} is loaded.");
        var release = Path.Combine(root, "proc/sys/kernel/osrelease");
        var folder = File.Exists(release) ? Path.Combine(root, "lib/modules", File.ReadAllText(release).Trim()) : null;
        return folder is not null && (Lists("modules.builtin") || Lists("modules.dep"))
            ? new(module, HealthState.Ok, $"The kernel has {module} and loads it when a board comes.")
            : new(module, HealthState.Warning, $"The kernel module {module}, for {purpose}, is not to be seen.", $"Run 'sudo modprobe {module}'; in a container, on its host.");

        bool Lists(string name) => File.Exists(Path.Combine(folder, name)) && File.ReadLines(Path.Combine(folder, name)).Any(l => l.Contains($"/{module.Replace('_', '-')}.ko", StringComparison.Ordinal));
    }

    internal HealthCheck Program(string name, string purpose, string remedy)
    {
        var suffixes = OperatingSystem.IsWindows() ? new[] { ".cmd", ".exe" } : [""];
        var found = (variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(folder => suffixes.Select(suffix => Path.Combine(folder, name + suffix))).FirstOrDefault(File.Exists);
        return found is not null ? new(name, HealthState.Ok, found) : new(name, HealthState.Warning, $"There is no {name} on the PATH; it is for {purpose}.", remedy);
    }

    internal HealthCheck Cache()
    {
        var folder = HostPaths.CacheFor(variable);
        try
        {
            Directory.CreateDirectory(folder);
            var probe = Path.Combine(folder, $".probe-{Environment.ProcessId}");
            File.WriteAllBytes(probe, []);
            File.Delete(probe);
            var bytes = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
            return new("cache", HealthState.Ok, $"{folder} can be written and holds {bytes / 1024 / 1024} MiB.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new("cache", HealthState.Problem, $"{folder} cannot be written: {e.Message}", "Give that folder to this user, or set POGOLINE_CACHE to another one.");
        }
    }
}

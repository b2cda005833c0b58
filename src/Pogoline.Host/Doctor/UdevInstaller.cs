using System.ComponentModel;
using System.Diagnostics;
using Pogoline.Host.Usb;

namespace Pogoline.Host.Doctor;

/// <summary>Writes the udev rules; a second time it changes nothing.</summary>
/// <param name="root">The root of the file system; another one in tests.</param>
/// <param name="reload">Makes udev take the rules up; may be null.</param>
public sealed class UdevInstaller(string root, Func<CancellationToken, ValueTask>? reload)
{
    static readonly FaultCode Denied = new("doctor-not-root", ExitCode.Machine, "Only root may write to /etc.");
    static readonly FaultCode NotLinux = new("doctor-not-linux", ExitCode.Usage, "udev is a part of Linux.");
    static readonly TimeSpan ReloadDeadline = TimeSpan.FromSeconds(10);

    /// <summary>For this machine.</summary>
    /// <exception cref="PogolineException">This is no Linux.</exception>
    public static UdevInstaller This => OperatingSystem.IsLinux() ? new("/", ReloadAsync)
        : throw new PogolineException(NotLinux, "There is no udev on this system.", "Nothing is to be installed here: leave --install-udev out.");

    /// <summary>The text of the rules.</summary>
    public static string Rules => UdevRules.Text;

    /// <summary>Writes the rules unless they are there already.</summary>
    /// <returns>The file, and whether it was written.</returns>
    /// <exception cref="PogolineException">It cannot be written.</exception>
    public async ValueTask<(string Path, bool IsNew)> InstallAsync(CancellationToken stop)
    {
        var path = UdevRules.PathUnder(root);
        if (UdevRules.AreInstalled(root)) return (path, false);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var draft = path + ".new";
            await File.WriteAllTextAsync(draft, UdevRules.Text, stop).ConfigureAwait(false);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(draft, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(Denied, $"{path} cannot be written: {e.Message}", "Run 'sudo pogoline doctor --install-udev'.", e);
        }
        if (reload is not null) await reload(stop).ConfigureAwait(false);
        return (path, true);
    }

    /// <summary>udev reads new rules by itself; this applies them to boards and probes that are already connected.</summary>
    static async ValueTask ReloadAsync(CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(ReloadDeadline);
        foreach (string[] arguments in new string[][] { ["control", "--reload"], ["trigger", "--subsystem-match=usb", "--subsystem-match=hidraw"] })
        {
            try
            {
                using var process = Process.Start(new ProcessStartInfo("udevadm", arguments) { RedirectStandardError = true, RedirectStandardOutput = true });
                if (process is not null) await process.WaitForExitAsync(deadline.Token).ConfigureAwait(false);
            }
            catch (Win32Exception)
            {
                return; // No udevadm here: whoever plugs a board in again gets the new rules.
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                return;
            }
        }
    }
}

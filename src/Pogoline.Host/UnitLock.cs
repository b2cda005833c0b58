using System.Globalization;

namespace Pogoline.Host;

/// <summary>
/// Keeps two jobs of this user from working on one board at once: a file in the runtime folder that is locked while the job runs. The system
/// takes the lock back when the process ends, however it ends.
/// </summary>
public sealed class UnitLock : IDisposable
{
    readonly FileStream _file;

    UnitLock(FileStream file) => _file = file;

    /// <summary>Takes a board for this process.</summary>
    /// <param name="folder">Where locks are kept: <see cref="HostPaths.Runtime"/>.</param>
    /// <param name="deviceId">The board.</param>
    /// <exception cref="PogolineException"><see cref="Busy"/> when another job has it; <see cref="Folder"/>.</exception>
    public static UnitLock Take(string folder, string deviceId)
    {
        ArgumentNullException.ThrowIfNull(deviceId);
        var name = new string([.. deviceId.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')]);
        var path = Path.Combine(folder, $"{name}.lock");
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            file.Flush();
            return new(file);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new PogolineException(Folder, $"{folder} cannot be used: {e.Message}", "Give that folder to this user, or set XDG_RUNTIME_DIR to another one.", e);
        }
        catch (IOException e)
        {
            throw new PogolineException(Busy, $"Another job works on the board {deviceId}.", "Wait until it has ended, or end it; each board takes one job at a time.", e);
        }
    }

    /// <summary>Another job works on the board.</summary>
    public static readonly FaultCode Busy = new("unit-busy", ExitCode.Refused, "Another Pogoline of this user works on the same board.");

    /// <summary>The folder for locks cannot be used.</summary>
    public static readonly FaultCode Folder = new("runtime-folder", ExitCode.Machine, "Its permissions were changed, or another user made it.");

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}

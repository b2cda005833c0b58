using Pogoline.Host.Releases;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming.Backup;
using FileMode = System.IO.FileMode;

namespace Pogoline.Cli.Commands;

/// <summary>Backup files, and what it means to put one back.</summary>
static class BackupFiles
{
    const long Largest = 64L * 1024 * 1024;

    /// <exception cref="PogolineException"><see cref="BackupFaults"/>.</exception>
    public static async Task<FlashBackup> LoadAsync(string path, CancellationToken stop)
    {
        try
        {
            if (new FileInfo(path).Length > Largest) throw new PogolineException(BackupFaults.Damaged, $"{path} is larger than any backup.", "Give the file that 'pogoline backup' wrote.");
            return FlashBackup.Unpack(await File.ReadAllBytesAsync(path, stop));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(BackupFaults.File, $"{path} cannot be read: {e.Message}", "Correct the path given with --from-backup.", e);
        }
    }

    /// <summary>Writes a backup; one that exists is not overwritten, and nobody else may read it.</summary>
    public static async Task SaveAsync(string path, byte[] archive, CancellationToken stop)
    {
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            await using var file = new FileStream(path, options);
            await file.WriteAsync(archive, stop);
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PogolineException(BackupFaults.File, $"The backup cannot be written to {path}: {e.Message}", "Give another path with -o; a file that exists is not overwritten.", e);
        }
    }

    /// <summary>To hold again what the backup holds. The SoftDevice has no header in the flash: its file comes from the release, and must be the same.</summary>
    /// <exception cref="PogolineException"><see cref="BackupFaults.Unfit"/>.</exception>
    public static async Task<Goal> GoalAsync(FlashBackup backup, Platform platform, ReleaseStore store, CancellationToken stop)
    {
        if (backup.Platform != platform) throw Unfit($"it is of a {backup.Platform.Name}, the board is a {platform.Name}");
        var modules = backup.Modules;
        var system = modules.FirstOrDefault(m => m.Id.Function == ModuleFunction.SystemPart) ?? throw Unfit("the board had no whole system part when it was read");
        var release = DeviceOsVersions.FromSystem(system.Version)?.Numbers.Os ?? throw Unfit($"its system part has version {system.Version}, which is no release's");
        var goal = new Goal
        {
            Release = release,
            Modules = [.. modules.Where(m => m.Id.Function != ModuleFunction.UserPart)],
            App = modules.FirstOrDefault(m => m.Id.Function == ModuleFunction.UserPart),
            MayDowngrade = true,
        };
        if (backup.RadioStack is not { } radio) return goal;
        var file = (await store.GetAsync(release, platform, stop)).Find(ModuleFunction.RadioStack)?.Module;
        return file is not null && radio.Bytes.Span.StartsWith(file.DeviceBytes.Span) ? goal with { Modules = [.. goal.Modules, file] }
            : throw Unfit($"its SoftDevice (version {radio.Version}) is not that of Device OS {release}");
    }

    static PogolineException Unfit(string how) => new(BackupFaults.Unfit, $"The backup cannot be put back: {how}.", "Bring the board to a release instead: pogoline restore --os VERSION.");
}

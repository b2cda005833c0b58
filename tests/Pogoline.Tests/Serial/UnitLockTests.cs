using System.Diagnostics;
using Pogoline.Host;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Serial;

public sealed class UnitLockTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_board_takes_one_job_at_a_time()
    {
        var folder = Path.Combine(_folder.Path, "run");
        using (UnitLock.Take(folder, "e00fce68a1b2c3d4e5f60718"))
        {
            using var other = UnitLock.Take(folder, "1-2.4");
            Assert.Equal(UnitLock.Busy, Assert.Throws<PogolineException>(() => UnitLock.Take(folder, "e00fce68a1b2c3d4e5f60718")).Code);
        }
        UnitLock.Take(folder, "e00fce68a1b2c3d4e5f60718").Dispose();
    }

    [Fact]
    public async Task The_lock_of_a_process_that_is_killed_is_free_again()
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/usr/bin/flock")) return;
        var path = Path.Combine(_folder.Path, "board.lock");
        File.WriteAllText(path, "");
        using var holder = Process.Start(new ProcessStartInfo("/usr/bin/flock", [path, "sh", "-c", "echo held; sleep 60"]) { RedirectStandardOutput = true })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync());
        Assert.Equal(UnitLock.Busy, Assert.Throws<PogolineException>(() => UnitLock.Take(_folder.Path, "board")).Code);
        holder.Kill(entireProcessTree: true);
        await holder.WaitForExitAsync();
        // What the shell has left behind ends a moment later.
        for (var deadline = Stopwatch.StartNew(); ; await Task.Delay(10))
        {
            try
            {
                UnitLock.Take(_folder.Path, "board").Dispose();
                return;
            }
            catch (PogolineException e) when (e.Code == UnitLock.Busy && deadline.Elapsed < TimeSpan.FromSeconds(10))
            {
            }
        }
    }

    [Fact]
    public void The_folder_is_the_user_s_own()
    {
        Assert.Equal("/run/user/1000/pogoline", HostPaths.RuntimeFor(name => name == "XDG_RUNTIME_DIR" ? "/run/user/1000" : null));
        Assert.Contains(Environment.UserName, HostPaths.RuntimeFor(_ => null), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}

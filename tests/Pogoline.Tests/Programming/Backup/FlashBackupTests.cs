using FsCheck;
using FsCheck.Fluent;
using Pogoline.Platforms;
using Pogoline.Programming.Backup;

namespace Pogoline.Tests.Programming.Backup;

public class FlashBackupTests
{
    [Theory, InlineData("photon"), InlineData("electron"), InlineData("boron"), InlineData("tracker")]
    public async Task A_backup_holds_every_module_of_the_board_and_leaves_it_running(string platform)
    {
        await using var bench = new Bench(platform, "2.2.0");
        var before = bench.FlashDigest();
        var backup = FlashBackup.Unpack(await new BackupJob(bench.Unit, bench.Clock.HostTime, null).RunAsync(CancellationToken.None));
        Assert.Equal(before, bench.FlashDigest());
        Assert.Equal(Pogoline.Programming.UnitPresence.System, bench.Unit.Presence);
        var wanted = RealReleases.Of(platform, "2.2.0").Append(RealReleases.Tinker(platform));
        foreach (var module in wanted.Where(m => m.Id.Function != ModuleFunction.RadioStack))
        {
            Assert.Contains(backup.Modules, m => m.Id == module.Id && m.Image.Span.SequenceEqual(module.Image.Span));
        }
        var radio = wanted.FirstOrDefault(m => m.Id.Function == ModuleFunction.RadioStack);
        Assert.Equal(radio?.Version, backup.RadioStack?.Version);
        if (radio is not null) Assert.True(backup.RadioStack!.Value.Bytes.Span.StartsWith(radio.DeviceBytes.Span));
    }

    [Fact]
    public void Whatever_bytes_an_archive_has_it_is_a_backup_or_refused()
    {
        var platform = PlatformCatalog.Require("photon");
        var place = platform.Components.First(c => c.Storage == StorageKind.InternalFlash);
        var seed = FlashBackup.Pack(platform, "0123", default, [(place.Name, place.Positions[0].Start, new byte[300])]);
        Prop.ForAll(ArbMap.Default.ArbFor<(int At, byte Value)>(), change =>
        {
            var bytes = seed.ToArray();
            bytes[(int)((uint)change.At % bytes.Length)] = change.Value;
            try
            {
                return FlashBackup.Unpack(bytes).Modules.Count >= 0;
            }
            catch (PogolineException e)
            {
                return e.Code.Exit is ExitCode.BadInput or ExitCode.Usage;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }
}

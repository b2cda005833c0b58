using Pogoline.Lab.Probes;
using Pogoline.Lab.Swd;
using Pogoline.Links.Swd;
using Pogoline.Links.Swd.Targets;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;
using Pogoline.Programming.Swd;
using Pogoline.Tests.Programming;

namespace Pogoline.Tests.Swd;

/// <summary>What must not happen to a board, and what is said when it cannot be programmed.</summary>
public class SwdSafetyTests
{
    const uint Uicr = 0x10001000;

    static async Task<ProgrammingResult> RestoreAsync(SwdBench bench, SwdJobOptions options, string os = "2.2.0", bool withApp = false)
    {
        var job = new SwdJob(await bench.OpenAsync(), "probe-1", options, bench.Clock.HostTime, null);
        return await job.RestoreAsync((platform, _) =>
        {
            var goal = Bench.GoalOf(platform.Name, os);
            return new(withApp ? goal with { App = RealReleases.Tinker(platform.Name) } : goal);
        }, CancellationToken.None);
    }

    /// <summary>What a restore image of the vendor's has beside the modules.</summary>
    static List<(FlashAddress, ReadOnlyMemory<byte>)> BaseOf(SwdBench good)
    {
        var uicr = new byte[0x1000];
        uicr.AsSpan().Fill(0xFF);
        BitConverter.GetBytes(0x000F4000).CopyTo(uicr, 0x14);
        BitConverter.GetBytes(0x12).CopyTo(uicr, 0x200);
        BitConverter.GetBytes(0x12).CopyTo(uicr, 0x204);
        return [(new(Uicr), uicr), (new(0), good.Flash.AsMemory(0, 0x1000))];
    }

    static SwdBench Blank(string board, ProbeKind kind, SwdTargetOptions? target = null)
    {
        var bench = new SwdBench(board, "2.2.0", kind, target: target);
        bench.Board.Hardware.Storage.Internal.Erase(bench.Board.Hardware.Platform.StorageOf(StorageKind.InternalFlash).Range);
        return bench;
    }

    [Theory, InlineData("boron", ProbeKind.CmsisDapV2), InlineData("tracker", ProbeKind.JLink)]
    public async Task A_blank_chip_comes_to_life_from_a_base_image_and_a_release(string board, ProbeKind kind)
    {
        await using var good = new SwdBench(board, "2.2.0", kind);
        await using var bench = Blank(board, kind);

        var result = await RestoreAsync(bench, new() { Platform = PlatformCatalog.Require(board), Base = BaseOf(good), AllowUicr = true }, withApp: true);

        Assert.True(result.Outcome == Outcome.Passed, result.Error?.ToString());
        Assert.Equal(good.Flash[..0x1000], bench.Flash[..0x1000]);
        Assert.True(await bench.Unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(60), CancellationToken.None));
        var inventory = bench.Board.ReadInventory();
        Assert.NotNull(inventory);
        Assert.All(RealReleases.Of(board, "2.2.0").Where(m => m.Id.Function != ModuleFunction.Ncp), m => Assert.Contains(inventory, e => e.Header.Module == m.Id && e.Header.Version == m.Version && e.IntegrityOk));
    }

    [Fact]
    public async Task A_blank_chip_without_a_base_image_is_refused_and_stays_blank()
    {
        await using var bench = Blank("boron", ProbeKind.CmsisDapV2);
        var result = await RestoreAsync(bench, new() { Platform = PlatformCatalog.Require("boron"), AllowUicr = true });
        Assert.Equal((Outcome.Refused, SwdFaults.NoBase.Name), (result.Outcome, result.Error?.Code));
        Assert.True(bench.Flash.AsSpan().IndexOfAnyExcept((byte)0xFF) < 0);
    }

    [Fact]
    public async Task A_board_that_nothing_names_is_not_guessed()
    {
        await using var bench = Blank("boron", ProbeKind.CmsisDapV2);
        Assert.Equal(SwdFaults.Board.Name, (await RestoreAsync(bench, new())).Error?.Code);
    }

    [Fact]
    public async Task A_board_of_another_platform_is_refused()
    {
        await using var bench = new SwdBench("boron", "2.2.0", ProbeKind.CmsisDapV2);
        var before = bench.Flash;
        Assert.Equal(SwdFaults.Board.Name, (await RestoreAsync(bench, new() { Platform = PlatformCatalog.Require("argon") })).Error?.Code);
        Assert.Equal(before, bench.Flash);
    }

    [Fact]
    public async Task A_locked_chip_is_opened_only_when_allowed_and_gets_everything_back()
    {
        // Build code F: locked after every reset unless UICR says otherwise.
        await using var good = new SwdBench("boron", "2.2.0", ProbeKind.CmsisDapV2);
        await using var bench = new SwdBench("boron", "2.2.0", ProbeKind.CmsisDapV2, target: new() { Variant = "AAF0" });
        var (before, boron) = (bench.Flash, PlatformCatalog.Require("boron"));

        Assert.Equal(SwdFaults.Locked.Name, (await RestoreAsync(bench, new() { Platform = boron })).Error?.Code);
        Assert.Equal(SwdFaults.NoBase.Name, (await RestoreAsync(bench, new() { Platform = boron, AllowUnlock = true })).Error?.Code);
        Assert.Equal(before, bench.Flash);

        var result = await RestoreAsync(bench, new() { Platform = boron, AllowUnlock = true, Base = BaseOf(good) }, withApp: true);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.ToString());
        Assert.Contains(result.Notes, n => n.Contains("0x5A", StringComparison.Ordinal));
        await using var target = await bench.ConnectAsync();
        Assert.False(target.IsLocked);
    }

    [Fact]
    public async Task A_locked_chip_looks_like_none_through_an_ST_LINK_and_the_error_says_so()
    {
        await using var bench = new SwdBench("boron", "2.2.0", ProbeKind.StLinkV2, target: new() { Variant = "AAF0" });
        var error = await Assert.ThrowsAsync<PogolineException>(() => bench.ConnectAsync(new() { Board = "boron" }));
        Assert.Equal(SwdFaults.NoTarget, error.Code);
        Assert.Contains("locked", error.Message, StringComparison.Ordinal);
        Assert.Contains("10-pin", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mass_erase_puts_back_what_stays_and_is_taken_only_where_it_is_faster()
    {
        await using var bench = new SwdBench("boron", "1.5.2", ProbeKind.CmsisDapV2);
        var before = bench.Flash;
        await using (var target = await bench.ConnectAsync()) await new SwdMaintenance(target, new()).EraseAsync(new(new(0x30000), new(0xA0000)), CancellationToken.None);
        var job = new SwdJob(await bench.OpenAsync(), "p", new() { AllowMassErase = true }, bench.Clock.HostTime, null);
        var result = await job.RestoreAsync((p, _) => new(Bench.GoalOf(p.Name, "2.2.0")), CancellationToken.None);
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.ToString());
        Assert.Contains(result.Notes, n => n.StartsWith("All of the flash was erased", StringComparison.Ordinal));
        Assert.Equal(before[..0x1000], bench.Flash[..0x1000]);
        // The user firmware that stays.
        Assert.Equal(before.AsSpan(0xD4000, 0x1000), bench.Flash.AsSpan(0xD4000, 0x1000));
        Assert.True(await bench.Unit.WaitForAsync(UnitPresence.System, TimeSpan.FromSeconds(60), CancellationToken.None));
    }

    [Fact]
    public async Task A_mass_erase_by_hand_needs_its_leave_and_keeps_MBR_and_UICR()
    {
        await using var bench = new SwdBench("argon", "2.2.0", ProbeKind.JLink);
        var before = bench.Flash;
        await using var target = await bench.ConnectAsync();
        var error = await Assert.ThrowsAsync<PogolineException>(() => new SwdMaintenance(target, new()).EraseAllAsync(CancellationToken.None).AsTask());
        Assert.Equal(SwdFaults.NotAllowed, error.Code);
        Assert.Equal(before, bench.Flash);
        await new SwdMaintenance(target, new() { AllowMassErase = true }).EraseAllAsync(CancellationToken.None);
        Assert.Equal(before[..0x1000], bench.Flash[..0x1000]);
        Assert.True(bench.Flash.AsSpan(0x1000).IndexOfAnyExcept((byte)0xFF) < 0);
        Assert.NotNull(await BoardFoundation.ReadAsync(bench.Board.Hardware.Platform, target, CancellationToken.None));
    }

    [Fact]
    public async Task Keys_and_EEPROM_of_a_Gen_2_board_survive_and_its_protection_is_put_back()
    {
        await using var bench = new SwdBench("photon", "1.5.2", ProbeKind.StLinkV2);
        var before = bench.Flash;
        Assert.Equal(SwdFaults.Protected.Name, (await RestoreAsync(bench, new())).Error?.Code);
        Assert.Equal(before, bench.Flash);
        var result = await RestoreAsync(bench, new() { AllowOptionBytes = true });
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.ToString());
        Assert.Equal(before.AsSpan(0x4000, 0x1C000), bench.Flash.AsSpan(0x4000, 0x1C000));
        await using var target = await bench.ConnectAsync();
        Assert.Equal([0], await target.ReadProtectedSectorsAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_second_restore_writes_nothing()
    {
        await using var bench = new SwdBench("bsom", "2.2.0", ProbeKind.CmsisDapV1);
        var result = await RestoreAsync(bench, new());
        Assert.Equal(Outcome.Passed, result.Outcome);
        Assert.All(result.Modules, m => Assert.NotEqual(ModuleAction.Written, m.Action));
    }

    [Fact]
    public async Task Bytes_by_hand_leave_their_neighbours_and_UICR_alone()
    {
        await using var bench = new SwdBench("boron", "2.2.0", ProbeKind.CmsisDapV2);
        var expected = bench.Flash;
        byte[] data = [1, 2, 3, 4, 5];
        data.CopyTo(expected, 0x40001);
        var job = new SwdJob(await bench.OpenAsync(), "p", new(), bench.Clock.HostTime, null);
        Assert.Equal(Outcome.Passed, (await job.WriteAsync([(new(0x40001), data)], CancellationToken.None)).Outcome);
        Assert.Equal(expected, bench.Flash);

        var uicr = new SwdJob(await bench.OpenAsync(), "p", new(), bench.Clock.HostTime, null);
        Assert.Equal(SwdFaults.NotAllowed.Name, (await uicr.WriteAsync([(new(Uicr + 0x80), data.AsMemory(0, 4))], CancellationToken.None)).Error?.Code);
    }

    [Theory]
    [InlineData(ProbeKind.CmsisDapV1), InlineData(ProbeKind.CmsisDapV2), InlineData(ProbeKind.StLinkV2), InlineData(ProbeKind.JLink)]
    public async Task A_cable_that_is_off_is_told_with_the_next_action(ProbeKind kind)
    {
        await using var bench = new SwdBench("electron", "2.2.0", kind);
        bench.Probe.Target.IsCabled = false;
        var error = await Assert.ThrowsAsync<PogolineException>(() => bench.ConnectAsync(new() { Board = "electron" }));
        Assert.Contains(error.Code, new[] { SwdFaults.NoTarget, SwdFaults.NoPower });
        if (error.Code == SwdFaults.NoTarget) Assert.Contains("D7 is SWDIO", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProbeKind.CmsisDapV2, SwdFault.Wait), InlineData(ProbeKind.CmsisDapV2, SwdFault.Parity), InlineData(ProbeKind.CmsisDapV1, SwdFault.Silence)]
    [InlineData(ProbeKind.JLink, SwdFault.Wait), InlineData(ProbeKind.JLink, SwdFault.Parity), InlineData(ProbeKind.JLink, SwdFault.Silence)]
    public async Task Noise_on_the_wires_is_lived_through(ProbeKind kind, SwdFault fault)
    {
        await using var bench = new SwdBench("boron", "1.5.2", kind);
        bench.Probe.Target.Fault = transaction => transaction.Number > 2000 && transaction.Number % 9973 == 0 ? fault : null;
        var result = await RestoreAsync(bench, new());
        Assert.True(result.Outcome == Outcome.Passed, result.Error?.ToString());
    }

    [Fact]
    public async Task A_probe_that_is_pulled_out_ends_the_job_with_the_way_back()
    {
        await using var bench = new SwdBench("boron", "1.5.2", ProbeKind.CmsisDapV2);
        bench.Probe.Fault = (number, _) =>
        {
            if (number == 3000) bench.Probe.Unplug();
            return null;
        };
        var result = await RestoreAsync(bench, new());
        Assert.Equal((Outcome.Failed, SwdFaults.ProbeGone.Name), (result.Outcome, result.Error?.Code));
        Assert.Contains("run the same command again", result.Error!.Remedy, StringComparison.Ordinal);

        bench.Probe.Fault = (_, _) => null;
        bench.Probe.Plug();
        Assert.Equal(Outcome.Passed, (await RestoreAsync(bench, new())).Outcome);
    }
}

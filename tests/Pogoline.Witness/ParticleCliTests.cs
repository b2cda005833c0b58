using Pogoline.Tests.Lab;

namespace Pogoline.Witness;

/// <summary>A current particle-cli takes the virtual boards for real ones.</summary>
public sealed class ParticleCliTests
{
    [WitnessFact(Need.Mock | Need.Node)]
    public async Task It_lists_all_boards()
    {
        await using var lab = await RunningLab.StartAsync(
            DeviceMode.Normal, [.. Boards.Names.Select(name => $"{name}@2.2.0")]);
        using var particle = new ParticleCli(lab);
        Assert.Equal(
            lab.Boards.Select(board => board.Hardware.DeviceId).Order(StringComparer.Ordinal),
            (await particle.RunAsync("usb list --ids-only")).Trim().Split('\n').Order(StringComparer.Ordinal));
    }

    [WitnessTheory(Need.Mock | Need.Node)]
    [InlineData("boron", "Boron")]
    [InlineData("photon", "Photon")]
    public async Task It_leads_a_board_through_its_modes(string board, string name)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Normal, $"{board}@2.2.0");
        using var particle = new ParticleCli(lab);
        var id = lab.Boards[0].Hardware.DeviceId;
        foreach (var (command, mode) in new[]
        {
            ("start-listening", DeviceMode.Listening), ("stop-listening", DeviceMode.Normal), ("safe-mode", DeviceMode.Safe),
            ("reset", DeviceMode.Normal), ("dfu", DeviceMode.Dfu),
        })
        {
            Assert.Contains("Done.", await particle.RunAsync($"usb {command} {id}"), StringComparison.Ordinal);
            await ComesToAsync(lab, mode);
        }
        Assert.Equal($"bench [{id}] ({name}, DFU)", (await particle.RunAsync("usb list")).Trim());
        Assert.Contains("Done.", await particle.RunAsync($"usb reset {id}"), StringComparison.Ordinal);
        await ComesToAsync(lab, DeviceMode.Normal);
    }

    [WitnessFact(Need.Mock | Need.Node)]
    public async Task It_marks_setup_as_done_and_undone()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Listening, "boron@2.2.0");
        using var particle = new ParticleCli(lab);
        var (id, dct) = (lab.Boards[0].Hardware.DeviceId, lab.Boards[0].Hardware.Storage.Dct);
        await particle.RunAsync($"usb setup-done {id}");
        Assert.Equal((0x01, DeviceMode.Normal), (dct.Bytes[8134], lab.Boards[0].Mode));
        await particle.RunAsync($"usb setup-done {id} --reset");
        Assert.Equal((0xFF, DeviceMode.Listening), (dct.Bytes[8134], lab.Boards[0].Mode));
    }

    [WitnessTheory(Need.Mock | Need.Node)]
    [InlineData("boron", 0x000D4000)]
    [InlineData("photon", 0x080A0000)]
    public async Task It_flashes_an_application(string board, uint address)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Normal, $"{board}@2.2.0");
        using var particle = new ParticleCli(lab);
        var application = Boards.Tinker(board);
        lab.Boards[0].Erase(address);
        var output = await particle.FlashAsync(
            $"flash --local {lab.Boards[0].Hardware.DeviceId} {lab.Put("application.bin", application)} --application-only");
        Assert.Contains("Flash success!", output, StringComparison.Ordinal);
        await ComesToAsync(lab, DeviceMode.Normal);
        Assert.Equal(application, lab.Boards[0].Hardware.Flash.Read(new(address), application.Length).ToArray());
    }

    // The bootloader by control requests, the rest by DFU.
    [WitnessTheory(Need.Mock | Need.Node)]
    [InlineData("boron", "4.0.2")]
    [InlineData("argon", "4.0.2")]
    [InlineData("photon", "2.3.1")]
    [InlineData("electron", "2.3.1")]
    public async Task It_updates_a_board_which_then_reports_the_release(string board, string target)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Normal, $"{board}@2.2.0");
        using var particle = new ParticleCli(lab);
        var id = lab.Boards[0].Hardware.DeviceId;
        Assert.Contains("Flash success!", await particle.FlashAsync($"update {id} --target {target}"), StringComparison.Ordinal);
        await ComesToAsync(lab, DeviceMode.Normal);
        var report = lab.Boards[0].ReadInventory()!.Where(entry => entry.IntegrityOk && entry.DependenciesOk).Select(entry => entry.Header).ToList();
        foreach (var file in Boards.Files(board, target, tinker: false))
        {
            Assert.True(Lab.Boot.ModuleImage.TryRead(File.ReadAllBytes(file), lab.Boards[0].Hardware.Platform.Generation, out var module));
            Assert.Contains(report, header => (header.Module, header.Version) == (module.Header.Module, module.Header.Version));
        }
    }

    // Over a real serial driver, for which this needs the guest; under emulation the program takes its time.
    [WitnessFact(Need.Guest | Need.Node)]
    public async Task It_identifies_a_listening_board_over_the_serial_port()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Listening, "boron@2.2.0");
        using var particle = new ParticleCli(lab);
        var output = (await Runner.GuestAsync(lab, "sh", "-c",
            particle.Command("serial identify --port /dev/ttyACM0", "node --no-opt --no-sparkplug --max-lazy"))).Require();
        Assert.Contains($"Your device id is {lab.Boards[0].Hardware.DeviceId}", output, StringComparison.Ordinal);
        Assert.Matches(@"IMEI is \d{15}\b", output);
        Assert.Matches(@"ICCID is \d{20}\b", output);
        Assert.Contains("Your system firmware version is 2.2.0", output, StringComparison.Ordinal);
    }

    // The program may be done before the board is.
    static async Task ComesToAsync(RunningLab lab, DeviceMode mode)
    {
        var deadline = Task.Delay(TimeSpan.FromSeconds(30));
        while (lab.Boards[0].Mode != mode && !deadline.IsCompleted) await Task.WhenAny(lab.Boards[0].Changed, Task.Delay(100));
        Assert.Equal(mode, lab.Boards[0].Mode);
    }
}

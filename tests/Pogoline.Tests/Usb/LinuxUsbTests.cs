using System.Text;
using Pogoline.Host.Doctor;
using Pogoline.Host.Usb;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Usb;

public class LinuxUsbTests
{
    static readonly UsbDeviceInfo Device = new() { Id = new(0x2b04, 0xd00d), Bus = 1, Address = 7, Port = "1-2.3", SerialNumberIndex = 3 };

    [Theory]
    [InlineData(13, false, "usb-permission", "--install-udev")]
    [InlineData(13, true, "usb-permission", "plug it in again")]
    [InlineData(1, false, "usb-confined", "device-cgroup-rule")]
    [InlineData(2, false, "usb-node", "udev")]
    [InlineData(19, false, "usb-gone", "Plug it in")]
    [InlineData(5, false, "usb-error", "dmesg")]
    public void The_cause_follows_from_what_opening_the_node_gives(int errno, bool hasRules, string code, string remedy)
    {
        var problem = LinuxUsb.Explain(Device, "/dev/bus/usb/001/007", errno, hasRules, null)!;
        Assert.Equal(code, problem.Code.Name);
        Assert.Contains(remedy, problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_that_opens_and_is_not_claimed_has_no_problem() => Assert.Null(LinuxUsb.Explain(Device, "", 0, false, null));

    [Fact]
    public void Permission_is_never_blamed_for_a_device_that_another_program_holds()
    {
        var problem = LinuxUsb.Explain(Device, "", 0, hasRules: false, ["dfu-util (process 12)"])!;
        Assert.Equal(UsbFaults.Busy, problem.Code);
        Assert.Contains("dfu-util (process 12)", problem.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("udev", problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Strings_come_from_the_kernel_only_while_it_speaks_of_the_same_enumeration()
    {
        using var root = new TemporaryFolder();
        const string folder = "sys/bus/usb/devices/1-2.3/";
        root.Write(folder + "devnum", "7\n"u8);
        root.Write(folder + "product", "Boron DFU Mode\n"u8);
        var linux = new LinuxUsb(root.Path);
        Assert.Null(linux.ReadStrings(Device)); // It has a serial number, but the kernel does not know it.
        root.Write(folder + "serial", "E00FCE680000000000000001\n"u8);
        Assert.Equal(new UsbDetails("", "Boron DFU Mode", "E00FCE680000000000000001", null), linux.ReadStrings(Device));
        Assert.Null(linux.ReadStrings(Device with { Address = 8 }));
    }

    [Fact]
    public void Where_nothing_announces_devices_one_that_was_away_is_seen_by_its_new_address()
    {
        using var root = new TemporaryFolder();
        var linux = new LinuxUsb(root.Path);
        Assert.Null(linux.ListNames());
        const string folder = "sys/bus/usb/devices/";
        root.Write(folder + "1-2.3/busnum", "1\n"u8);
        root.Write(folder + "1-2.3/devnum", "7\n"u8);
        root.Write(folder + "1-2.3:1.0/interface", "Control Interface\n"u8);
        Assert.Equal(["1-2.3 7, no node"], linux.ListNames());
        root.Write("dev/bus/usb/001/007", []);
        Assert.Equal(["1-2.3 7"], linux.ListNames());
        root.Write(folder + "1-2.3/devnum", "8\n"u8);
        Assert.Equal(["1-2.3 8, no node"], linux.ListNames());
        Directory.Delete(Path.Combine(root.Path, folder, "1-2.3"), recursive: true);
        Assert.Empty(linux.ListNames()!);
    }

    [Fact]
    public void A_missing_node_and_a_claimed_interface_are_found_in_the_file_system()
    {
        if (OperatingSystem.IsWindows()) return;
        using var root = new TemporaryFolder();
        var linux = new LinuxUsb(root.Path);
        Assert.Equal(UsbFaults.Node, linux.FindProblem(Device)?.Code);
        var node = root.Write("dev/bus/usb/001/007", []);
        Assert.Null(linux.FindProblem(Device));

        Directory.CreateDirectory(Path.Combine(root.Path, "sys/bus/usb/devices/1-2.3:1.0"));
        File.CreateSymbolicLink(Path.Combine(root.Path, "sys/bus/usb/devices/1-2.3:1.0/driver"), "../../../../bus/usb/drivers/cdc_acm");
        Assert.Null(linux.FindProblem(Device));
        File.Delete(Path.Combine(root.Path, "sys/bus/usb/devices/1-2.3:1.0/driver"));
        File.CreateSymbolicLink(Path.Combine(root.Path, "sys/bus/usb/devices/1-2.3:1.0/driver"), "../../../../bus/usb/drivers/usbfs");
        root.Write("proc/4711/comm", "dfu-util\n"u8);
        Directory.CreateDirectory(Path.Combine(root.Path, "proc/4711/fd"));
        File.CreateSymbolicLink(Path.Combine(root.Path, "proc/4711/fd/5"), node);
        Assert.Contains("dfu-util (process 4711)", linux.FindProblem(Device)!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_are_written_once_and_cover_every_board()
    {
        using var root = new TemporaryFolder();
        var reloads = 0;
        var installer = new UdevInstaller(root.Path, _ => { reloads++; return ValueTask.CompletedTask; });

        var first = await installer.InstallAsync(CancellationToken.None);
        var second = await installer.InstallAsync(CancellationToken.None);

        Assert.Equal((true, false, 1), (first.IsNew, second.IsNew, reloads));
        var text = File.ReadAllText(first.Path);
        Assert.Contains("ATTRS{idVendor}==\"2b04\", MODE", text, StringComparison.Ordinal);
        Assert.Contains("ATTRS{idVendor}==\"1d50\", ATTRS{idProduct}==\"607f\"", text, StringComparison.Ordinal);
        Assert.All(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#')), line => Assert.Contains("TAG+=\"uaccess\"", line, StringComparison.Ordinal));
        File.WriteAllText(first.Path, "# old");
        Assert.True((await installer.InstallAsync(CancellationToken.None)).IsNew);
    }

    [Theory]
    [InlineData("ATTRS{product}==\"*CMSIS-DAP*\"")]
    [InlineData("ATTRS{idVendor}==\"0d28\", ATTRS{idProduct}==\"0204\"")]
    [InlineData("ATTRS{idVendor}==\"0483\", ATTRS{idProduct}==\"3748\"")]
    [InlineData("ATTRS{idVendor}==\"0483\", ATTRS{idProduct}==\"374b\"")]
    [InlineData("ATTRS{idVendor}==\"1366\"")]
    public void Rules_cover_every_debug_probe_with_its_hidraw_node(string match)
    {
        // SUBSYSTEMS and ATTRS look at the parents too, so one line is for the USB node and for the hidraw node below it.
        var line = Assert.Single(UdevInstaller.Rules.Split('\n'), l => l.StartsWith($"SUBSYSTEMS==\"usb\", {match}, MODE=\"0660\"", StringComparison.Ordinal));
        Assert.Contains("TAG+=\"uaccess\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_without_probes_are_told_by_the_doctor_until_they_are_written_anew()
    {
        using var root = new TemporaryFolder();
        var old = UdevInstaller.Rules[..UdevInstaller.Rules.IndexOf("# Debug probes", StringComparison.Ordinal)];
        root.Write("etc/udev/rules.d/70-pogoline.rules", Encoding.UTF8.GetBytes(old));
        var doctor = new MachineCheckup(root.Path, _ => null);
        Assert.DoesNotContain("up to date", doctor.Rules().Finding, StringComparison.Ordinal);

        Assert.True((await new UdevInstaller(root.Path, null).InstallAsync(CancellationToken.None)).IsNew);

        var after = doctor.Rules();
        Assert.Equal(HealthState.Ok, after.State);
        Assert.Contains("up to date", after.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rules_that_cannot_be_written_name_the_command_that_can()
    {
        using var root = new TemporaryFolder();
        root.Write("etc", Encoding.UTF8.GetBytes("a file in the way"));
        var fault = await Assert.ThrowsAsync<PogolineException>(async () => await new UdevInstaller(root.Path, null).InstallAsync(CancellationToken.None));
        Assert.Contains("sudo pogoline doctor --install-udev", fault.Remedy, StringComparison.Ordinal);
    }
}

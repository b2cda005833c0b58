using System.Diagnostics;

namespace Pogoline.Witness;

/// <summary>What a witness test needs of the machine.</summary>
[Flags]
public enum Need
{
    Mock = 1,
    Guest = 2,
    DfuUtil = 4,
    Lsusb = 8,
    Lrzsz = 16,
    Srecord = 32,
    Objcopy = 64,
    OpenOcd = 128,
    StLink = 256,
    ArmAssembler = 512,
    OpenSsl = 1024,
    Unzip = 2048,
    HidApiLibUsb = 4096,
    Node = 8192,
}

/// <summary>Looks once for what the tests need; <c>./test</c> installs it where it can.</summary>
static class Needs
{
    static readonly Dictionary<Need, Lazy<string?>> Missing = new()
    {
        [Need.Mock] = new(() => Works("/usr/bin/python3", "-c", "import gi; gi.require_version('UMockdev', '1.0')")
            && Has("umockdev-wrapper") ? null : "umockdev, gir1.2-umockdev-1.0 or python3-gi"),
        [Need.Guest] = new(() => Has("qemu-system-x86_64", "usbip", "busybox", "cpio", "xz", "socat") && File.Exists("/lib/systemd/systemd-udevd")
            && Works(Runner.Guest, "--setup") ? null : "qemu-system-x86, usbip, busybox-static, cpio, xz-utils, socat, udev or the kernel package"),
        [Need.DfuUtil] = new(() => Has("dfu-util") ? null : "dfu-util"),
        [Need.Lsusb] = new(() => Has("lsusb") ? null : "usbutils"),
        [Need.Lrzsz] = new(() => Has("sb", "rb") ? null : "lrzsz"),
        [Need.Srecord] = new(() => Has("srec_cat", "srec_cmp") ? null : "srecord"),
        [Need.Objcopy] = new(() => Has("objcopy") ? null : "binutils"),
        [Need.OpenOcd] = new(() => Has("openocd") ? null : "openocd"),
        [Need.StLink] = new(() => Has("st-info", "st-flash") ? null : "stlink-tools"),
        [Need.HidApiLibUsb] = new(() => HidApiLibUsb is not null ? null : "libhidapi-libusb0"),
        [Need.Node] = new(() => Has("node", "npm") ? null : "node and npm"),
        [Need.ArmAssembler] = new(() => Has("arm-none-eabi-as", "arm-none-eabi-objcopy") ? null : "binutils-arm-none-eabi"),
        [Need.OpenSsl] = new(() => Has("openssl") ? null : "openssl"),
        [Need.Unzip] = new(() => Has("unzip") ? null : "unzip"),
    };

    /// <summary>The flavour of hidapi that works by libusb; null when it is not there.</summary>
    public static string? HidApiLibUsb { get; } = new[] { "/usr/lib", "/lib" }.SelectMany(folder => new[] { "x86_64-linux-gnu", "aarch64-linux-gnu", "" }
        .Select(machine => Path.Combine(folder, machine, "libhidapi-libusb.so.0"))).FirstOrDefault(File.Exists);

    /// <summary>Why a test cannot run; null when it can.</summary>
    public static string? WhySkip(Need needs)
    {
        var missing = Missing.Where(pair => needs.HasFlag(pair.Key)).Select(pair => pair.Value.Value).OfType<string>().ToList();
        return missing.Count == 0 ? null : $"Not to be had on this machine: {string.Join("; ", missing)}.";
    }

    static bool Has(params string[] programs) => programs.All(program =>
        $"{Environment.GetEnvironmentVariable("PATH")}:/usr/sbin:/sbin".Split(':').Any(folder => File.Exists(Path.Combine(folder, program))));

    static bool Works(string program, params string[] arguments)
    {
        if (!File.Exists(program)) return false;
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process.WaitForExit(TimeSpan.FromMinutes(3)) && process.ExitCode == 0;
    }
}

/// <summary>A fact that is skipped, with the reason, where something cannot be had.</summary>
public sealed class WitnessFactAttribute : FactAttribute
{
    public WitnessFactAttribute(Need needs) => Skip = Needs.WhySkip(needs);
}

/// <summary>A theory that is skipped, with the reason, where something cannot be had.</summary>
public sealed class WitnessTheoryAttribute : TheoryAttribute
{
    public WitnessTheoryAttribute(Need needs) => Skip = Needs.WhySkip(needs);
}

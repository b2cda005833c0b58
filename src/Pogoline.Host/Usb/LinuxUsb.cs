using System.Globalization;

namespace Pogoline.Host.Usb;

/// <summary>What Linux knows of USB devices without their being opened: strings, drivers, and whether this process may open them.</summary>
/// <param name="root">The root of the file system; another one in tests.</param>
sealed class LinuxUsb(string root)
{
    const int NotPermitted = 1;
    const int NoSuchEntry = 2;
    const int NoSuchAddress = 6;
    const int AccessDenied = 13;
    const int NoSuchDevice = 19;

    /// <summary>This machine; null when it is no Linux.</summary>
    public static LinuxUsb? This { get; } = OperatingSystem.IsLinux() ? new("/") : null;

    /// <summary>Whether udev announces devices to programs here; in a container it mostly does not.</summary>
    public bool IsAnnouncing => File.Exists(Path.Combine(root, "run/udev/control"));

    /// <summary>The node of a device.</summary>
    public string NodeOf(UsbDeviceInfo device) =>
        Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"dev/bus/usb/{device.Bus:D3}/{device.Address:D3}"));

    /// <summary>
    /// Every device with its address, so that one that was away is another, and without its node, which the kernel makes last, it is another,
    /// too; null when the kernel shows none here.
    /// </summary>
    public IReadOnlyList<string>? ListNames()
    {
        var folder = Path.Combine(root, "sys/bus/usb/devices");
        try
        {
            // A name with a colon is an interface.
            return [.. Directory.EnumerateFileSystemEntries(folder).Where(path => !Path.GetFileName(path.AsSpan()).Contains(':')).Select(NameOf)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The strings that the kernel read when the device came; null when it has none of this device.</summary>
    public UsbDetails? ReadStrings(UsbDeviceInfo device)
    {
        var folder = Path.Combine(root, "sys/bus/usb/devices", device.Port);
        if (ReadText(folder, "devnum") != device.Address.ToString(CultureInfo.InvariantCulture)) return null;
        var serial = ReadText(folder, "serial");
        if (serial is null && device.SerialNumberIndex != 0) return null;
        return new(ReadText(folder, "manufacturer") ?? "", ReadText(folder, "product") ?? "", serial ?? "", null);
    }

    /// <summary>The string of an interface; null when the kernel has none of it.</summary>
    public string? ReadInterfaceName(UsbDeviceInfo device, byte number) =>
        ReadText(Path.Combine(root, "sys/bus/usb/devices", string.Create(CultureInfo.InvariantCulture, $"{device.Port}:1.{number}")), "interface");

    /// <summary>Where a hidraw node hangs on: the port path, and the number of the interface; null when it is not on USB.</summary>
    public (string Port, byte Interface)? PlaceOfHid(string node)
    {
        var link = Path.Combine(root, "sys/class/hidraw", Path.GetFileName(node), "device");
        if (!Directory.Exists(link)) return null;
        var target = Directory.ResolveLinkTarget(Path.Combine(root, "sys/class/hidraw", Path.GetFileName(node)), returnFinalTarget: true)?.FullName ?? "";
        foreach (var part in target.Split('/').Reverse())
        {
            // Such as 1-2.4:1.0.
            var colon = part.IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || !part.Contains('-', StringComparison.Ordinal) || part.IndexOf('.', colon) is var dot && dot < 0) continue;
            if (byte.TryParse(part.AsSpan(dot + 1), CultureInfo.InvariantCulture, out var number)) return (part[..colon], number);
        }
        return null;
    }

    /// <summary>Why the device cannot be used; null when nothing speaks against it.</summary>
    public UsbProblem? FindProblem(UsbDeviceInfo device)
    {
        var node = NodeOf(device);
        var errno = TryOpen(node);
        return Explain(device, node, errno, errno == AccessDenied && UdevRules.AreInstalled(root), errno == 0 && IsClaimedByProgram(device) ? Holders(node) : null);
    }

    /// <summary>The cause by what was found.</summary>
    /// <param name="device">The device.</param>
    /// <param name="node">Its node.</param>
    /// <param name="errno">What opening the node gave; 0 for success.</param>
    /// <param name="hasRules">Whether Pogoline's udev rules are installed.</param>
    /// <param name="holders">The programs that claimed one of its interfaces; null when none has, empty when it cannot be seen which.</param>
    public static UsbProblem? Explain(UsbDeviceInfo device, string node, int errno, bool hasRules, IReadOnlyList<string>? holders) => errno switch
    {
        0 when holders is null => null,
        0 => UsbProblems.Busy(device, holders.Count > 0 ? $"{string.Join(" and ", holders)} holds it" : "another program holds it"),
        NoSuchEntry => new(UsbFaults.Node, $"{device} is on the bus, but {node} does not exist.",
            "Start udev; in a container, mount the host's /dev/bus/usb (docker run -v /dev/bus/usb:/dev/bus/usb)."),
        AccessDenied when hasRules => new(UsbFaults.Permission, $"{device}: this user may not open {node}; the udev rules are installed but were not applied to it.",
            "Unplug the device and plug it in again."),
        AccessDenied => new(UsbFaults.Permission, $"{device}: this user may not open {node}.",
            "Run 'sudo pogoline doctor --install-udev', then unplug the device and plug it in again."),
        NotPermitted => new(UsbFaults.Confined, $"{device}: the permissions of {node} allow it, but the container's device rules do not.",
            "Start the container with --device-cgroup-rule 'c 189:* rmw'."),
        NoSuchDevice or NoSuchAddress => UsbProblems.Gone(device),
        _ => new(UsbFaults.Other, $"{device}: opening {node} failed with error {errno}.", "Unplug the device and plug it in again; see the kernel's log (dmesg)."),
    };

    bool IsClaimedByProgram(UsbDeviceInfo device)
    {
        // A kernel driver gives way to a claim; "usbfs" is a program like this one.
        var devices = Path.Combine(root, "sys/bus/usb/devices");
        if (!Directory.Exists(devices)) return false;
        foreach (var item in Directory.EnumerateFileSystemEntries(devices, $"{device.Port}:*"))
        {
            // An interface without a driver has no such link.
            if (Path.GetFileName(new FileInfo(Path.Combine(item, "driver")).LinkTarget) == "usbfs") return true;
        }
        return false;
    }

    /// <summary>The programs that have the node open, as far as this user can see, without this one.</summary>
    List<string> Holders(string node)
    {
        var holders = new List<string>();
        foreach (var process in Directory.EnumerateDirectories(Path.Combine(root, "proc")))
        {
            if (!int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var id) || id == Environment.ProcessId) continue;
            try
            {
                if (!Directory.EnumerateFiles(Path.Combine(process, "fd")).Any(file => new FileInfo(file).LinkTarget == node)) continue;
                holders.Add($"{ReadText(process, "comm") ?? "a program"} (process {id})");
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another user's process, or one that has just ended.
            }
        }
        return holders;
    }

    string NameOf(string folder)
    {
        var (bus, address) = (ReadText(folder, "busnum") ?? "", ReadText(folder, "devnum") ?? "");
        var node = Path.Combine(root, "dev/bus/usb", bus.PadLeft(3, '0'), address.PadLeft(3, '0'));
        return $"{Path.GetFileName(folder)} {address}{(File.Exists(node) ? "" : ", no node")}";
    }

    static int TryOpen(string node)
    {
        try
        {
            using var opened = File.OpenHandle(node, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return 0;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return NoSuchEntry;
        }
        catch (UnauthorizedAccessException e)
        {
            return e.InnerException?.HResult == NotPermitted ? NotPermitted : AccessDenied;
        }
        catch (IOException e)
        {
            return e.HResult;
        }
    }

    static string? ReadText(string folder, string name)
    {
        try
        {
            var path = Path.Combine(folder, name);
            return File.Exists(path) ? File.ReadAllText(path).TrimEnd('\n') : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

namespace Pogoline.Host.Serial;

/// <summary>Turns what the system says of a serial port into the true cause and one remedy.</summary>
static class SerialProblems
{
    const int NoSuchEntry = 2;
    const int NoSuchDeviceOrAddress = 6;
    const int AccessDenied = 13;
    const int DeviceBusy = 16;
    const int NoSuchDevice = 19;

    // Windows' own numbers of the same.
    const int WindowsAccessDenied = 5;

    /// <summary>How libserialport is installed here.</summary>
    public static string InstallLibrary => OperatingSystem.IsWindows() ? "Put libserialport-0.dll (64 bit, from sigrok.org) beside pogoline.exe."
        : OperatingSystem.IsMacOS() ? "Run 'brew install libserialport'."
        : "Install it: 'sudo apt install libserialport0' (Debian, Ubuntu), 'sudo dnf install libserialport' (Fedora) or 'sudo pacman -S libserialport' (Arch).";

    public static PogolineException NoLibrary() => new(SerialFaults.Library, "libserialport is not on this machine.", InstallLibrary);

    /// <summary>Why a port did not open, by the system's error number.</summary>
    public static PogolineException Opening(string name, int error) => error switch
    {
        WindowsAccessDenied when OperatingSystem.IsWindows() => Busy(name),
        AccessDenied when !OperatingSystem.IsWindows() => new(SerialFaults.Permission, $"This user may not open {name}.", OperatingSystem.IsLinux()
            ? $"Run 'sudo pogoline doctor --install-udev' and plug the board in again, or 'sudo usermod -aG dialout {Environment.UserName}' and log in again."
            : "Give this user access to the port."),
        DeviceBusy => Busy(name),
        NoSuchEntry or NoSuchDevice or NoSuchDeviceOrAddress => new(SerialFaults.None, $"{name} is not there.", "Look at 'pogoline serial list'; plug the board in again."),
        _ => new(SerialFaults.Other, $"{name} cannot be opened: error {error}.", "Plug the board in again; see the kernel's log (dmesg)."),
    };

    static PogolineException Busy(string name) => new(SerialFaults.Busy, $"{name} is in use by another program.", "Close that program (a terminal, the Arduino IDE, ModemManager), then try again.");
}

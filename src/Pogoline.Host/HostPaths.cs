namespace Pogoline.Host;

/// <summary>Where things are kept on this machine.</summary>
public static class HostPaths
{
    /// <summary>
    /// The cache: <c>POGOLINE_CACHE</c>, else <c>pogoline</c> in <c>XDG_CACHE_HOME</c>, else in the platform's own place
    /// (<c>~/.cache</c>, <c>~/Library/Caches</c>, <c>%LOCALAPPDATA%</c>).
    /// </summary>
    public static string Cache => CacheFor(Environment.GetEnvironmentVariable);

    /// <summary>
    /// Settings, keys and the machine's lock: <c>POGOLINE_CONFIG</c>, else <c>pogoline</c> in <c>XDG_CONFIG_HOME</c>, else in the platform's own place
    /// (<c>~/.config</c>, <c>~/Library/Application Support</c>, <c>%APPDATA%</c>).
    /// </summary>
    public static string Configuration => ConfigurationFor(Environment.GetEnvironmentVariable);

    internal static string ConfigurationFor(Func<string, string?> variable)
    {
        if (variable("POGOLINE_CONFIG") is { Length: > 0 } own) return Path.GetFullPath(own);
        if (variable("XDG_CONFIG_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg)) return Path.Combine(xdg, "pogoline");
        if (OperatingSystem.IsWindows()) return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData), "Pogoline");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Application Support", "pogoline") : Path.Combine(home, ".config", "pogoline");
    }

    /// <summary>
    /// What lasts as long as the machine runs: <c>pogoline</c> in <c>XDG_RUNTIME_DIR</c>, else in a folder of this user among the temporary ones.
    /// </summary>
    public static string Runtime => RuntimeFor(Environment.GetEnvironmentVariable);

    internal static string RuntimeFor(Func<string, string?> variable) =>
        variable("XDG_RUNTIME_DIR") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? Path.Combine(xdg, "pogoline")
            : OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Pogoline", "Run")
            : Path.Combine(Path.GetTempPath(), $"pogoline-{Environment.UserName}");

    internal static string CacheFor(Func<string, string?> variable)
    {
        if (variable("POGOLINE_CACHE") is { Length: > 0 } own) return Path.GetFullPath(own);
        if (variable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg)) return Path.Combine(xdg, "pogoline");
        if (OperatingSystem.IsWindows()) return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Pogoline", "Cache");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches", "pogoline") : Path.Combine(home, ".cache", "pogoline");
    }

    /// <summary>
    /// What must survive, such as journals: <c>POGOLINE_STATE</c>, else <c>pogoline</c> in <c>XDG_STATE_HOME</c>, else in the platform's own
    /// place (<c>~/.local/state</c>, <c>~/Library/Application Support</c>, <c>%LOCALAPPDATA%</c>).
    /// </summary>
    public static string State => StateFor(Environment.GetEnvironmentVariable);

    internal static string StateFor(Func<string, string?> variable)
    {
        if (variable("POGOLINE_STATE") is { Length: > 0 } own) return Path.GetFullPath(own);
        if (variable("XDG_STATE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg)) return Path.Combine(xdg, "pogoline");
        if (OperatingSystem.IsWindows()) return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "Pogoline", "State");
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Application Support", "pogoline") : Path.Combine(home, ".local", "state", "pogoline");
    }
}

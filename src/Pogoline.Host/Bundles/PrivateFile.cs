namespace Pogoline.Host.Bundles;

/// <summary>Files that only their owner may read. They appear by one rename when they are on the disk.</summary>
static class PrivateFile
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Makes a folder that only its owner may enter, when it is not there.</summary>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    /// <summary>Opens a file for the owner only; the mode counts when it is made.</summary>
    public static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share };
        if (!OperatingSystem.IsWindows() && mode is not FileMode.Open) options.UnixCreateMode = OwnerOnly;
        return new(path, options);
    }

    /// <summary>Writes a file whole.</summary>
    /// <param name="path">Where.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="replace">Whether one that is there may go.</param>
    public static void Write(string path, ReadOnlySpan<byte> content, bool replace)
    {
        CreateFolder(Path.GetDirectoryName(path)!);
        var staging = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var file = Open(staging, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }
            File.Move(staging, path, replace);
        }
        finally
        {
            File.Delete(staging);
        }
    }
}

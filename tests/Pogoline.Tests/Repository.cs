namespace Pogoline.Tests;

/// <summary>The folder that the tests were built from.</summary>
static class Repository
{
    public static string Root { get; } = Find();

    static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Pogoline.slnx"))) folder = folder.Parent ?? throw new DirectoryNotFoundException("Pogoline.slnx");
        return folder.FullName;
    }
}

using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Pogoline.Tests;

/// <summary>
/// Packages of the npm registry, fetched once per user by the npm client, which checks their integrity. An entry appears by one rename when it is
/// complete, so several test processes may want the same one at once. <c>POGOLINE_TEST_CACHE</c> names another folder.
/// </summary>
static class NpmCache
{
    /// <summary>The unpacked files of one package, without what it depends on.</summary>
    public static string Unpack(string package) => Ensure($"{package}-unpacked", staging =>
    {
        using var report = JsonDocument.Parse(Run("npm", staging, "pack", package, "--json", "--ignore-scripts", "--loglevel=error"));
        var packed = report.RootElement[0];
        var tarball = Path.Combine(staging, packed.GetProperty("filename").GetString()!);
        var integrity = packed.GetProperty("integrity").GetString()!;
        using (var stream = File.OpenRead(tarball))
        {
            var actual = $"sha512-{Convert.ToBase64String(SHA512.HashData(stream))}";
            if (actual != integrity) throw new InvalidDataException($"{package} has integrity {actual}, npm says {integrity}");
            stream.Position = 0;
            using var tar = new GZipStream(stream, CompressionMode.Decompress);
            TarFile.ExtractToDirectory(tar, staging, overwriteFiles: false);
        }
        File.Delete(tarball);
    });

    /// <summary>A folder with the packages and everything that they depend on in <c>node_modules</c>.</summary>
    public static string Install(params string[] packages) => Ensure($"{string.Join('+', packages).Replace('/', '-')}-installed", staging =>
        Run("npm", staging, ["install", .. packages, "--prefix", staging, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]));

    /// <summary>Runs a program to its end and gives back what it wrote to standard output.</summary>
    public static string Run(string program, string workingDirectory, params string[] arguments)
    {
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() && program == "npm" ? "npm.cmd" : program, arguments)
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(5)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end in 5 minutes");
        }
        return process.ExitCode == 0
            ? output.GetAwaiter().GetResult()
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}");
    }

    static string Ensure(string name, Action<string> fill)
    {
        var root = Environment.GetEnvironmentVariable("POGOLINE_TEST_CACHE") is { Length: > 0 } named
            ? named
            : Path.Combine(CacheHome(), "pogoline-tests");
        var entry = Path.Combine(root, name);
        if (Directory.Exists(entry)) return entry;
        var staging = Path.Combine(root, $".{name}-{Guid.NewGuid():N}");
        Directory.CreateDirectory(staging);
        try
        {
            fill(staging);
            Directory.Move(staging, entry);
        }
        catch (IOException) when (Directory.Exists(entry))
        {
            // Another process was faster; its entry is as good as ours.
        }
        finally
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        }
        return entry;
    }

    static string CacheHome() =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg ? xdg
        : OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}

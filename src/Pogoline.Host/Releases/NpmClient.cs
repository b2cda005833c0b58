using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Pogoline.Host.Releases;

/// <summary>Runs the npm client, which knows the user's registry, proxy and credentials and checks the integrity of what it downloads.</summary>
/// <param name="network">Asked before every run.</param>
/// <param name="program">The program; null for npm on the PATH.</param>
/// <param name="time">For the deadline of a run.</param>
public sealed class NpmClient(NetworkPolicy network, string? program = null, TimeProvider? time = null)
{
    static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    readonly string _program = program ?? (OperatingSystem.IsWindows() ? "npm.cmd" : "npm");

    /// <summary>Fetches the archive of a package; runs none of its scripts.</summary>
    /// <param name="package">Name and version: <c>particle-cli@2.16.0</c>.</param>
    /// <param name="stop">Ends the run.</param>
    /// <exception cref="PogolineException">
    /// <see cref="SourceFaults.Offline"/>, <see cref="SourceFaults.NpmMissing"/>, <see cref="SourceFaults.NpmNoPackage"/> or <see cref="SourceFaults.NpmFailed"/>.
    /// </exception>
    public async ValueTask<NpmArchive> PackAsync(string package, CancellationToken stop)
    {
        network.Demand($"The npm package {package}");
        var folder = Directory.CreateTempSubdirectory("pogoline-npm-").FullName;
        try
        {
            await RunAsync(package, folder, stop).ConfigureAwait(false);
            var files = Directory.GetFiles(folder, "*.tgz");
            if (files is not [var file]) throw Failed(package, $"it left {files.Length} archives");
            var content = await File.ReadAllBytesAsync(file, stop).ConfigureAwait(false);
            return new(package, content, $"sha512-{Convert.ToBase64String(SHA512.HashData(content))}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    async Task RunAsync(string package, string folder, CancellationToken stop)
    {
        var start = new ProcessStartInfo(_program, ["pack", package, "--ignore-scripts", "--loglevel=error"])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["npm_config_update_notifier"] = "false", ["npm_config_fund"] = "false" },
        };
        using var deadline = new CancellationTokenSource(Deadline, time ?? TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        using var process = Start(start);
        process.StandardInput.Close();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var errors = await process.StandardError.ReadToEndAsync(either.Token).ConfigureAwait(false);
            await output.ConfigureAwait(false);
            await process.WaitForExitAsync(either.Token).ConfigureAwait(false);
            if (process.ExitCode != 0) throw Explained(package, errors, process.ExitCode);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            throw Failed(package, $"it did not end within {Deadline.TotalMinutes} minutes");
        }
    }

    Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new PogolineException(
                SourceFaults.NpmMissing, $"The npm client '{_program}' did not start: {e.Message}",
                "Install Node.js, which brings npm, or name a folder or archive with --source.", e);
        }
    }

    static PogolineException Explained(string package, string errors, int exitCode)
    {
        var lines = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => line.StartsWith("npm error", StringComparison.Ordinal) || line.StartsWith("npm ERR!", StringComparison.Ordinal))
            .Where(line => !line.Contains("complete log", StringComparison.Ordinal)).ToList();
        var code = lines.Select(line => line.Split(' ')).FirstOrDefault(words => words is [_, _, "code", _])?[3];
        if (code is "E404" or "ETARGET") return new(
            SourceFaults.NpmNoPackage, $"The npm registry does not have {package} ({code}).", "Check which registry npm is set to, or use another source.");
        return Failed(package, lines.Count == 0 ? $"it ended with {exitCode}" : string.Join(" ", lines.Take(4).Select(line => line[(line.IndexOf(' ', 4) + 1)..])));
    }

    static PogolineException Failed(string package, string why) => new(
        SourceFaults.NpmFailed, $"npm could not fetch {package}: {why}.",
        $"Run 'npm pack {package}' by hand to see why, or name a folder or archive with --source.");
}

/// <summary>The archive of a package.</summary>
/// <param name="Package">Name and version.</param>
/// <param name="Content">The bytes of the <c>.tgz</c>.</param>
/// <param name="Integrity">Its SHA-512 as npm writes it.</param>
public sealed record NpmArchive(string Package, ReadOnlyMemory<byte> Content, string Integrity);

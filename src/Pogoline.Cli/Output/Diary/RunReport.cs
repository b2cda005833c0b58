using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Pogoline.Cli.Output.Diary;

/// <summary>The zip that <c>--report</c> writes: environment, log, plan, journals, results; every text of it cleaned by the <see cref="Redactor"/>.</summary>
static class RunReport
{
    static readonly FaultCode ReportFile = new("report-file", ExitCode.Machine, "The path is misspelt, the disk is full, or a permission is missing.");

    /// <summary>Writes the report; it appears all at once, in the place of an older one.</summary>
    /// <exception cref="PogolineException">It cannot be written.</exception>
    public static void Write(string path, RunEnvironment environment, IReadOnlyDictionary<string, Func<byte[]>> parts)
    {
        var staging = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            using (var file = File.Create(staging))
            {
                using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
                {
                    Add(zip, "environment.json", JsonSerializer.SerializeToUtf8Bytes(environment, CliJson.Default.RunEnvironment));
                    foreach (var (name, content) in parts.OrderBy(p => p.Key, StringComparer.Ordinal)) Add(zip, name, Content(content));
                }
                file.Flush(flushToDisk: true);
            }
            File.Move(staging, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new PogolineException(ReportFile, $"The report cannot be written to {path}: {e.Message}", "Give another path with --report.", e);
        }
        finally
        {
            if (File.Exists(staging)) File.Delete(staging);
        }
    }

    // A part that is gone by now must not cost the rest.
    static byte[] Content(Func<byte[]> content)
    {
        try
        {
            return content();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Encoding.UTF8.GetBytes(e.Message);
        }
    }

    static void Add(ZipArchive zip, string name, byte[] content)
    {
        using var entry = zip.CreateEntry(name).Open();
        entry.Write(Encoding.UTF8.GetBytes(Redactor.Clean(Encoding.UTF8.GetString(content))));
    }
}

using System.Text;
using System.Text.Json.Nodes;
using Pogoline.Platforms;
using Pogoline.Tests.Releases;

namespace Pogoline.Witness;

/// <summary>
/// What particle-cli asks of its cloud for a local update, on loopback: what kind of board a device is, which files a release has, and the files.
/// </summary>
sealed class ParticleCloud : IDisposable
{
    readonly Platform _platform;
    readonly Func<string, IEnumerable<string>> _release;
    readonly LoopbackServer _server;
    readonly string _downloads;

    /// <param name="platform">The platform of every device.</param>
    /// <param name="release">The files of a release.</param>
    /// <param name="home">The home folder for particle-cli, which is told this cloud's address there.</param>
    public ParticleCloud(Platform platform, Func<string, IEnumerable<string>> release, string home)
    {
        (_platform, _release) = (platform, release);
        _downloads = Path.Combine(home, ".particle", "device-os-flash", "binaries");
        _server = new(Answer);
        Directory.CreateDirectory(Path.Combine(home, ".particle"));
        var settings = new JsonObject { ["apiUrl"] = _server.Address.ToString().TrimEnd('/'), ["access_token"] = "none", ["disableUpdateCheck"] = true };
        File.WriteAllText(Path.Combine(home, ".particle", "particle.config.json"), settings.ToJsonString());
    }

    public void Dispose() => _server.Dispose();

    LoopbackAnswer Answer(LoopbackRequest request)
    {
        var path = new Uri(_server.Address, request.Path);
        var name = Path.GetFileName(path.AbsolutePath);
        if (path.AbsolutePath.StartsWith("/v1/devices/", StringComparison.Ordinal))
            return Json(new() { ["id"] = name, ["name"] = "bench", ["platform_id"] = _platform.Id });
        if (path.AbsolutePath.StartsWith("/files/", StringComparison.Ordinal))
            return Download(Uri.UnescapeDataString(name));
        return path.AbsolutePath.StartsWith("/v1/device-os/versions/", StringComparison.Ordinal) ? Version(name) : new(404, "{}"u8.ToArray());
    }

    // particle-cli (lib/device-os-version-util.js, downloadFile) takes a download for finished when the response ends, not when its file is written, and
    // on a busy machine then parses a part of it: "Unknown module type". So the response ends when the file is whole.
    LoopbackAnswer Download(string name)
    {
        var version = Path.GetFileNameWithoutExtension(name).Split('@')[1].Split('+')[0];
        var image = File.ReadAllBytes(_release(version).Single(file => Path.GetFileName(file) == name));
        var file = new FileInfo(Path.Combine(_downloads, version, _platform.Name, name));
        return new(200, image) { BeforeEnd = stop => WrittenAsync(file, image.Length, stop) };
    }

    static async Task WrittenAsync(FileInfo file, int length, CancellationToken stop)
    {
        for (var deadline = Task.Delay(TimeSpan.FromMinutes(1), stop); !deadline.IsCompleted; await Task.Delay(10, stop))
        {
            file.Refresh();
            if (file.Exists && file.Length >= length) return;
        }
        throw new IOException($"{file.Name} was not written within a minute.");
    }

    LoopbackAnswer Version(string version) => Json(new()
    {
        ["version"] = version,
        ["base_url"] = $"{_server.Address}files",
        ["modules"] = new JsonArray([.. _release(version).Select(Module)]),
    });

    static JsonObject Module(string file)
    {
        var image = File.ReadAllBytes(file);
        var crc = Convert.ToHexStringLower(image.AsSpan(image.Length - sizeof(uint)));
        return new()
        {
            ["filename"] = Path.GetFileName(file),
            ["prefixInfo"] = new JsonObject { ["moduleFunction"] = "system_part" },
            ["crc"] = new JsonObject { ["storedCrc"] = crc, ["actualCrc"] = crc },
        };
    }

    static LoopbackAnswer Json(JsonObject answer) => new(200, Encoding.UTF8.GetBytes(answer.ToJsonString()), ("Content-Type", "application/json"));
}

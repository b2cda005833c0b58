using System.Text.Json.Nodes;
using Pogoline.Lab.Boot;
using Pogoline.Tests;
using Pogoline.Tests.Releases;

namespace Pogoline.Witness;

/// <summary>
/// particle-cli, the newest that runs on node 20, with its API address pointed at a server of the test, which hands out files that particle-cli's
/// own older packages carry.
/// </summary>
sealed class ParticleCli : IDisposable
{
    readonly RunningLab _lab;
    readonly string _home;
    readonly LoopbackServer _cloud;

    public ParticleCli(RunningLab lab)
    {
        _lab = lab;
        _cloud = new(Answer);
        _home = Path.Combine(lab.Scratch, "home");
        Directory.CreateDirectory(Path.Combine(_home, ".particle"));
        var settings = new JsonObject { ["apiUrl"] = _cloud.Address.ToString().TrimEnd('/'), ["access_token"] = "none", ["disableUpdateCheck"] = true };
        File.WriteAllText(Path.Combine(_home, ".particle", "particle.config.json"), settings.ToJsonString());
    }

    // npm leaves out one that it needs.
    static string Program { get; } = Path.Combine(NpmCache.Install("particle-cli@3.43.1", "execa@5.1.1"), "node_modules", ".bin", "particle");

    /// <summary>The command that runs it, in a shell.</summary>
    public string Command(string arguments, string node = "node") => $"HOME={_home} {node} {Program} {arguments}";

    /// <summary>Runs it before all boards, and gives what it wrote.</summary>
    public async Task<string> RunAsync(string arguments) => (await Runner.MockAllAsync(_lab, "sh", "-c", Command(arguments))).Require();

    public void Dispose() => _cloud.Dispose();

    LoopbackAnswer Answer(LoopbackRequest request)
    {
        var path = new Uri(_cloud.Address, request.Path);
        var name = Path.GetFileName(path.AbsolutePath);
        if (path.AbsolutePath.StartsWith("/v1/devices/", StringComparison.Ordinal))
            return Json(new() { ["id"] = name, ["name"] = "bench", ["platform_id"] = _lab.Boards[0].Hardware.Platform.Id });
        if (path.AbsolutePath.StartsWith("/files/", StringComparison.Ordinal))
            return new(200, File.ReadAllBytes(Release(name.Split('@')[1][..^4]).Single(file => Path.GetFileName(file) == Uri.UnescapeDataString(name))));
        return path.AbsolutePath.StartsWith("/v1/device-os/versions/", StringComparison.Ordinal) ? Version(name) : new(404, "{}"u8.ToArray());
    }

    LoopbackAnswer Version(string version) => Json(new()
    {
        ["version"] = version,
        ["base_url"] = $"{_cloud.Address}files",
        ["modules"] = new JsonArray([.. Release(version).Select(Module)]),
    });

    static JsonObject Module(string file)
    {
        var image = File.ReadAllBytes(file);
        var crc = Convert.ToHexStringLower(image.AsSpan(image.Length - ModuleImage.CrcSize));
        return new()
        {
            ["filename"] = Path.GetFileName(file),
            ["prefixInfo"] = new JsonObject { ["moduleFunction"] = "system_part" },
            ["crc"] = new JsonObject { ["storedCrc"] = crc, ["actualCrc"] = crc },
        };
    }

    IEnumerable<string> Release(string version) => Tests.Lab.Boards.Files(_lab.Boards[0].Hardware.Platform.Name, version, tinker: false);

    static LoopbackAnswer Json(JsonObject answer) =>
        new(200, System.Text.Encoding.UTF8.GetBytes(answer.ToJsonString()), ("Content-Type", "application/json"));
}

using System.Diagnostics;
using System.Text.Json;

namespace Pogoline.Tests.Releases;

/// <summary>The command line as a process of its own: what it prints, how it ends, and several at once on one cache.</summary>
public class ReleasesCommandTests
{
    [Fact]
    public async Task List_names_the_recommended_release_of_a_platform()
    {
        using var folder = new TemporaryFolder();
        var (exit, output) = await RunAsync(folder, "releases", "list", "--platform", "photon", "--json");
        Assert.Equal(0, exit);
        var recommended = output.GetProperty("releases").EnumerateArray().Single(r => r.GetProperty("recommendedFor").GetArrayLength() > 0);
        Assert.Equal("2.3.1", recommended.GetProperty("version").GetString());
        Assert.Equal("longTermSupport", recommended.GetProperty("kind").GetString());
        Assert.Equal("particle-cli@3.9.0", recommended.GetProperty("packages")[0].GetString());
    }

    [Fact]
    public async Task Show_has_no_files_before_fetch_and_all_of_them_after_also_offline()
    {
        using var folder = new TemporaryFolder();
        var (_, before) = await RunAsync(folder, "releases", "show", "2.2.x", "-p", "boron", "--json");
        Assert.Equal("2.2.0", before.GetProperty("version").GetString());
        Assert.False(before.TryGetProperty("files", out _));

        var (refused, error) = await RunAsync(folder, "releases", "fetch", "2.2.0", "-p", "boron", "--offline", "--json");
        Assert.Equal((int)ExitCode.Unavailable, refused);
        Assert.Equal("offline", error.GetProperty("error").GetProperty("code").GetString());

        var (exit, fetched) = await RunAsync(folder, "releases", "fetch", "2.2.0", "-p", "boron,photon", "--json");
        Assert.Equal(0, exit);
        Assert.Equal(2, fetched.GetProperty("releases").GetArrayLength());

        var (_, after) = await RunAsync(folder, "releases", "show", "2.2.0", "-p", "boron", "--json");
        var part = after.GetProperty("files").EnumerateArray().Single(f => f.GetProperty("component").GetString() == "system-part1");
        Assert.Equal(("58d70065", 2202), (part.GetProperty("crc32").GetString(), part.GetProperty("version").GetInt32()));
    }

    [Theory]
    [InlineData("9.9.9", "boron", "release-unknown")]
    [InlineData("4.0.2", "photon", "release-not-for-platform")]
    [InlineData("soon", "boron", "release-request")]
    [InlineData("lts", "toaster", "platform-unknown")]
    public async Task A_request_without_answer_ends_with_its_code(string request, string platform, string code)
    {
        using var folder = new TemporaryFolder();
        var (exit, output) = await RunAsync(folder, "releases", "show", request, "-p", platform, "--json");
        Assert.Equal((int)ExitCode.Usage, exit);
        Assert.Equal(code, output.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Several_processes_fetch_into_one_cache_at_the_same_time()
    {
        using var folder = new TemporaryFolder();
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RunAsync(folder, "releases", "fetch", "2.2.0", "-p", "boron", "--json")));
        Assert.All(results, result => Assert.Equal(0, result.Exit));
        Assert.Single(results.Select(r => r.Output.GetRawText()).Distinct());
        Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "blobs"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.GetFiles(Path.Combine(folder.Path, "staging")));
    }

    static async Task<(int Exit, JsonElement Output)> RunAsync(TemporaryFolder cache, params string[] arguments)
    {
        var start = PogolineProgram.Start(arguments);
        start.Environment["POGOLINE_CACHE"] = cache.Path;
        start.Environment["POGOLINE_RELEASES_URL"] = "http://127.0.0.1:9/";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(output.StartsWith('{'), $"{output}{await errors}");
        using var parsed = JsonDocument.Parse(output);
        return (process.ExitCode, parsed.RootElement.Clone());
    }
}

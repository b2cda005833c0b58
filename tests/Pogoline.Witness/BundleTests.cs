using System.IO.Compression;
using Pogoline.Tests;

namespace Pogoline.Witness;

/// <summary>Bundles and signatures between Pogoline and the programs that everybody has: unzip and openssl.</summary>
public sealed class BundleTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("pogoline-bundle-").FullName;

    [WitnessFact(Need.OpenSsl | Need.Unzip)]
    public async Task Unzip_finds_a_bundle_whole_and_openssl_its_signature_right()
    {
        await MakeKeyAsync();
        await PogolineAsync("keys", "import", "line", PathOf("key.pem"));
        await PogolineAsync("bundle", "create", "--os", "1.5.2", "--platform", "boron,photon", "--sign", "line", "-o", PathOf("line.zip"));
        Assert.Contains("No errors detected", (await Runner.RunAsync("unzip", ["-t", PathOf("line.zip")])).Require(), StringComparison.Ordinal);

        (await Runner.RunAsync("unzip", ["-q", PathOf("line.zip"), "-d", PathOf("out")])).Require();
        var manifest = PathOf("out/bundle.json");
        Assert.Contains("Verified OK", (await Runner.RunAsync("openssl", ["dgst", "-sha256", "-verify", manifest + ".pem", "-signature", manifest + ".sig", manifest])).Require(), StringComparison.Ordinal);
        Assert.Equal(await File.ReadAllTextAsync(PathOf("public.pem")), await File.ReadAllTextAsync(manifest + ".pem"));
        await File.AppendAllTextAsync(manifest, " ");
        Assert.NotEqual(0, (await Runner.RunAsync("openssl", ["dgst", "-sha256", "-verify", manifest + ".pem", "-signature", manifest + ".sig", manifest])).Exit);
    }

    [WitnessFact(Need.OpenSsl)]
    public async Task A_bundle_and_a_plan_that_openssl_signed_are_accepted()
    {
        await MakeKeyAsync();
        await PogolineAsync("keys", "trust", "theirs", PathOf("public.pem"));

        await PogolineAsync("plan", "--os", "1.5.2", "--platform", "boron", "--save", PathOf("plan.json"));
        await SignAsync(PathOf("plan.json"));
        await PogolineAsync("restore", "--plan", PathOf("plan.json"), "--require-signed", "--lab", "boron@2.2.0");

        await PogolineAsync("bundle", "create", "--os", "1.5.2", "--platform", "boron", "-o", PathOf("line.zip"));
        using (var zip = ZipFile.Open(PathOf("line.zip"), ZipArchiveMode.Update))
        {
            zip.GetEntry("bundle.json")!.ExtractToFile(PathOf("bundle.json"));
            await SignAsync(PathOf("bundle.json"));
            foreach (var name in new[] { "bundle.json.sig", "bundle.json.pem" }) zip.CreateEntryFromFile(PathOf(name), name);
        }
        await PogolineAsync("bundle", "verify", PathOf("line.zip"), "--require-signed");
    }

    async Task MakeKeyAsync()
    {
        (await Runner.RunAsync("openssl", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", PathOf("key.pem")])).Require();
        (await Runner.RunAsync("openssl", ["pkey", "-in", PathOf("key.pem"), "-pubout", "-out", PathOf("public.pem")])).Require();
    }

    async Task SignAsync(string file)
    {
        (await Runner.RunAsync("openssl", ["dgst", "-sha256", "-sign", PathOf("key.pem"), "-out", file + ".sig", file])).Require();
        File.Copy(PathOf("public.pem"), file + ".pem");
    }

    async Task PogolineAsync(params string[] arguments) =>
        (await Runner.RunAsync("env", [$"POGOLINE_CONFIG={PathOf("config")}", .. PogolineProgram.Words, .. arguments])).Require();

    string PathOf(string name) => Path.Combine(_folder, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

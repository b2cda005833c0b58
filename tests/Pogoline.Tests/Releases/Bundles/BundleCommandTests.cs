namespace Pogoline.Tests.Releases.Bundles;

/// <summary>The commands as processes: what they print, how they end, and that a restore takes everything from its bundle.</summary>
public class BundleCommandTests
{
    static string Assets(string package) => Path.Combine(Firmware.Package(package), "assets");

    [Fact]
    public async Task A_signed_bundle_restores_several_boards_with_its_user_firmware_and_nothing_else_at_hand()
    {
        using var cli = new CliProcess();
        Assert.Equal(0, (await cli.RunAsync("keys", "create", "line")).Exit);
        var app = cli.Write("tinker.bin", RealReleases.Tinker("boron").Image.Span);
        var (made, bundle) = await cli.JsonAsync("bundle", "create", "--os", "1.5.2", "--platform", "photon,boron", "--app", app, "--sign", "line", "-o", "line.zip", "--source", Assets("2.6.0"), "--offline");
        Assert.Equal(0, made);
        Assert.Equal("line", bundle.GetProperty("signer").GetProperty("trustedAs").GetString());
        Assert.Equal(["boron", "photon"], bundle.GetProperty("platforms").EnumerateArray().Select(p => p.GetString()!));

        // --source is where the 2.2.0 on the virtual boards comes from; it has no 1.5.2.
        foreach (var board in new[] { "boron", "photon" })
        {
            var (exit, result) = await cli.JsonAsync("restore", "--bundle", "line.zip", "--require-signed", "--lab", $"{board}@2.2.0*2", "--source", Assets("2.16.0"), "--offline");
            Assert.True(exit == 0, result.GetRawText());
            var units = result.GetProperty("units").EnumerateArray().ToList();
            Assert.Equal(2, units.Count);
            Assert.All(units, unit =>
            {
                Assert.Equal("passed", unit.GetProperty("outcome").GetString());
                Assert.Equal("1.5.2", unit.GetProperty("release").GetString());
            });
        }
    }

    [Fact]
    public async Task A_bundle_refuses_what_it_does_not_hold_and_nothing_else_is_asked()
    {
        using var cli = new CliProcess();
        cli.Write("line.zip", await SampleBundles.MakeAsync("1.5.2", ["boron"]));
        Assert.Equal("bundle-not-inside", await cli.FaultAsync("plan", "--os", "2.2.0", "--platform", "boron", "--bundle", "line.zip"));
        Assert.Equal("bundle-not-inside", await cli.FaultAsync("plan", "--platform", "argon", "--bundle", "line.zip"));
        Assert.Equal("usage", await cli.FaultAsync("plan", "--platform", "boron", "--bundle", "line.zip", "--source", Assets("2.16.0")));
        Assert.Equal("source-missing", await cli.FaultAsync("plan", "--platform", "boron", "--bundle", "other.zip"));
        var (exit, fetched) = await cli.JsonAsync("releases", "fetch", "1.5.2", "-p", "boron", "--bundle", "line.zip");
        Assert.Equal(0, exit);
        Assert.All(fetched.GetProperty("files").EnumerateArray(), f => Assert.Equal("bundle line.zip", f.GetProperty("source").GetString()));
    }

    [Fact]
    public async Task Images_and_kits_for_debug_probes_come_out_of_a_bundle_with_its_release_and_user_firmware()
    {
        using var cli = new CliProcess();
        var app = cli.Write("tinker.bin", RealReleases.Tinker("boron").Image.Span);
        Assert.Equal(0, (await cli.JsonAsync("bundle", "create", "--os", "1.5.2", "--platform", "boron,photon", "--app", app, "-o", "line.zip", "--source", Assets("2.6.0"), "--offline")).Exit);

        var (exit, built) = await cli.JsonAsync("hex", "build", "--bundle", "line.zip", "-p", "boron", "--without-mbr", "-o", "line.hex");
        Assert.True(exit == 0, built.GetRawText());
        Assert.Equal(("boron", "1.5.2"), (built.GetProperty("platform").GetString(), built.GetProperty("release").GetString()));
        Assert.Contains(built.GetProperty("regions").EnumerateArray(), r => r.GetProperty("name").GetString() == "user-part");
        Assert.Equal(0, (await cli.JsonAsync("hex", "build", "--os", "1.5.2", "-p", "boron", "--without-mbr", "--app", app, "--source", Assets("2.6.0"), "--offline", "-o", "same.hex")).Exit);
        Assert.Equal(await File.ReadAllBytesAsync(cli.PathOf("same.hex")), await File.ReadAllBytesAsync(cli.PathOf("line.hex")));

        Assert.Equal(0, (await cli.JsonAsync("hex", "kit", "--bundle", "line.zip", "-p", "boron", "--without-mbr", "-o", "kit.zip")).Exit);
        using var kit = System.IO.Compression.ZipFile.OpenRead(cli.PathOf("kit.zip"));
        using var hex = new MemoryStream();
        await using (var entry = kit.GetEntry("boron-1.5.2.hex")!.Open()) await entry.CopyToAsync(hex);
        Assert.Equal(await File.ReadAllBytesAsync(cli.PathOf("line.hex")), hex.ToArray());
        Assert.NotNull(kit.GetEntry("NOTICE.txt"));

        Assert.Equal("bundle-not-inside", await cli.FaultAsync("hex", "build", "--os", "2.2.0", "--bundle", "line.zip", "-p", "boron", "--without-mbr", "--app", app, "-o", "no.hex"));
        Assert.Equal("usage", await cli.FaultAsync("hex", "build", "--bundle", "line.zip", "-o", "no.hex"));
        Assert.Equal("usage", await cli.FaultAsync("hex", "kit", "line.hex", "--bundle", "line.zip", "-p", "boron", "-o", "no.zip"));
        Assert.Equal("usage", await cli.FaultAsync("hex", "kit", "-o", "no.zip"));
        Assert.False(File.Exists(cli.PathOf("no.hex")));
    }

    [Fact]
    public async Task Require_signed_refuses_unsigned_strangers_and_what_is_no_bundle()
    {
        using var cli = new CliProcess();
        using var stranger = Pogoline.Signing.SigningKey.Create();
        cli.Write("open.zip", await SampleBundles.MakeAsync("1.5.2", ["boron"]));
        cli.Write("signed.zip", await SampleBundles.MakeAsync("1.5.2", ["boron"], stranger));
        cli.Write("stranger.pem", System.Text.Encoding.ASCII.GetBytes(stranger.Public.ToPem()));
        var app = cli.Write("tinker.bin", RealReleases.Tinker("boron").Image.Span);
        string[] plan = ["plan", "--platform", "boron", "--require-signed"];
        Assert.Equal("signature-missing", await cli.FaultAsync([.. plan, "--bundle", "open.zip"]));
        Assert.Equal("signature-key-unknown", await cli.FaultAsync([.. plan, "--bundle", "signed.zip"]));
        Assert.Equal("signature-missing", await cli.FaultAsync([.. plan, "--os", "1.5.2", "--source", Assets("2.6.0")]));
        Assert.Equal(0, (await cli.JsonAsync("keys", "trust", "line", "stranger.pem")).Exit);
        Assert.Equal(0, (await cli.JsonAsync([.. plan, "--bundle", "signed.zip"])).Exit);
        Assert.Equal("signature-missing", await cli.FaultAsync([.. plan, "--bundle", "signed.zip", "--app", app]));
        Assert.Equal(0, (await cli.JsonAsync("bundle", "verify", "signed.zip", "--require-signed")).Exit);
    }

    [Fact]
    public async Task A_locked_machine_takes_its_bundle_only()
    {
        using var cli = new CliProcess();
        await cli.RunAsync("keys", "create", "line");
        string[] create = ["bundle", "create", "--os", "1.5.2", "--sign", "line", "--source", Assets("2.6.0"), "--offline"];
        Assert.Equal(0, (await cli.JsonAsync([.. create, "-p", "boron", "-o", "line.zip"])).Exit);
        Assert.Equal(0, (await cli.JsonAsync([.. create, "-p", "argon", "-o", "other.zip"])).Exit);
        var app = cli.Write("tinker.bin", RealReleases.Tinker("boron").Image.Span);
        Assert.Equal(0, (await cli.JsonAsync("plan", "--platform", "boron", "--bundle", "line.zip", "--app", app, "--save", "mine.json")).Exit);
        Assert.Equal(0, (await cli.JsonAsync("bundle", "lock", "line.zip")).Exit);

        Assert.Equal("machine-locked", await cli.FaultAsync("plan", "--os", "1.5.2", "--platform", "boron", "--source", Assets("2.6.0")));
        Assert.Equal("machine-locked", await cli.FaultAsync("plan", "--platform", "argon", "--bundle", "other.zip"));
        Assert.Equal("machine-locked", await cli.FaultAsync("plan", "--platform", "boron", "--bundle", "line.zip", "--app", app));
        Assert.Equal("machine-locked", await cli.FaultAsync("bundle", "lock", "other.zip"));
        Assert.Equal("machine-locked", await cli.FaultAsync("restore", "--plan", "mine.json", "--bundle", "line.zip", "--lab", "boron@2.2.0", "--source", Assets("2.16.0")));
        Assert.Equal(0, (await cli.JsonAsync("plan", "--platform", "boron", "--bundle", "line.zip")).Exit);
        Assert.Equal(0, (await cli.JsonAsync("bundle", "unlock")).Exit);
        Assert.Equal(0, (await cli.JsonAsync("plan", "--platform", "argon", "--bundle", "other.zip")).Exit);
    }

    [Fact]
    public async Task A_signed_plan_runs_and_a_changed_or_unsigned_one_does_not()
    {
        using var cli = new CliProcess();
        await cli.RunAsync("keys", "create", "line");
        string[] save = ["plan", "--os", "1.5.2", "--platform", "boron", "--source", Assets("2.6.0"), "--offline", "--save"];
        Assert.Equal(0, (await cli.JsonAsync([.. save, "signed.json", "--sign", "line"])).Exit);
        Assert.Equal(0, (await cli.JsonAsync([.. save, "open.json"])).Exit);
        string[] restore = ["restore", "--lab", "boron@2.2.0", "--source", Assets("2.16.0"), "--offline", "--require-signed", "--plan"];
        Assert.Equal("signature-missing", await cli.FaultAsync([.. restore, "open.json"]));
        var (exit, result) = await cli.JsonAsync([.. restore, "signed.json"]);
        Assert.True(exit == 0, result.GetRawText());

        var text = await File.ReadAllTextAsync(cli.PathOf("signed.json"));
        await File.WriteAllTextAsync(cli.PathOf("signed.json"), text.Replace("\"reason\"", "\"reason\" ", StringComparison.Ordinal));
        Assert.Equal("signature-wrong", await cli.FaultAsync([.. restore, "signed.json"]));
        Assert.Equal(0, (await cli.JsonAsync("keys", "distrust", "line")).Exit);
        await File.WriteAllTextAsync(cli.PathOf("signed.json"), text);
        Assert.Equal("signature-key-unknown", await cli.FaultAsync([.. restore, "signed.json"]));
    }

    [Fact]
    public async Task A_key_with_a_password_signs_only_with_it()
    {
        using var cli = new CliProcess();
        Assert.Equal("key-password", await cli.FaultAsync("keys", "create", "locked", "--password"));
        using var key = Pogoline.Signing.SigningKey.Create();
        cli.Write("key.pem", System.Text.Encoding.ASCII.GetBytes(key.ToPem("secret")));
        Assert.Equal("key-password", await cli.FaultAsync("bundle", "create", "--os", "1.5.2", "-p", "boron", "--sign", "key.pem", "--source", Assets("2.6.0"), "--offline"));
        Assert.Equal("key-missing", await cli.FaultAsync("bundle", "create", "--os", "1.5.2", "-p", "boron", "--sign", "nobody", "--source", Assets("2.6.0"), "--offline"));
        Assert.Empty(Directory.GetFiles(cli.Folder, "*.zip"));
    }
}

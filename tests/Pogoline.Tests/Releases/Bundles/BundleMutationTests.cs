using FsCheck;
using FsCheck.Fluent;
using Pogoline.Modules;
using Pogoline.Releases.Bundles;
using Pogoline.Signing;

namespace Pogoline.Tests.Releases.Bundles;

public class BundleMutationTests
{
    [Fact]
    public void Ten_thousand_mutated_bundles_mean_the_same_or_are_refused()
    {
        using var key = SigningKey.Create();
        var good = SampleBundles.Small(key);
        var meaning = Meaning(ReleaseBundle.Require("good.zip", good));
        var (equal, refused) = (0, 0);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(10_000), Prop.ForAll(Mutations(), m =>
        {
            var mutated = Mutate(good, m);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var isRead = ReleaseBundle.TryRead("mutated.zip", mutated, out var bundle, out var problem);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
            Assert.Equal(isRead, problem is null);
            // Without its signature it is another bundle, and says so; what it holds is the same all the same.
            if (isRead) Assert.Equal(meaning, Meaning(bundle!));
            if (isRead) equal++;
            else refused++;
        }));
        Assert.True(equal > 100 && refused > 5000, $"{equal} equal, {refused} refused");
    }

    [Fact]
    public async Task A_real_bundle_with_flipped_bits_means_the_same_or_is_refused()
    {
        var good = await SampleBundles.MakeAsync("1.5.2", ["photon"]);
        var meaning = Meaning(ReleaseBundle.Require("good.zip", good));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(Mutations(), m =>
        {
            if (ReleaseBundle.TryRead("mutated.zip", Mutate(good, m), out var bundle, out var problem)) Assert.Equal(meaning, Meaning(bundle));
            else Assert.NotEmpty(problem.Message);
        }));
    }

    static Arbitrary<(int Kind, int Seed)> Mutations() =>
        (from kind in Gen.Choose(0, 4) from seed in Gen.Choose(0, int.MaxValue) select (kind, seed)).ToArbitrary();

    static byte[] Mutate(byte[] good, (int Kind, int Seed) m)
    {
        var random = new Random(m.Seed);
        var copy = good.ToArray();
        switch (m.Kind)
        {
            case 0:
                return copy[..random.Next(copy.Length)];
            case 1:
                for (var i = random.Next(1, 5); i > 0; i--) copy[random.Next(copy.Length)] ^= (byte)(1 << random.Next(8));
                return copy;
            case 2:
                var (from, to, length) = (random.Next(copy.Length), random.Next(copy.Length), random.Next(1, 200));
                good.AsSpan(from, Math.Min(length, Math.Min(copy.Length - from, copy.Length - to))).CopyTo(copy.AsSpan(to));
                return copy;
            case 3:
                // In front of a zip and behind it anything may stand.
                return random.Next(2) == 0 ? [.. copy, .. new byte[random.Next(1, 100)]] : [.. new byte[random.Next(1, 100)], .. copy];
            default:
                // Where the directory is: sizes, offsets, names, attributes.
                copy[copy.Length - 1 - random.Next(Math.Min(copy.Length, 700))] = (byte)random.Next(256);
                return copy;
        }
    }

    static string Meaning(ReleaseBundle bundle) =>
        string.Join('\n', bundle.Manifest.Files.Select(f => $"{f.Path} {Sha256Digest.Compute(bundle[f.Path].Span)}").Prepend(bundle.Sha256));
}

using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Links.Control;
using Pogoline.Links.Dfu;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Releases;
using Pogoline.Signing;

namespace Pogoline.Tests;

/// <summary>
/// Readers of what a device, a file or a network says, fed with seeds in which bytes were changed, put in or cut off: a result or a refusal, never
/// another exception. Readers with a test class of their own have theirs there.
/// </summary>
public class OutsideBytesTests
{
    static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Fact]
    public void Plans()
    {
        var photon = PlatformCatalog.Require("photon");
        var seed = DfuPlanner.Make(Inventory.Unknown(photon), new() { Release = new(2, 2, 0), Modules = RealReleases.Of("photon", "2.2.0") }).Save();
        Prop.ForAll(Mutations(seed), bytes =>
        {
            try
            {
                PlanCheck.Require(Plan.Load(bytes), photon);
                return true;
            }
            catch (PogolineException e)
            {
                return e.Code.Exit is ExitCode.BadInput or ExitCode.Refused;
            }
        }).Check(Often);
    }

    [Fact]
    public void Keys()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        Prop.ForAll(Mutations(Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem())), bytes =>
            VerifyingKey.TryRead(bytes, out var read, out _) == (read is not null)).Check(Often);
    }

    [Fact]
    public void Reports_of_modules() => Prop.ForAll(Mutations(Convert.FromHexString("0A1608051001189A11220408021005280232040A020801")), bytes =>
        ModuleInfo.TryRead(bytes, out _) is OperationStatus.Done or OperationStatus.InvalidData or OperationStatus.NeedMoreData).Check(Often);

    [Fact]
    public void Status_replies() => Prop.ForAll(Mutations([0, 0, 0, 0, 5, 0]), bytes =>
        (DfuStatusReply.TryRead(bytes, out _) == OperationStatus.NeedMoreData) == (bytes.Length < DfuStatusReply.Size)).Check(Often);

    [Fact]
    public void Requests_for_releases() => Prop.ForAll(Mutations(">=2.0.0-rc.1 <3 || lts"u8.ToArray()), bytes =>
        ReleaseRequest.TryParse(Encoding.UTF8.GetString(bytes), out var request) == (request is not null)).Check(Often);

    /// <summary>A seed with a byte changed, some put in, and the end cut off: each or none of them.</summary>
    static Arbitrary<byte[]> Mutations(byte[] seed) =>
    (
        from at in Gen.Choose(0, seed.Length - 1)
        from value in Gen.Choose(0, 255)
        from inserted in Gen.Choose(0, 255).ArrayOf()
        from kept in Gen.Frequency((3, Gen.Constant(seed.Length)), (1, Gen.Choose(0, seed.Length)))
        select (byte[])[.. seed[..at], (byte)value, .. inserted.Length % 4 == 0 ? [] : inserted.Select(b => (byte)b).Take(3), .. seed[(at + 1)..]] is var changed
            ? changed[..Math.Min(kept, changed.Length)] : seed
    ).ToArbitrary();
}

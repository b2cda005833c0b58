using FsCheck;
using FsCheck.Fluent;
using Pogoline.Links.Dfu;

namespace Pogoline.Tests.Links;

public class DfuDescriptorsTests
{
    const string Head = "0902 0000 01 01 00 80 32";
    const string Functional = "0921 0B FF00 0010 1A01";

    [Fact]
    public void The_functional_descriptor_may_stand_behind_any_alternate()
    {
        Assert.True(Read($"{Head} 0904 00 00 00 FE 01 02 06 {Functional} 0904 00 01 00 FE 01 02 07", out var found));
        var only = Assert.Single(found);
        Assert.Equal([new DfuAlternateDescriptor(0, 6), new(1, 7)], only.Alternates);
        Assert.Equal((true, 4096, 0x011A, TimeSpan.FromMilliseconds(255)), (only.IsDfuMode, only.TransferSize, only.Version, only.DetachTimeout));
        Assert.Equal((true, true, false, true), (only.CanDownload, only.CanUpload, only.IsManifestationTolerant, only.WillDetach));
    }

    [Fact]
    public void Run_time_and_DFU_mode_interfaces_are_told_apart()
    {
        Assert.True(Read($"{Head} 0904 00 00 02 0A 00 00 00 0904 01 00 00 FE 01 01 04 0721 09 E803 4000 0904 05 00 00 FE 01 02 06 {Functional}", out var found));
        Assert.Equal([(1, false, 0x0100, 64), (5, true, 0x011A, 4096)], found.Select(i => ((int)i.Number, i.IsDfuMode, (int)i.Version, (int)i.TransferSize)));
    }

    [Theory]
    [InlineData("0904 00 00 00 FE 01 02 06")]
    [InlineData("0904 00 00 00 FE 01 02 06 0921 0B FF00 0000 1A01")]
    [InlineData("0904 00 00 00 FE 01 02 06 0921 0B FF00 0010")]
    [InlineData("0904 00 00 00 FE 01 02 06 0004")]
    [InlineData("0904 00 00 00 FE 01 02 06 FF04")]
    [InlineData("0904 00 00 00 FE 01 02 06 0904 00 00 00 FE 01 02 07 " + Functional)]
    [InlineData("0904 00 00 02 0A 00 00 00 " + Functional)]
    public void Descriptors_that_lie_are_refused(string items) => Assert.False(Read($"{Head} {items}", out _));

    [Fact]
    public void Two_hundred_and_fifty_five_interfaces_are_read_and_none_is_taken_for_another()
    {
        var items = string.Concat(Enumerable.Range(0, 255).Select(i => $"0904 {i:X2} 00 00 {(i == 200 ? "FE" : "FF")} 01 02 00 {Functional}"));
        Assert.True(Read($"{Head} {items}", out var found));
        Assert.Equal(200, Assert.Single(found).Number);
    }

    [Fact]
    public void No_bytes_make_the_reader_throw() => Prop.ForAll<byte[]>(bytes =>
    {
        DfuDescriptors.TryRead(bytes, out var found);
        return found.Count <= bytes.Length;
    }).QuickCheckThrowOnFailure();

    static bool Read(string hex, out IReadOnlyList<DfuInterfaceDescriptor> found) =>
        DfuDescriptors.TryRead(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out found);
}

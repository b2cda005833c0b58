using System.Security.Cryptography;
using System.Text;
using Pogoline.FactoryData;
using Pogoline.Host.FactoryData;
using Pogoline.Platforms;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.FactoryData;

public class FactoryRowTests
{
    static readonly string Claim = new('c', 63);

    [Theory]
    [InlineData("photon", 2082, 384), InlineData("p1", 2082, 384), InlineData("electron", 3298, 192), InlineData("boron", 3298, 192), InlineData("tracker", 3298, 192)]
    public void Values_become_bytes_at_the_offsets_of_the_platform(string platform, int keyOffset, int keySize)
    {
        var isTcp = keySize == 384;
        var key = isTcp ? Rsa() : Curve(ECCurve.NamedCurves.nistP256);
        var values = Row(("serverKey", Convert.ToBase64String(key)), ("claimCode", "abc"), ("setupCode", "XYZ123")).For(PlatformCatalog.Require(platform));
        Assert.Equal([1762, 1852, keyOffset], values.Select(v => (int)v.Field.Offset));
        Assert.Equal([63, 6, keySize], values.Select(v => v.Bytes.Length));
        Assert.Equal("abc" + new string('\0', 60), Encoding.ASCII.GetString(values[0].Bytes.Span));
        Assert.Equal("XYZ123", Encoding.ASCII.GetString(values[1].Bytes.Span));
        Assert.True(values[2].Bytes.Span.StartsWith(key));
        Assert.Equal(-1, values[2].Bytes.Span[key.Length..].IndexOfAnyExcept((byte)0xFF));
    }

    [Fact]
    public void No_field_touches_another_or_the_flags_that_programming_uses()
    {
        foreach (var platform in PlatformCatalog.Supported)
        {
            var places = FactoryField.All.Where(f => f.Platforms.Contains(platform.Name)).Select(f => AddressRange.Of(new(f.Offset), (uint)f.Size)).ToList();
            Assert.Equal(3, places.Count);
            Assert.All(places, place => Assert.All(places.Where(p => p != place), other => Assert.False(place.Overlaps(other))));
            foreach (var flag in new[] { platform.Traits.OtaFlag?.Offset, platform.Traits.SetupDone?.Offset }.OfType<ushort>())
                Assert.All(places, place => Assert.False(place.Contains(new FlashAddress(flag))));
        }
    }

    [Theory]
    [InlineData("claimCode", ""), InlineData("claimCode", "with space"), InlineData("claimCode", "ümlaut")]
    [InlineData("setupCode", "12345"), InlineData("setupCode", "1234567"), InlineData("serverKey", "no base64"), InlineData("serverKey", "AAAA"), InlineData("mobileSecret", "x")]
    public void A_value_that_does_not_fit_is_refused_without_being_shown(string field, string value)
    {
        var fault = Assert.Throws<PogolineException>(() => Row((field, value)).For(PlatformCatalog.Require("boron")));
        Assert.Equal(FactoryFaults.Value, fault.Code);
        if (value.Length > 1) Assert.DoesNotContain(value, fault.ToString(), StringComparison.Ordinal);
        Assert.Contains("row 7", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_key_of_another_kind_is_refused()
    {
        foreach (var (platform, key) in new[] { ("boron", Rsa()), ("photon", Curve(ECCurve.NamedCurves.nistP256)) })
            Assert.Equal(FactoryFaults.Value, Assert.Throws<PogolineException>(() => Row(("serverKey", Convert.ToBase64String(key))).For(PlatformCatalog.Require(platform))).Code);
        Assert.Equal(FactoryFaults.Value, Assert.Throws<PogolineException>(() => Row(("claimCode", Claim + "c")).For(PlatformCatalog.Require("boron"))).Code);
    }

    [Fact]
    public void Neither_row_nor_value_prints_a_secret()
    {
        var row = Row(("claimCode", "TOPSECRET"), ("setupCode", "SECRET"));
        Assert.Equal("row 7 (claimCode, setupCode)", row.ToString());
        Assert.DoesNotContain("SECRET", $"{row}{string.Concat(row.For(PlatformCatalog.Require("boron")))}{row.Fingerprint}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("claimCode,setupCode\nabc,123456\ndef,123457\n")]
    [InlineData("\uFEFFSETUPCODE;claimcode\r\n123456;abc\r\n123457;def\r\n")]
    [InlineData("claimCode\tsetupCode\n\"abc\"\t 123456 \n\"def\"\t123457")]
    public void A_table_is_read_in_the_forms_that_programs_write(string text)
    {
        using var folder = new TemporaryFolder();
        var table = FactoryTable.Read(folder.Write("a.csv", Encoding.UTF8.GetBytes(text)));
        Assert.Equal(["claimCode", "setupCode"], table.Fields.Order());
        Assert.Equal(["abc", "def"], table.Rows.Select(r => Encoding.ASCII.GetString(r.For(PlatformCatalog.Require("boron"))[0].Bytes.Span).TrimEnd('\0')));
        // The same device data is the same row, however the table is written.
        Assert.Equal(Row(("claimCode", "abc"), ("setupCode", "123456")).Fingerprint, table.Rows[0].Fingerprint);
    }

    [Theory]
    [InlineData("", "factory-table")]
    [InlineData("claimCode,colour\nSECRET,red\n", "factory-table")]
    [InlineData("claimCode,claimcode\nSECRET,b\n", "factory-table")]
    [InlineData("claimCode,setupCode\nSECRET\n", "factory-table")]
    [InlineData("claimCode,setupCode\nSECRET,1,2\n", "factory-table")]
    [InlineData("claimCode,setupCode\nSECRET,\n", "factory-table")]
    [InlineData("claimCode,setupCode\nSECRET,123456\nb,123457\nSECRET,123456\n", "factory-row-twice")]
    public void A_table_that_is_none_is_refused_without_its_values(string text, string code)
    {
        using var folder = new TemporaryFolder();
        var fault = Assert.Throws<PogolineException>(() => FactoryTable.Read(folder.Write("a.csv", Encoding.UTF8.GetBytes(text))));
        Assert.Equal(code, fault.Code.Name);
        Assert.DoesNotContain("SECRET", fault.ToString(), StringComparison.Ordinal);
    }

    static FactoryRow Row(params (string Name, string Value)[] values) => new(7, values.ToDictionary(v => v.Name, v => v.Value));

    static byte[] Rsa()
    {
        using var key = RSA.Create(2048);
        return key.ExportSubjectPublicKeyInfo();
    }

    static byte[] Curve(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return key.ExportSubjectPublicKeyInfo();
    }
}

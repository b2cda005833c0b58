using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Pogoline.Lab.Control;

namespace Pogoline.Tests.Lab;

public sealed class ControlMessageTests
{
    enum Kind
    {
        Number,
        Flag,
        Text,
        Bytes,
        Fixed32,
        Parts,
    }

    sealed record Field(string Name, int Number, Kind Kind, Field[]? Parts = null);

    static readonly Field[] Dependency = [new("type", 1, Kind.Number), new("index", 2, Kind.Number), new("version", 3, Kind.Number)];

    // The messages that virtual boards read or write, and some that come near to them.
    static readonly Dictionary<string, Field[]> Messages = new()
    {
        ["GetDeviceIdReply"] = [new("id", 1, Kind.Text)],
        ["GetSerialNumberReply"] = [new("serial", 1, Kind.Text)],
        ["GetSystemVersionReply"] = [new("version", 1, Kind.Text)],
        ["GetNcpFirmwareVersionReply"] = [new("version", 1, Kind.Text), new("module_version", 2, Kind.Number)],
        ["GetSystemCapabilitiesReply"] = [new("flags", 1, Kind.Fixed32)],
        ["SetFeatureRequest"] = [new("feature", 1, Kind.Number), new("enabled", 2, Kind.Flag)],
        ["GetFeatureRequest"] = [new("feature", 1, Kind.Number)],
        ["GetFeatureReply"] = [new("enabled", 1, Kind.Flag)],
        ["IsDeviceSetupDoneReply"] = [new("done", 1, Kind.Flag)],
        ["SetDeviceSetupDoneRequest"] = [new("done", 1, Kind.Flag)],
        ["GetDeviceModeReply"] = [new("mode", 1, Kind.Number)],
        ["SetStartupModeRequest"] = [new("mode", 1, Kind.Number)],
        ["GetProtectedStateReply"] = [new("state", 1, Kind.Flag), new("overridden", 2, Kind.Flag)],
        ["IsClaimedReply"] = [new("claimed", 1, Kind.Flag)],
        ["SetClaimCodeRequest"] = [new("code", 1, Kind.Text)],
        ["SetSecurityKeyRequest"] = [new("type", 1, Kind.Number), new("data", 2, Kind.Bytes)],
        ["GetSecurityKeyRequest"] = [new("type", 1, Kind.Number)],
        ["GetSecurityKeyReply"] = [new("data", 1, Kind.Bytes)],
        ["SetServerAddressRequest"] = [new("protocol", 1, Kind.Number), new("address", 2, Kind.Text), new("port", 3, Kind.Number)],
        ["GetServerAddressRequest"] = [new("protocol", 1, Kind.Number)],
        ["GetServerAddressReply"] = [new("address", 1, Kind.Text), new("port", 2, Kind.Number)],
        ["SetServerProtocolRequest"] = [new("protocol", 1, Kind.Number)],
        ["GetServerProtocolReply"] = [new("protocol", 1, Kind.Number)],
        ["StartFirmwareUpdateRequest"] = [new("size", 1, Kind.Number), new("format", 2, Kind.Number)],
        ["StartFirmwareUpdateReply"] = [new("chunk_size", 1, Kind.Number)],
        ["FirmwareUpdateDataRequest"] = [new("data", 1, Kind.Bytes)],
        ["FinishFirmwareUpdateRequest"] = [new("validate_only", 1, Kind.Flag)],
        ["GetModuleInfoReply"] =
        [
            new("modules_deprecated", 1, Kind.Parts,
            [
                new("type", 1, Kind.Number), new("index", 2, Kind.Number), new("version", 3, Kind.Number), new("size", 4, Kind.Number),
                new("validity", 5, Kind.Number), new("dependencies", 6, Kind.Parts, Dependency),
            ]),
            new("modules", 2, Kind.Parts,
            [
                new("type", 1, Kind.Number), new("index", 2, Kind.Number), new("version", 3, Kind.Number), new("store", 4, Kind.Number),
                new("max_size", 5, Kind.Number), new("checked_flags", 6, Kind.Fixed32), new("passed_flags", 7, Kind.Fixed32),
                new("hash", 8, Kind.Bytes), new("dependencies", 9, Kind.Parts, Dependency),
                new("asset_dependencies", 10, Kind.Parts,
                    [new("hash", 1, Kind.Bytes), new("name", 2, Kind.Text), new("size", 3, Kind.Number), new("storage_size", 4, Kind.Number)]),
                new("size", 11, Kind.Number), new("security", 12, Kind.Parts, [new("mode", 1, Kind.Number)]),
            ]),
        ],
        ["GetConnectionStatusReply"] = [new("status", 1, Kind.Number)],
        ["GetIccidReply"] = [new("iccid", 1, Kind.Text), new("imei", 2, Kind.Text)],
    };


    [Fact]
    public void Most_recorded_messages_are_among_those_that_are_compared() =>
        Assert.InRange(Lines().Count(line => Messages.ContainsKey(NameOf(line))), 90, 197);

    [Fact]
    public void They_are_written_as_another_library_writes_them()
    {
        foreach (var line in Lines().Where(line => Messages.ContainsKey(NameOf(line))))
        {
            var written = Write(line.GetProperty("value"), Messages[NameOf(line)]).Message;
            Assert.Equal((NameOf(line), line.GetProperty("hex").GetString()), (NameOf(line), Convert.ToHexStringLower(written.Span)));
        }
    }

    [Fact]
    public void They_are_read_with_or_without_the_defaults()
    {
        foreach (var line in Lines().Where(line => Messages.TryGetValue(NameOf(line), out var fields) && fields.All(f => f.Kind != Kind.Parts)))
        {
            var fields = Messages[NameOf(line)];
            foreach (var form in new[] { "hex", "hex_with_defaults_written" })
            {
                if (!line.TryGetProperty(form, out var hex)) continue;
                Assert.True(ProtoMessage.TryRead(Convert.FromHexString(hex.GetString()!), [.. fields.Select(f => TypeOf(f.Kind))], out var message));
                foreach (var field in fields) Assert.Equal(TextOf(line.GetProperty("value"), field), Read(message, field));
            }
        }
    }

    [Fact]
    public void A_message_that_is_cut_is_none()
    {
        byte[] whole = [0x0A, 0x03, 0x61, 0x62, 0x63, 0x15, 1, 2, 3, 4, 0x18, 0x80, 0x01];
        ProtoType[] known = [ProtoType.Bytes, ProtoType.Fixed32, ProtoType.Varint];
        int[] ends = [0, 5, 10, 13];
        for (var length = 0; length <= whole.Length; length++)
            Assert.Equal(ends.Contains(length), ProtoMessage.TryRead(whole.AsMemory(0, length), known, out _));
    }

    [Theory]
    [InlineData("00")]
    [InlineData("07")]
    [InlineData("0b")]
    [InlineData("0affffffffffffffffff01")]
    [InlineData("08ffffffffffffffffffff01")]
    public void What_is_no_message_is_refused(string hex) =>
        Assert.False(ProtoMessage.TryRead(Convert.FromHexString(hex), [ProtoType.Varint], out _));

    static ProtoWriter Write(JsonElement value, Field[] fields)
    {
        var writer = new ProtoWriter();
        foreach (var field in fields)
        {
            if (!value.TryGetProperty(field.Name, out var member)) continue;
            switch (field.Kind)
            {
                case Kind.Number: writer.Number(field.Number, (ulong)member.GetInt64()); break;
                case Kind.Fixed32: writer.Fixed32(field.Number, member.GetUInt32()); break;
                case Kind.Flag: writer.Flag(field.Number, member.GetBoolean()); break;
                case Kind.Text: writer.Text(field.Number, member.GetString()!); break;
                case Kind.Bytes: writer.Bytes(field.Number, Convert.FromHexString(member.GetProperty("bytes").GetString()!)); break;
                case Kind.Parts:
                    foreach (var part in member.ValueKind == JsonValueKind.Array ? member.EnumerateArray().ToArray() : [member]) writer.Part(field.Number, Write(part, field.Parts!));
                    break;
            }
        }
        return writer;
    }

    static string Read(ProtoMessage message, Field field) => field.Kind switch
    {
        Kind.Text => Encoding.UTF8.GetString(message.Bytes(field.Number).Span),
        Kind.Bytes => Convert.ToHexStringLower(message.Bytes(field.Number).Span),
        Kind.Flag => message.Flag(field.Number) ? "true" : "false",
        _ => $"{(long)message.Number(field.Number)}",
    };

    static string TextOf(JsonElement value, Field field) => (value.TryGetProperty(field.Name, out var member), field.Kind) switch
    {
        (false, Kind.Text or Kind.Bytes) => "",
        (false, Kind.Flag) => "false",
        (false, _) => "0",
        (true, Kind.Bytes) => member.GetProperty("bytes").GetString()!,
        _ => member.ToString() is var text && field.Kind == Kind.Flag ? text.ToLowerInvariant() : member.ToString(),
    };

    static ProtoType TypeOf(Kind kind) => kind switch
    {
        Kind.Text or Kind.Bytes => ProtoType.Bytes,
        Kind.Fixed32 => ProtoType.Fixed32,
        _ => ProtoType.Varint,
    };

    static string NameOf(JsonElement line) => line.GetProperty("message").GetString()!.Split('.')[^1];

    static IEnumerable<JsonElement> Lines()
    {
        using var reader = new StreamReader(new BrotliStream(
            File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", "control-messages.jsonl.br")), CompressionMode.Decompress));
        while (reader.ReadLine() is { } text) yield return JsonDocument.Parse(text).RootElement.Clone();
    }
}

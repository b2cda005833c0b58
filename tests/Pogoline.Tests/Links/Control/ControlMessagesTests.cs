using System.Reflection;
using Google.Protobuf;
using Pogoline.Lab.Board;
using Pogoline.Links.Control;
using Pogoline.Links.Control.Messages;

namespace Pogoline.Tests.Links.Control;

/// <summary>Our own message definitions against the same messages encoded by another library from the vendor's.</summary>
public class ControlMessagesTests
{
    static readonly Dictionary<string, MessageParser> Ours = typeof(GetDeviceIdReply).Assembly.GetTypes()
        .Where(t => t.Namespace == typeof(GetDeviceIdReply).Namespace && typeof(IMessage).IsAssignableFrom(t) && t.DeclaringType is null)
        .ToDictionary(t => t.Name, t => (MessageParser)t.GetProperty("Parser", BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!);

    // What newer systems say beyond what is used here.
    static readonly string[] Beyond = ["GetModuleInfoReply-from-5-6-0"];

    [Fact]
    public void Every_message_that_we_define_is_read_and_written_to_the_byte()
    {
        var names = new HashSet<string>();
        foreach (var item in GoldenFile.Read("control-messages.jsonl.br"))
        {
            var name = item.GetProperty("message").GetString()!.Split('.')[^1];
            if (!Ours.TryGetValue(name, out var parser)) continue;
            var hex = item.GetProperty("hex").Hex();
            var back = parser.WithDiscardUnknownFields(true).ParseFrom(hex);
            if (!Beyond.Contains(item.Name())) Assert.True(hex.AsSpan().SequenceEqual(back.ToByteArray()), item.Name());
            names.Add(name);
        }
        Assert.Equal(Ours.Keys.Order(), names.Order());
    }

    [Fact]
    public async Task The_calls_send_what_the_vendor_s_library_would_send()
    {
        var device = new ScriptedControlDevice();
        var requests = new ControlRequests(await ControlSession.OpenAsync(device, LabClock.Immediate().HostTime, default));
        await requests.SetServerAddressAsync(ServerProtocol.Udp, "device.spark.io", 5683, default);
        await requests.SetKeyAsync(SecurityKeyType.UdpServerPublic, Counting(91), default);
        await requests.SetClaimCodeAsync("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz01234567890", default);
        await requests.SetSetupDoneAsync(true, default);
        await requests.SetSetupDoneAsync(false, default);
        var sent = device.Handled.Select(h => (h.Type, Convert.ToHexStringLower(h.Payload))).ToList();
        Assert.Equal((220, "0802120f6465766963652e737061726b2e696f18b32c"), sent[0]);
        Assert.Contains(sent[1].Item2, Golden("particle.ctrl.SetSecurityKeyRequest"));
        Assert.Contains(sent[2].Item2, Golden("particle.ctrl.SetClaimCodeRequest"));
        Assert.Equal([(73, "0801"), (73, "")], sent[3..]);
    }

    [Fact]
    public void The_modules_are_the_same_from_both_forms_of_the_reply()
    {
        Assert.Equal(["bootloader 1100 None", "system part 1 3301 None", "user part 1 6 Dependencies", "SoftDevice 202 None"], Modules("GetModuleInfoReply-before-5-6-0")[..4]);
        Assert.Equal(["bootloader 3003 None", "system part 1 6200 None"], Modules("GetModuleInfoReply-from-5-6-0")[..2]);
    }

    static List<string> Modules(string name)
    {
        ModuleInfo.TryRead(GoldenFile.Scenario("control-messages.jsonl.br", name).GetProperty("hex").Hex(), out var modules);
        return [.. modules.Select(m => $"{m.Id} {m.Version} {m.Failed}")];
    }

    static IEnumerable<string> Golden(string message) =>
        GoldenFile.Read("control-messages.jsonl.br").Where(m => m.GetProperty("message").GetString() == message).Select(m => m.GetProperty("hex").GetString()!);

    static byte[] Counting(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)i)];
}

using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Pogoline.Lab.Board;
using Pogoline.Links;
using Pogoline.Links.Listening;
using Pogoline.Tests.Modules;

namespace Pogoline.Tests.Links.Listening;

/// <summary>The console's client against what Device OS's own console said, clean and spoilt.</summary>
public class ListeningConsoleTests
{
    const string Log = "0000012345 [system] INFO: Device ID: not yet, IMEI: no\r\n";

    [Theory, InlineData(""), InlineData(Log), InlineData("\xff\0garbage\x18\x06 C")]
    public async Task The_answers_are_found_between_whatever_else_is_on_the_line(string noise)
    {
        var console = Make("command-i", noise);
        Assert.Equal(new("e00fce680123456789abcdef", "B40HAB123456789", "352753090123456", "89014103271226425901", "L0.0.00.00.05.08"), await console.IdentifyAsync(default));
        Assert.Equal("3.3.1", await console.GetVersionAsync(default));
        Assert.Equal("0a:e0:0f:ce:68:ff", await console.FindMacAddressAsync(default));
        Assert.False(await Make("c-not-claimed", noise).IsClaimedAsync(default));
        Assert.True(await Make("c-claimed", noise).IsClaimedAsync(default));
    }

    [Fact]
    public async Task A_board_without_properties_gives_its_device_ID()
    {
        Assert.Equal(new("e00fce680123456789abcdef", null, null, null, null), await Make("i-no-properties").IdentifyAsync(default));
        var unreachable = await Make("i-empty-modem-answers").IdentifyAsync(default);
        Assert.Equal(("B40HAB123456789", null, null), (unreachable.SerialNumber, unreachable.Imei, unreachable.Iccid));
    }

    [Fact]
    public async Task An_address_of_zeros_is_none() => Assert.Null(await Make("m-no-ip-config").FindMacAddressAsync(default));

    [Theory, InlineData("s-boron", 13, "bootloader 1100, system part 1 3301, user part 1 6, SoftDevice 202"), InlineData("s-no-modules", 13, "")]
    public async Task The_modules_are_read(string scenario, int platform, string modules)
    {
        var said = await Make(scenario).InspectAsync(default);
        Assert.Equal(platform, said.PlatformId);
        Assert.Equal(modules, string.Join(", ", said.Modules.Select(m => $"{m.Id} {m.Version}")));
        Assert.All(said.Modules, m => Assert.Equal(ModuleChecks.None, m.Failed));
    }

    [Fact]
    public async Task Silence_echo_and_a_missing_port_are_told_apart()
    {
        var silent = new Wire();
        Assert.Equal(ListeningFaults.Silent, (await Assert.ThrowsAsync<PogolineException>(async () => await silent.Console.GetVersionAsync(default))).Code);
        Assert.InRange(silent.Clock.Elapsed.TotalSeconds, 4, 6);
        var echo = new Wire();
        echo.Line.Receive = bytes => echo.Line.Say(bytes);
        Assert.Equal(ListeningFaults.Nonsense, (await Assert.ThrowsAsync<PogolineException>(async () => await echo.Console.IdentifyAsync(default))).Code);
        var pulled = new Wire();
        pulled.Line.IsPulled = true;
        Assert.Equal(ListeningFaults.Gone, (await Assert.ThrowsAsync<PogolineException>(async () => await pulled.Console.GetVersionAsync(default))).Code);
    }

    [Fact]
    public async Task A_modem_that_takes_20_seconds_is_waited_for_and_what_it_says_is_in_the_answer()
    {
        var wire = new Wire();
        wire.Line.Receive = bytes =>
        {
            foreach (var c in Encoding.ASCII.GetString(bytes))
            {
                if (c == 'v') wire.Line.Say("system firmware version: 2.2.0\n\r\n"u8.ToArray(), bytes.Length > 1 ? 20.001 : 0);
                if (c != 'i') continue;
                wire.Line.Say("Device ID: e00fce680123456789abcdef\r\n"u8.ToArray());
                wire.Line.Say("IMEI: 352753090123456\r\n"u8.ToArray(), 20);
            }
        };
        Assert.Equal("352753090123456", (await wire.Console.IdentifyAsync(default)).Imei);
    }

    [Theory]
    [InlineData("wifi-wpa2", "secret12"), InlineData("wifi-open", ""), InlineData("wifi-scan-finds-wpa2-aes", "secret12")]
    public async Task Wifi_credentials_are_given_to_whatever_the_board_asks(string scenario, string password)
    {
        var (console, device) = Play(scenario);
        await console.SetWifiAsync(new("MyNet", password), default);
        Assert.True(device.IsOver);
        Assert.All(device.Written.Skip(1), w => Assert.Equal(Encoding.ASCII.GetString(w.Recorded), Encoding.ASCII.GetString(w.Ours)));
    }

    [Fact]
    public async Task Credentials_that_the_board_cannot_save_are_a_fault()
    {
        var (console, _) = Play("wifi-save-fails");
        Assert.Equal(ListeningFaults.Refused, (await Assert.ThrowsAsync<PogolineException>(async () => await console.SetWifiAsync(new("MyNet", "secret12"), default))).Code);
    }

    [Theory, InlineData("", "x"), InlineData("123456789012345678901234567890123", "x"), InlineData("net", "12345678901234567890123456789012345678901234567890123456789012345"), InlineData("a\rb", "x")]
    public async Task What_the_console_cannot_take_is_not_sent(string ssid, string password)
    {
        var wire = new Wire();
        Assert.Equal(ListeningFaults.Refused, (await Assert.ThrowsAsync<PogolineException>(async () => await wire.Console.SetWifiAsync(new(ssid, password), default))).Code);
        Assert.Equal(0, wire.Line.Writes);
    }

    [Fact]
    public async Task A_claim_code_is_stored_or_refused()
    {
        const string code = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz01234567890";
        var device = new RecordedSerialDevice(GoldenFile.Scenario("console.jsonl.br", "claim-code-cr"), new VirtualTime());
        await new ListeningConsole(device, LabClock.Immediate().HostTime).SetClaimCodeAsync(code, default);
        Assert.Equal(device.Written[1].Recorded, device.Written[1].Ours);
        Assert.Equal(ListeningFaults.Refused, (await Assert.ThrowsAsync<PogolineException>(async () => await new Wire().Console.SetClaimCodeAsync(code[1..], default))).Code);
    }

    [Fact]
    public void Nothing_that_arrives_makes_the_readers_throw_or_linger() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(
        (from noise in ModuleGenerators.Bytes(0, 3000)
         from scenario in Gen.Elements("command-i", "s-boron", "s-argon", "i-boron")
         from cut in Gen.Choose(0, 2000)
         from flip in Gen.Choose(0, 2000)
         select (noise, scenario, cut, flip)).ToArbitrary(), item =>
    {
        var said = Reply(item.scenario);
        if (item.flip < said.Length) said[item.flip] ^= 0x11;
        var text = Encoding.Latin1.GetString([.. item.noise, .. said.Take(item.cut), .. item.noise]);
        ConsoleReplies.FindVersion(text);
        ConsoleReplies.FindIdentity(text);
        ConsoleReplies.FindMacAddress(text);
        ConsoleReplies.FindClaimed(text);
        ConsoleReplies.FindInspection(text);
    }));

    [Fact]
    public async Task A_flood_without_an_end_is_given_up()
    {
        var wire = new Wire { IsFlooding = true };
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ListeningFaults.Nonsense, (await Assert.ThrowsAsync<PogolineException>(async () => await wire.Console.GetVersionAsync(default))).Code);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1L << 31);
    }

    static byte[] Reply(string scenario) => [.. GoldenFile.Scenario("console.jsonl.br", scenario).GetProperty("steps").EnumerateArray()
        .SelectMany(s => s.GetProperty("device").EnumerateArray()).SelectMany(d => d.GetProperty("serial").Hex())];

    /// <summary>A console that answers one question as recorded and the others as a usual board does, each behind noise.</summary>
    static ListeningConsole Make(string scenario, string noise = "")
    {
        var wire = new Wire();
        var recorded = GoldenFile.Scenario("console.jsonl.br", scenario);
        var asked = (char)recorded.GetProperty("steps")[0].GetProperty("host").GetProperty("serial").Hex()[0];
        wire.Line.Receive = bytes =>
        {
            foreach (var c in bytes.Select(b => (char)b))
            {
                var reply = c == asked ? Reply(scenario) : Reply($"command-{c}");
                wire.Line.Say([.. Encoding.Latin1.GetBytes(noise), .. reply, .. Encoding.Latin1.GetBytes(noise)]);
            }
        };
        return wire.Console;
    }

    static (ListeningConsole Console, RecordedSerialDevice Device) Play(string scenario)
    {
        // The client asks for the version before it begins.
        var recorded = JsonSerializer.SerializeToNode(GoldenFile.Scenario("console.jsonl.br", scenario))!;
        var version = JsonSerializer.SerializeToNode(GoldenFile.Scenario("console.jsonl.br", "wifi-command-v"))!["steps"]![0]!;
        recorded["steps"]!.AsArray().Insert(0, version.DeepClone());
        var device = new RecordedSerialDevice(JsonSerializer.SerializeToElement(recorded), new VirtualTime());
        return (new(device, LabClock.Immediate().HostTime), device);
    }

    sealed class Wire
    {
        readonly LabClock _lab = LabClock.Immediate();

        public Wire() => Line = new(Clock) { Patience = TimeSpan.FromMilliseconds(1), Silence = () => IsFlooding ? new byte[2000] : null };

        public bool IsFlooding { get; init; }

        public VirtualTime Clock => (VirtualTime)_lab.Time;

        public ReceiverWire Line { get; }

        public ListeningConsole Console => new(Line, _lab.HostTime);
    }
}

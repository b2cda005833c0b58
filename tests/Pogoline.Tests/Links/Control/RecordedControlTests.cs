using Pogoline.Lab.Board;
using Pogoline.Links.Control;

namespace Pogoline.Tests.Links.Control;

/// <summary>The host's side against what Device OS's own code answered.</summary>
public class RecordedControlTests
{
    [Theory, InlineData("control-handlers.jsonl.br", 60), InlineData("control-service.jsonl.br", 40)]
    public async Task Every_request_that_was_recorded_whole_gives_its_result_and_its_reply(string file, int atLeast)
    {
        var played = 0;
        foreach (var scenario in GoldenFile.Read(file))
        {
            if (RecordedRequest.Parse(scenario) is not { } requests) continue;
            var session = await ControlSession.OpenAsync(new RecordedControlPipe(requests), LabClock.Immediate().HostTime, CancellationToken.None);
            foreach (var request in requests)
            {
                var reply = await session.RequestAsync((ControlRequestType)request.Type, request.Payload, ControlSession.DefaultTimeout, CancellationToken.None);
                Assert.True(request.Result == reply.Result.Code && request.Data.AsSpan().SequenceEqual(reply.Data.Span), scenario.Name());
            }
            played++;
        }
        Assert.InRange(played, atLeast, int.MaxValue);
    }

    [Fact]
    public async Task The_typed_calls_read_what_the_handlers_answer()
    {
        Assert.Equal("e00fce680123456789abcdef", await (await PlayAsync("device-id")).GetDeviceIdAsync(default));
        Assert.Equal("B40HAB123456789", await (await PlayAsync("serial-number")).FindSerialNumberAsync(default));
        Assert.Null(await (await PlayAsync("serial-number-missing")).FindSerialNumberAsync(default));
        Assert.Equal("3.3.1", await (await PlayAsync("system-version")).GetSystemVersionAsync(default));
        Assert.True(await (await PlayAsync("is-claimed-yes")).IsClaimedAsync(default));
        Assert.False(await (await PlayAsync("is-claimed-no")).IsClaimedAsync(default));
        Assert.Empty(await (await PlayAsync("module-info-none")).GetModulesAsync(default));
        var modules = await (await PlayAsync("module-info")).GetModulesAsync(default);
        Assert.Equal(["bootloader 1100", "system part 1 3301", "user part 1 6"], modules.Select(m => $"{m.Id} {m.Version}"));
    }

    static async Task<ControlRequests> PlayAsync(string name) => new(await ControlSession.OpenAsync(
        new RecordedControlPipe(RecordedRequest.Parse(GoldenFile.Scenario("control-handlers.jsonl.br", name))!), LabClock.Immediate().HostTime, CancellationToken.None));
}

using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Pogoline.Lab.Replay;

namespace Pogoline.Tests.Lab;

public sealed class SystemReplayTests
{
    [Theory]
    [InlineData("control-service.jsonl.br", 814)]
    [InlineData("control-handlers.jsonl.br", 87)]
    [InlineData("ymodem.jsonl.br", 242)]
    [InlineData("console.jsonl.br", 173)]
    public async Task The_running_system_answers_every_recorded_conversation_to_the_byte(string file, int scenarios)
    {
        var replayer = new Replayer();
        await replayer.PlayAsync(Path.Combine(AppContext.BaseDirectory, "Golden", file), CancellationToken.None);
        var report = replayer.Report;
        Assert.Empty(report.Differences);
        Assert.Equal((scenarios, scenarios, ExitCode.Passed), (report.Scenarios, report.Agreed, report.Exit));
    }

    [Theory]
    [InlineData("control-service.jsonl.br", "in")]
    [InlineData("control-handlers.jsonl.br", "in")]
    public async Task A_flipped_digit_in_any_reply_is_noticed(string file, string what)
    {
        var random = new Random(1);
        var (replayer, expected) = (new Replayer(), 0);
        // Where a defect of the recorded code shows, the lab goes its own way.
        foreach (var scenario in Lines(file).Where(scenario => scenario["end"]!["stale_pointer"] is null).Where((_, i) => i % 3 == 0))
        {
            var answers = Steps(scenario).Where(step => step["device"]?["in"] is not null).ToArray();
            if (answers.Length == 0) continue;
            Flip(answers[random.Next(answers.Length)]["device"]!, "in", random);
            await Play(scenario, replayer);
            expected++;
        }
        Assert.True(expected > 20);
        Assert.Equal(expected, replayer.Report.Differences.Count);
        Assert.All(replayer.Report.Differences, difference => Assert.Equal(what, difference.What));
    }

    [Theory]
    [InlineData("ymodem.jsonl.br")]
    [InlineData("console.jsonl.br")]
    public async Task A_flipped_digit_in_what_the_port_sends_is_noticed(string file)
    {
        var random = new Random(2);
        var (replayer, expected) = (new Replayer(), 0);
        foreach (var scenario in Lines(file).Where((_, i) => i % 3 == 0))
        {
            var answers = Steps(scenario).SelectMany(step => step["device"]!.AsArray()).ToArray();
            if (answers.Length == 0) continue;
            Flip(answers[random.Next(answers.Length)]!, "serial", random);
            await Play(scenario, replayer);
            expected++;
        }
        Assert.True(expected > 20);
        Assert.Equal(expected, replayer.Report.Differences.Count);
        Assert.All(replayer.Report.Differences, difference => Assert.Equal("device", difference.What));
    }

    [Theory]
    [InlineData("control-service.jsonl.br")]
    [InlineData("ymodem.jsonl.br")]
    [InlineData("console.jsonl.br")]
    public async Task An_event_that_is_missing_or_too_much_is_noticed(string file)
    {
        var scenario = Lines(file).First(scenario => Steps(scenario).Any(step => step["events"] is not null));
        Steps(scenario).First(step => step["events"] is not null)["events"]!.AsArray().RemoveAt(0);
        Assert.Equal("events", Assert.Single((await Play(scenario)).Differences).What);
    }

    [Theory]
    [InlineData("ymodem.jsonl.br", "at_ms", 1)]
    [InlineData("console.jsonl.br", "at_ms", 1)]
    public async Task A_millisecond_more_is_noticed(string file, string member, int more)
    {
        var scenario = Lines(file).First();
        var answer = Steps(scenario).First(step => step["device"]!.AsArray().Count > 0)["device"]![0]!;
        answer[member] = (int)answer[member]! + more;
        Assert.Single((await Play(scenario)).Differences);
    }

    [Fact]
    public async Task More_or_less_work_for_the_system_thread_is_noticed()
    {
        var scenario = Lines("control-handlers.jsonl.br").First();
        var step = Steps(scenario).First(step => step["system"] is not null)["system"]!;
        step["ran"] = 2;
        Assert.Equal("ran", Assert.Single((await Play(scenario)).Differences).What);
    }

    [Theory]
    [InlineData("state", "returned 0")]
    [InlineData("at_ms", 7)]
    public async Task Another_end_is_noticed(string member, object value)
    {
        var scenario = Lines("ymodem.jsonl.br").First();
        scenario["end"]![member] = value is int number ? JsonValue.Create(number) : JsonValue.Create((string)value);
        Assert.Equal(member, Assert.Single((await Play(scenario)).Differences).What);
    }

    [Theory]
    [InlineData("control-service.jsonl.br")]
    [InlineData("ymodem.jsonl.br")]
    public async Task A_member_that_nobody_knows_is_not_passed_over(string file)
    {
        var scenario = Lines(file).First();
        Steps(scenario).First()["surprise"] = true;
        Assert.Equal("format", Assert.Single((await Play(scenario)).Differences).What);
    }

    static IEnumerable<JsonNode> Lines(string file)
    {
        using var reader = new StreamReader(
            new BrotliStream(File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Golden", file)), CompressionMode.Decompress));
        while (reader.ReadLine() is { } text) yield return JsonNode.Parse(text)!;
    }

    static IEnumerable<JsonNode> Steps(JsonNode scenario) => scenario["steps"]!.AsArray().Select(step => step!);

    static void Flip(JsonNode holder, string member, Random random)
    {
        var hex = (string)holder[member]!;
        var at = random.Next(hex.Length);
        holder[member] = $"{hex[..at]}{(hex[at] == '0' ? '8' : '0')}{hex[(at + 1)..]}";
    }

    static async Task<ReplayReport> Play(JsonNode scenario, Replayer? replayer = null)
    {
        replayer ??= new();
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(scenario.ToJsonString()));
        await replayer.PlayAsync("changed.jsonl", content, CancellationToken.None);
        return replayer.Report;
    }
}

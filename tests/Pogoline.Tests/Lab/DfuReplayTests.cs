using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Pogoline.Lab.Replay;

namespace Pogoline.Tests.Lab;

public sealed class DfuReplayTests
{
    [Theory]
    [InlineData("dfu-gen2.jsonl.br", 876)]
    [InlineData("dfu-gen3.jsonl.br", 1110)]
    public async Task The_boards_answer_every_recorded_conversation_to_the_byte(string file, int scenarios)
    {
        var replayer = new Replayer();
        await replayer.PlayAsync(Golden(file), CancellationToken.None);
        var report = replayer.Report;
        Assert.Empty(report.Differences);
        Assert.Equal((scenarios, scenarios, ExitCode.Passed), (report.Scenarios, report.Agreed, report.Exit));
    }

    [Theory]
    [InlineData("dfu-gen2.jsonl.br", "in")]
    [InlineData("dfu-gen2.jsonl.br", "stall")]
    [InlineData("dfu-gen2.jsonl.br", "late_stall")]
    [InlineData("dfu-gen2.jsonl.br", "no_reply")]
    [InlineData("dfu-gen2.jsonl.br", "overlong")]
    [InlineData("dfu-gen3.jsonl.br", "bus_detach_attach")]
    [InlineData("dfu-gen3.jsonl.br", "reset_after_ms")]
    public async Task A_change_in_any_step_is_noticed_there(string file, string member)
    {
        var scenario = Lines(file).First(scenario => Steps(scenario).Any(step => IsSet(step[member])));
        var index = Steps(scenario).TakeWhile(step => !IsSet(step[member])).Count();
        Steps(scenario).ElementAt(index)[member] = Flipped(Steps(scenario).ElementAt(index)[member]!);
        var difference = Assert.Single((await Play(scenario)).Differences);
        Assert.Equal((index, member), (difference.Step, difference.What));
    }

    [Theory]
    [InlineData("dfu-gen3.jsonl.br", "internal_sha256")]
    [InlineData("dfu-gen3.jsonl.br", "changed")]
    [InlineData("dfu-gen3.jsonl.br", "dct_changed")]
    [InlineData("dfu-gen3.jsonl.br", "external_changed")]
    [InlineData("dfu-gen3.jsonl.br", "dct_file_length")]
    [InlineData("dfu-gen3.jsonl.br", "reset")]
    [InlineData("dfu-gen2.jsonl.br", "changed")]
    [InlineData("dfu-gen2.jsonl.br", "dct_changed")]
    [InlineData("dfu-gen2.jsonl.br", "external_changed")]
    public async Task A_change_in_what_is_left_behind_is_noticed(string file, string member)
    {
        var scenario = Lines(file).First(scenario => IsSet(scenario["end"]![member]));
        var end = scenario["end"]!;
        if (end[member] is JsonArray ranges) Flip(ranges[0]!);
        else end[member] = Flipped(end[member]!);
        var difference = Assert.Single((await Play(scenario)).Differences);
        Assert.Equal((null, member), (difference.Step, difference.What));
    }

    [Theory]
    [InlineData("dfu-gen2.jsonl.br")]
    [InlineData("dfu-gen3.jsonl.br")]
    public async Task A_flipped_digit_in_any_answer_is_noticed(string file)
    {
        var random = new Random(1);
        var (replayer, expected) = (new Replayer(), 0);
        foreach (var scenario in Lines(file).Where((_, i) => i % 7 == 0))
        {
            var answers = Steps(scenario).Where(step => step["in"] is JsonValue && (string)step["in"]! != "").ToArray();
            if (answers.Length == 0) continue;
            var answer = answers[random.Next(answers.Length)];
            answer["in"] = Flipped(answer["in"]!, random.Next(((string)answer["in"]!).Length));
            await Play(scenario, replayer);
            expected++;
        }
        Assert.True(expected > 100);
        Assert.Equal(expected, replayer.Report.Differences.Count);
        Assert.All(replayer.Report.Differences, difference => Assert.Equal("in", difference.What));
    }

    [Fact]
    public async Task A_member_that_nobody_knows_is_not_passed_over()
    {
        var scenario = Lines("dfu-gen2.jsonl.br").First();
        Steps(scenario).First()["late_surprise"] = true;
        Assert.Equal("format", Assert.Single((await Play(scenario)).Differences).What);
    }

    [Fact]
    public async Task An_unknown_kind_of_recording_is_a_difference()
    {
        var report = await PlayText("x.jsonl", """{"name":"device-id","steps":[{"host":{"setup":"c050000000000800"}}]}""");
        Assert.Equal("kind", Assert.Single(report.Differences).What);
        Assert.Equal((1, 0, ExitCode.Failed), (report.Scenarios, report.Agreed, report.Exit));
    }

    [Theory]
    [InlineData("gen3-photon")]
    [InlineData("gen3-p2")]
    public async Task A_board_that_the_lab_has_not_is_a_difference(string board)
    {
        var scenario = Lines("dfu-gen3.jsonl.br").First();
        scenario["board"] = board;
        Assert.Equal("board", Assert.Single((await Play(scenario)).Differences).What);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n  \n")]
    [InlineData("[]")]
    [InlineData("""{"steps":[]}""")]
    [InlineData("""{"name":"cut","steps":[""")]
    [InlineData("\u0001")]
    public async Task A_file_without_recordings_is_an_error(string text)
    {
        var report = await PlayText("x.jsonl", text);
        Assert.Equal(("file", ExitCode.BadInput), (Assert.Single(report.Differences).What, report.Exit));
    }

    [Theory]
    [InlineData(".br")]
    [InlineData(".gz")]
    public async Task A_truncated_or_damaged_compressed_file_is_an_error(string extension)
    {
        var whole = Compressed(extension, string.Join('\n', Lines("dfu-gen2.jsonl.br").Take(40).Select(scenario => scenario.ToJsonString())));
        Assert.Equal(ExitCode.Passed, (await PlayBytes("x" + extension, whole)).Exit);
        Assert.Equal(ExitCode.BadInput, (await PlayBytes("x" + extension, whole[..(whole.Length / 2)])).Exit);
        Assert.Equal(ExitCode.BadInput, (await PlayBytes("x" + extension, [.. Enumerable.Repeat((byte)0xAA, 500)])).Exit);
    }

    [Fact]
    public async Task A_missing_file_is_an_error_and_the_others_are_still_played()
    {
        var replayer = new Replayer();
        await replayer.PlayAsync("no-such-file.jsonl", CancellationToken.None);
        await Play(Lines("dfu-gen2.jsonl.br").First(), replayer);
        Assert.Equal((1, 1, ExitCode.BadInput), (replayer.Report.Scenarios, replayer.Report.Agreed, replayer.Report.Exit));
    }

    [Fact]
    public void Nothing_played_is_nothing_passed() => Assert.Equal(ExitCode.Failed, new Replayer().Report.Exit);

    [Fact]
    public void The_report_has_the_documented_shape()
    {
        var report = new ReplayReport
        {
            Scenarios = 2,
            Agreed = 1,
            Differences = [new("a.jsonl", 7, "normal/x", 3, "in", "00", "01"), new("a.jsonl", 9, "normal/y", null, "reset", "true", "false")],
        };
        Assert.Equal(
            """{"schema":1,"scenarios":2,"agreed":1,"differences":[{"file":"a.jsonl","line":7,"name":"normal/x","step":3,"what":"in","expected":"00","actual":"01"},{"file":"a.jsonl","line":9,"name":"normal/y","step":null,"what":"reset","expected":"true","actual":"false"}]}""",
            report.ToJson());
    }

    static string Golden(string file) => Path.Combine(AppContext.BaseDirectory, "Golden", file);

    static IEnumerable<JsonNode> Lines(string file)
    {
        using var reader = new StreamReader(new BrotliStream(File.OpenRead(Golden(file)), CompressionMode.Decompress));
        while (reader.ReadLine() is { } text) yield return JsonNode.Parse(text)!;
    }

    static IEnumerable<JsonNode> Steps(JsonNode scenario) => scenario["steps"]!.AsArray().Select(step => step!);

    static bool IsSet(JsonNode? member) => member switch
    {
        null => false,
        JsonArray ranges => ranges.Count > 0,
        JsonValue value when value.GetValueKind() == JsonValueKind.False => false,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => ((string)value!).Length > 0,
        _ => true,
    };

    static JsonValue Flipped(JsonNode value, int digit = 0) => value.GetValueKind() switch
    {
        JsonValueKind.True => JsonValue.Create(false),
        JsonValueKind.Number => JsonValue.Create((int)value + 1),
        _ => JsonValue.Create(FlippedDigit((string)value!, digit)),
    };

    static void Flip(JsonNode range)
    {
        if (range["parts"] is JsonArray parts && parts[0] is JsonValue) parts[0] = Flipped(parts[0]!);
        else if (range["parts"] is JsonArray nested) nested[0]!["repeat"] = Flipped(nested[0]!["repeat"]!);
        else if (range["hex"] is { } hex) range["hex"] = Flipped(hex);
        else range["repeat"] = Flipped(range["repeat"]!);
    }

    static string FlippedDigit(string hex, int at) => $"{hex[..at]}{(hex[at] == '0' ? '8' : '0')}{hex[(at + 1)..]}";

    static async Task<ReplayReport> Play(JsonNode scenario, Replayer? replayer = null)
    {
        replayer ??= new();
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(scenario.ToJsonString()));
        await replayer.PlayAsync("changed.jsonl", content, CancellationToken.None);
        return replayer.Report;
    }

    static Task<ReplayReport> PlayText(string file, string text) => PlayBytes(file, Encoding.UTF8.GetBytes(text));

    static async Task<ReplayReport> PlayBytes(string file, byte[] bytes)
    {
        var replayer = new Replayer();
        using var content = new MemoryStream(bytes);
        await replayer.PlayAsync(file, content, CancellationToken.None);
        return replayer.Report;
    }

    static byte[] Compressed(string extension, string text)
    {
        using var bytes = new MemoryStream();
        using (Stream packer = extension == ".br" ? new BrotliStream(bytes, CompressionMode.Compress) : new GZipStream(bytes, CompressionMode.Compress))
            packer.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}

using System.CommandLine;
using Pogoline.Cli.Commands;

namespace Pogoline.Tests.Lab;

public sealed class LabReplayCommandTests
{
    [Fact]
    public async Task It_prints_the_report_and_exits_with_0_when_all_agree()
    {
        var (exit, output) = await Run(Path.Combine(AppContext.BaseDirectory, "Golden", "dfu-gen2.jsonl.br"));
        Assert.Equal((0, """{"schema":1,"scenarios":876,"agreed":876,"differences":[]}"""), (exit, output.Trim()));
    }

    [Fact]
    public async Task It_exits_with_1_on_a_difference()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, """{"name":"something else"}""");
        var (exit, output) = await Run(file);
        File.Delete(file);
        Assert.Equal(1, exit);
        Assert.StartsWith("""{"schema":1,"scenarios":1,"agreed":0,"differences":[{"file":""", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_exits_with_5_and_still_prints_the_report_when_a_file_cannot_be_read()
    {
        var (exit, output) = await Run("no-such-file.jsonl");
        Assert.Equal(5, exit);
        Assert.StartsWith("""{"schema":1,"scenarios":0,"agreed":0,"differences":[{"file":"no-such-file.jsonl",""", output, StringComparison.Ordinal);
    }

    static async Task<(int Exit, string Output)> Run(params string[] files)
    {
        var output = new StringWriter();
        var exit = await LabReplayCommand.Create().Parse(files).InvokeAsync(new InvocationConfiguration { Output = output });
        return (exit, output.ToString());
    }
}

using System.Globalization;
using System.Text.Json;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Cli;

public class GangMemoryTests
{
    /// <summary>A Boron's microcontroller has 1 MiB, its external flash 4 MiB: a virtual one has them in the same process.</summary>
    const long Memories = 5 << 20;

    /// <summary>Bytes are counted, of two whole processes: neither time nor other tests change them much.</summary>
    [Fact]
    public async Task A_further_board_in_the_same_process_costs_its_own_memories_and_less_than_a_mebibyte_and_a_half()
    {
        const int Few = 2, Many = 8;
        using var folder = new TemporaryFolder();

        var further = (await AllocatedAsync(folder, Many) - await AllocatedAsync(folder, Few)) / (Many - Few);

        Assert.InRange(further, Memories, Memories + (3 << 19));
    }

    static async Task<long> AllocatedAsync(TemporaryFolder folder, int boards)
    {
        var log = Path.Combine(folder.Path, string.Create(CultureInfo.InvariantCulture, $"{boards}.jsonl"));
        var end = await new CommandLine(folder.Path).RunAsync("restore", "--os", "2.2.0", "--all", "--lab", $"boron@1.5.2*{boards}", "--json", "--log", log);
        Assert.Equal("passed", end.Json.GetProperty("outcome").GetString());
        using var last = JsonDocument.Parse(File.ReadLines(log).Last());
        return last.RootElement.GetProperty("allocatedBytes").GetInt64();
    }
}

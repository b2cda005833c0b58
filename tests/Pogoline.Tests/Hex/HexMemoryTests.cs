using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Pogoline.Tests.Cli;
using Pogoline.Tests.Releases;

namespace Pogoline.Tests.Hex;

/// <summary>A file is converted in the same memory whatever its size, also when its pages come in any order.</summary>
public class HexMemoryTests
{
    const int PageSize = 4096, RowSize = 16;

    /// <summary>Less than the file, its data, or what is sorted of it; the runtime ends a process that wants more.</summary>
    const int HeapLimit = 32 << 20;

    [Theory, InlineData(900), InlineData(9_000)]
    public async Task A_shuffled_file_of_100_MB_takes_no_larger_heap_than_one_of_10_MB(int pages)
    {
        using var folder = new TemporaryFolder();
        var (shuffled, sorted) = (Path.Combine(folder.Path, "in.hex"), Path.Combine(folder.Path, "out.hex"));
        var order = Enumerable.Range(0, pages).ToArray();
        new Random(1).Shuffle(order);
        using (var file = File.Create(shuffled)) Write(file, order);
        Assert.InRange(new FileInfo(shuffled).Length, pages * 11_000L, pages * 11_500L);
        var start = new CommandLine(folder.Path).Start("hex", "convert", shuffled, sorted);
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit.ToString("X", CultureInfo.InvariantCulture);

        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);

        Assert.True(process.ExitCode == 0, output);
        Array.Sort(order);
        using var hash = SHA256.Create();
        using (var hashed = new CryptoStream(Stream.Null, hash, CryptoStreamMode.Write)) Write(hashed, order);
        using var result = File.OpenRead(sorted);
        Assert.Equal(Convert.ToHexString(hash.Hash!), Convert.ToHexString(await SHA256.HashDataAsync(result, deadline.Token)));
    }

    // Each page has its own content; a type 04 record whenever the upper half changes, as the writer does.
    static void Write(Stream file, IEnumerable<int> pages)
    {
        using var text = new StreamWriter(file, Encoding.ASCII, 1 << 16, leaveOpen: true) { NewLine = "\n" };
        var data = new byte[PageSize];
        var upper = -1;
        foreach (var page in pages)
        {
            new Random(page).NextBytes(data);
            for (var at = 0; at < PageSize; at += RowSize)
            {
                var address = (page * PageSize) + at;
                if (address >> 16 != upper) Row(text, 0, 4, [(byte)((upper = address >> 16) >> 8), (byte)upper]);
                Row(text, (ushort)address, 0, data.AsSpan(at, RowSize));
            }
        }
        text.WriteLine(":00000001FF");
    }

    static void Row(StreamWriter text, ushort address, byte type, ReadOnlySpan<byte> data)
    {
        Span<byte> row = [(byte)data.Length, (byte)(address >> 8), (byte)address, type, .. data, 0];
        foreach (var value in row[..^1]) row[^1] -= value;
        text.Write(':');
        text.WriteLine(Convert.ToHexString(row));
    }
}

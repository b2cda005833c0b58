using System.Diagnostics;
using System.Globalization;
using Pogoline.Lab.Board;
using Pogoline.Links;
using Pogoline.Links.Listening;
using Pogoline.Platforms;
using Pogoline.Tests;

namespace Pogoline.Perf;

/// <summary>
/// Side by side before the same virtual board, which takes no time of its own: our sender and <c>sb</c> of lrzsz, each a process whose standard
/// input and output are the serial line. They take turns. Two times count: from a sender's first byte to the end of the file, which is what the wire
/// and the sender take, and until the board has accepted the file. sb waits for a second request that Device OS does not send for five seconds.
/// </summary>
static class YmodemComparison
{
    const int Runs = 7;

    static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync()
    {
        var image = Firmware.File("2.16.0", "boron-system-part1@2.2.0.bin");
        var bytes = new FileInfo(image).Length;
        Say($"{bytes:N0} bytes to a Boron, {Runs} turns");
        var turns = new List<(Times Ours, Times Theirs)>();
        for (var run = 0; run < Runs; run++)
        {
            turns.Add((await MeasureAsync(Environment.ProcessPath!, ["ymodem-send", image], needsRequest: false), await MeasureAsync("sb", ["-k", "-q", image], needsRequest: true)));
        }
        Row("to the end of the file: sb (lrzsz)", turns.Min(t => t.Theirs.File), bytes);
        Row("to the end of the file: ours", turns.Min(t => t.Ours.File), bytes);
        Row("until it is accepted: sb (lrzsz)", turns.Min(t => t.Theirs.Whole), bytes);
        Row("until it is accepted: ours", turns.Min(t => t.Ours.Whole), bytes);
        var (file, whole) = (turns.Min(t => t.Ours.File) / turns.Min(t => t.Theirs.File), turns.Min(t => t.Ours.Whole) / turns.Min(t => t.Theirs.Whole));
        Say($"  ours takes {file:F2} of the time of sb to the end of the file, {whole:F3} until it is accepted (target at most 1.00)");
        return whole <= 1 ? 0 : 1;
    }

    /// <summary>The child process: sends a file over its standard input and output.</summary>
    public static async Task<int> SendAsync(string file)
    {
        // What is compared is the sender, not the compiler of the runtime: it has run once before the first byte.
        await new YmodemSender(new YesMan(), TimeProvider.System, YmodemDialect.DeviceOs).SendAsync("binary", new byte[1024 * 1024], null, default);
        await using var line = new StandardLine();
        await new YmodemSender(line, TimeProvider.System, YmodemDialect.DeviceOs).SendAsync("binary", await File.ReadAllBytesAsync(file), null, default);
        return 0;
    }

    static async Task<Times> MeasureAsync(string program, string[] arguments, bool needsRequest)
    {
        var clock = new LabClock(LabTiming.None, TimeProvider.System);
        var files = RealReleases.Of("boron", "2.2.0").Append(RealReleases.Tinker("boron")).Select(m => m.Image).ToList();
        await using var unit = new VirtualUnit(BoardFactory.Make(PlatformCatalog.Require("boron"), files, clock, new()), clock, "lab-1");
        await using var port = await unit.OpenSerialAsync(28800, default);
        await port.WriteAsync("f"u8.ToArray(), Limit, default);
        await ReadUntilAsync(port, "abort)\r\n");

        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        using var stop = new CancellationTokenSource(Limit);
        var (toBoard, fromBoard) = (process.StandardOutput.BaseStream, process.StandardInput.BaseStream);
        if (needsRequest)
        {
            // The board would ask by itself only after five seconds.
            await fromBoard.WriteAsync("C"u8.ToArray(), stop.Token);
            await fromBoard.FlushAsync(stop.Token);
        }
        var (started, ended) = (0L, 0L);
        var sending = Task.Run(async () =>
        {
            var buffer = new byte[4096];
            while (await toBoard.ReadAsync(buffer, stop.Token) is var count and > 0)
            {
                if (started == 0) started = Stopwatch.GetTimestamp();
                const byte endOfFile = 4;
                if (count == 1 && buffer[0] == endOfFile) ended = Stopwatch.GetTimestamp();
                await port.WriteAsync(buffer.AsMemory(0, count), Limit, stop.Token);
            }
        }, stop.Token);
        var said = "";
        var answer = new byte[4096];
        while (!said.Contains("successfully", StringComparison.Ordinal) && !said.Contains("failed", StringComparison.Ordinal))
        {
            var result = await port.ReadAsync(answer, Limit, stop.Token);
            if (!result.IsCompleted) throw new InvalidOperationException($"{program}: the board is {result.Status}");
            said += System.Text.Encoding.Latin1.GetString(answer, 0, result.Count);
            await fromBoard.WriteAsync(answer.AsMemory(0, result.Count), stop.Token);
            await fromBoard.FlushAsync(stop.Token);
        }
        var times = new Times(Stopwatch.GetElapsedTime(started, ended).TotalSeconds, Stopwatch.GetElapsedTime(started).TotalSeconds);
        if (!said.Contains("successfully", StringComparison.Ordinal)) throw new InvalidOperationException($"{program}: {said}");
        process.StandardInput.Close();
        await process.WaitForExitAsync(stop.Token);
        await sending;
        return times;
    }

    static async Task ReadUntilAsync(ISerialChannel port, string end)
    {
        var said = "";
        var answer = new byte[256];
        while (!said.EndsWith(end, StringComparison.Ordinal))
        {
            var result = await port.ReadAsync(answer, TimeSpan.FromSeconds(5), default);
            if (!result.IsCompleted) throw new InvalidOperationException($"the console is {result.Status}");
            said += System.Text.Encoding.Latin1.GetString(answer, 0, result.Count);
        }
    }

    static void Row(string name, double seconds, long bytes) => Say($"  {name,-36} {seconds,8:F3} s  {bytes / seconds / 1e6,7:F1} MB/s");

    static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>Seconds from a sender's first byte.</summary>
    readonly record struct Times(double File, double Whole);

    /// <summary>Standard input and output as a serial line.</summary>
    sealed class StandardLine : ISerialChannel
    {
        readonly Stream _in = Console.OpenStandardInput();
        readonly Stream _out = Console.OpenStandardOutput();

        // As sb does: it waits for the answer, and has nothing else to do.
        public ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop)
        {
            var count = timeout == TimeSpan.Zero ? 0 : _in.Read(data.Span);
            return new(new TransferResult(count > 0 ? TransferStatus.Completed : timeout == TimeSpan.Zero ? TransferStatus.TimedOut : TransferStatus.Gone, count));
        }

        public ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
        {
            _out.Write(data.Span);
            return new(new TransferResult(TransferStatus.Completed, data.Length));
        }

        public async ValueTask DisposeAsync()
        {
            await _in.DisposeAsync();
            await _out.DisposeAsync();
        }
    }

    /// <summary>A receiver that takes everything.</summary>
    sealed class YesMan : ISerialChannel
    {
        byte[] _answer = [];

        public ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop)
        {
            _answer.CopyTo(data);
            return new(new TransferResult(TransferStatus.Completed, _answer.Length));
        }

        public ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
        {
            _answer = data.Length > 1 && data.Span[1] == 0 && data.Span[3] != 0 && _answer.Length == 0 ? [6, (byte)'C'] : [6];
            return new(new TransferResult(TransferStatus.Completed, data.Length));
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

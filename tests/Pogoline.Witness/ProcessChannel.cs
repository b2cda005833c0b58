using System.Diagnostics;
using System.Threading.Channels;
using Pogoline.Links;

namespace Pogoline.Witness;

/// <summary>A serial line whose other end is a program's standard input and output.</summary>
sealed class ProcessChannel : ISerialChannel
{
    readonly Process _process;
    readonly Channel<byte[]> _arrived = Channel.CreateUnbounded<byte[]>();
    readonly Task _pump;
    ReadOnlyMemory<byte> _rest;

    public ProcessChannel(string folder, string program, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        _pump = Task.Run(PumpAsync);
    }

    /// <summary>The exit status, once the program has ended; it is ended when it does not.</summary>
    public async Task<int> WaitAsync()
    {
        _process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await _process.WaitForExitAsync(deadline.Token);
        return _process.ExitCode;
    }

    public async ValueTask<TransferResult> ReadAsync(Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        try
        {
            if (_rest.IsEmpty) _rest = await _arrived.Reader.ReadAsync(stop).AsTask().WaitAsync(timeout, stop);
        }
        catch (TimeoutException)
        {
            return new(TransferStatus.TimedOut, 0);
        }
        catch (ChannelClosedException)
        {
            return new(TransferStatus.Gone, 0);
        }
        var count = Math.Min(data.Length, _rest.Length);
        _rest[..count].CopyTo(data);
        _rest = _rest[count..];
        return new(TransferStatus.Completed, count);
    }

    public async ValueTask<TransferResult> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(data, stop);
            await _process.StandardInput.BaseStream.FlushAsync(stop);
            return new(TransferStatus.Completed, data.Length);
        }
        catch (IOException)
        {
            return new(TransferStatus.Gone, 0);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _pump;
        _process.Dispose();
    }

    async Task PumpAsync()
    {
        var buffer = new byte[4096];
        while (await _process.StandardOutput.BaseStream.ReadAsync(buffer) is var count and > 0) _arrived.Writer.TryWrite(buffer[..count]);
        _arrived.Writer.Complete();
    }
}

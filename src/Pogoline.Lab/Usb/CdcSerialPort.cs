using Pogoline.Lab.Console;

namespace Pogoline.Lab.Usb;

/// <summary>
/// The data of a board's serial port, between the firmware on one side and a host on the other. What a host sends waits until the firmware
/// reads it; when the buffer is full the endpoint refuses more. What the firmware sends is lost when the host lets the buffer run full.
/// </summary>
sealed class CdcSerialPort : IConsoleStream
{
    // The firmware's buffer for what comes; its size is not verified. The other one stands for that of the host's driver too.
    const int InputLength = 256;
    const int OutputLength = 16384;

    readonly ByteQueue _input = new(InputLength);
    readonly ByteQueue _output = new(OutputLength);

    /// <summary>Called after a host has sent or taken something.</summary>
    public Action Moved { get; init; } = () => { };

    /// <summary>Completes when there is more for the host to read.</summary>
    public Task OutputChanged => _output.Changed;

    /// <summary>Completes when there is more room for what the host sends.</summary>
    public Task InputChanged => _input.Changed;

    /// <summary>Whether the host has not taken everything yet.</summary>
    public bool HasOutput => _output.Count > 0;

    /// <inheritdoc/>
    public int Available => _input.Count;

    /// <inheritdoc/>
    public bool TryPeek(out byte next) => _input.TryPeek(out next);

    /// <inheritdoc/>
    public int Read(Span<byte> buffer) => _input.Read(buffer);

    /// <inheritdoc/>
    public void Write(ReadOnlySpan<byte> data) => _output.Write(data);

    /// <summary>A host takes what is there, up to the length of the buffer.</summary>
    public int Take(Span<byte> buffer)
    {
        var count = _output.Read(buffer);
        if (count > 0) Moved();
        return count;
    }

    /// <summary>A host sends what there is room for; gives how many bytes that was.</summary>
    public int Send(ReadOnlySpan<byte> data)
    {
        var count = _input.Write(data);
        if (count > 0) Moved();
        return count;
    }

    /// <summary>A host takes what is there, and waits while that is nothing.</summary>
    /// <param name="buffer">Takes the bytes; not empty.</param>
    /// <param name="stop">Ends the wait; nothing has been taken then.</param>
    public async ValueTask<int> TakeAsync(Memory<byte> buffer, CancellationToken stop)
    {
        for (;;)
        {
            var changed = OutputChanged;
            if (Take(buffer.Span) is var count and > 0) return count;
            await changed.WaitAsync(stop).ConfigureAwait(false);
        }
    }

    /// <summary>A host sends everything, and waits while there is no room.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> data, CancellationToken stop)
    {
        for (;;)
        {
            var changed = InputChanged;
            var sent = Send(data.Span);
            data = data[sent..];
            if (data.IsEmpty) return;
            // The firmware may have made room while it was told.
            if (sent == 0) await changed.WaitAsync(stop).ConfigureAwait(false);
        }
    }
}

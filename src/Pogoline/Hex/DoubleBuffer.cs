using System.Buffers;

namespace Pogoline.Hex;

/// <summary>Output for writers: one buffer is filled while the other one goes to the stream.</summary>
sealed class DoubleBuffer(Stream destination) : IBufferWriter<byte>
{
    /// <summary>How much a caller writes between two calls of <see cref="PassOnAsync"/>.</summary>
    public const int Piece = 256 * 1024;

    readonly long _start = destination.CanSeek ? destination.Position : 0;
    ArrayBufferWriter<byte> _filling = new(4 * Piece), _going = new(4 * Piece);
    Task _writing = Task.CompletedTask;

    public void Advance(int count) => _filling.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => _filling.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _filling.GetSpan(sizeHint);

    /// <summary>Sends on what is there, once the piece before it has gone.</summary>
    public async ValueTask PassOnAsync(CancellationToken stop)
    {
        if (_filling.WrittenCount < Piece) return;
        await SendAsync(stop).ConfigureAwait(false);
    }

    /// <summary>Sends everything, and returns when it has gone.</summary>
    public async ValueTask CompleteAsync(CancellationToken stop)
    {
        await SendAsync(stop).ConfigureAwait(false);
        await _writing.ConfigureAwait(false);
    }

    /// <summary>Forgets everything, also what the stream has got.</summary>
    public async ValueTask RestartAsync()
    {
        await _writing.ConfigureAwait(false);
        _filling.ResetWrittenCount();
        destination.SetLength(_start);
        destination.Position = _start;
    }

    async ValueTask SendAsync(CancellationToken stop)
    {
        await _writing.ConfigureAwait(false);
        (_filling, _going) = (_going, _filling);
        _filling.ResetWrittenCount();
        _writing = destination.WriteAsync(_going.WrittenMemory, stop).AsTask();
    }
}

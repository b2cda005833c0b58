using System.Collections.Concurrent;
using System.Threading.Channels;
using Pogoline.Lab.Usb;
using Pogoline.Links;

namespace Pogoline.Lab.UsbIp;

/// <summary>
/// One client with its imported device, from the import until either of them goes. The transfers of one endpoint are carried out in order,
/// those of several at once. When the device leaves the bus, what it still answered goes out; then the connection is closed.
/// </summary>
sealed class UsbIpSession(Stream stream, UsbIpPort port, UsbAttachment attachment) : IDisposable
{
    // More than any client has in flight: Linux's serial driver submits 17. One that was taken back counts until its turn has come.
    const int MaxUrbs = 256;
    const int MaxUrbBytes = 8 << 20;

    readonly ConcurrentDictionary<uint, UsbIpUrb> _pending = new();
    readonly Dictionary<(byte Endpoint, bool IsIn), Channel<UsbIpUrb>> _endpoints = [];
    readonly List<Task> _workers = [];
    readonly SemaphoreSlim _writing = new(1);
    readonly CancellationTokenSource _over = new();
    CancellationToken _stop;
    int _queued, _queuedBytes;

    /// <summary>Serves until the client closes the connection, breaks the protocol, or the device leaves the bus.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var ending = stop.Register(_over.Cancel);
        _stop = stop;
        var departure = WatchBoardAsync();
        try
        {
            await ReadAsync(_over.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went without a word, or the device did.
        }
        finally
        {
            await _over.CancelAsync().ConfigureAwait(false);
            foreach (var endpoint in _endpoints.Values) endpoint.Writer.Complete();
            await Task.WhenAll([departure, .. _workers]).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var urb in _pending.Values) urb.Dispose();
        _writing.Dispose();
        _over.Dispose();
    }

    async Task WatchBoardAsync()
    {
        try
        {
            for (;;)
            {
                var changed = port.Device.Changed;
                if (port.Device.Attachment != attachment) break;
                await changed.WaitAsync(_over.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            return;
        }
        await _over.CancelAsync().ConfigureAwait(false);
    }

    async Task ReadAsync(CancellationToken stop)
    {
        var header = new byte[UsbIpRequest.HeaderLength];
        while (await TryFillAsync(header, stop).ConfigureAwait(false)
            && UsbIpRequest.TryRead(header, out var request) && request.Device == UsbIpDeviceRecord.DeviceIdOf(port.Number))
        {
            if (request.Command == UsbIpCommand.Unlink)
            {
                await UnlinkAsync(request).ConfigureAwait(false);
                continue;
            }
            var urb = new UsbIpUrb(request);
            if (!request.IsIn && !await TryFillAsync(urb.Data, stop).ConfigureAwait(false)) return;
            if (Interlocked.Increment(ref _queued) > MaxUrbs || Interlocked.Add(ref _queuedBytes, request.Length) > MaxUrbBytes) return;
            if (!_pending.TryAdd(request.Sequence, urb)) return;
            EndpointOf(request).Writer.TryWrite(urb);
        }
    }

    async ValueTask<bool> TryFillAsync(Memory<byte> buffer, CancellationToken stop) =>
        await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false) == buffer.Length;

    Channel<UsbIpUrb> EndpointOf(UsbIpRequest request)
    {
        var key = (request.Endpoint, request.Endpoint != 0 && request.IsIn);
        if (_endpoints.TryGetValue(key, out var endpoint)) return endpoint;
        endpoint = _endpoints[key] = Channel.CreateUnbounded<UsbIpUrb>(new() { SingleReader = true, SingleWriter = true });
        _workers.Add(Task.Run(() => WorkAsync(endpoint.Reader)));
        return endpoint;
    }

    async Task WorkAsync(ChannelReader<UsbIpUrb> urbs)
    {
        try
        {
            await foreach (var urb in urbs.ReadAllAsync(_over.Token).ConfigureAwait(false))
            {
                if (_over.IsCancellationRequested) return;
                await CarryOutAsync(urb).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The client went, or the session ends.
        }
        finally
        {
            await _over.CancelAsync().ConfigureAwait(false);
        }
    }

    async Task CarryOutAsync(UsbIpUrb urb)
    {
        try
        {
            if (urb.Unlinked.IsCancellationRequested) return;
            var (status, count) = urb.Request.Endpoint == 0
                ? await ControlAsync(urb).ConfigureAwait(false)
                : await MoveDataAsync(urb).ConfigureAwait(false);
            await AnswerAsync(urb, status, count).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (urb.Unlinked.IsCancellationRequested)
        {
        }
        finally
        {
            Interlocked.Decrement(ref _queued);
            Interlocked.Add(ref _queuedBytes, -urb.Request.Length);
            urb.Dispose();
        }
    }

    async ValueTask<(int Status, int Count)> ControlAsync(UsbIpUrb urb)
    {
        var (request, setup) = (urb.Request, urb.Request.Setup);
        if (setup.Length != request.Length || (setup.Length > 0 && setup.IsIn != request.IsIn)) return (UsbIpReply.ProtocolError, 0);
        var result = await port.Device.ControlAsync(attachment, setup, urb.Data, urb.Unlinked).ConfigureAwait(false);
        return await ResultAsync(urb, result).ConfigureAwait(false);
    }

    async ValueTask<(int Status, int Count)> MoveDataAsync(UsbIpUrb urb)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(urb.Unlinked, _over.Token);
        var address = (byte)(urb.Request.Endpoint | (urb.Request.IsIn ? 0x80 : 0));
        var result = await port.Device.TransferAsync(attachment, address, urb.Data, either.Token).ConfigureAwait(false);
        return await ResultAsync(urb, result).ConfigureAwait(false);
    }

    async ValueTask<(int Status, int Count)> ResultAsync(UsbIpUrb urb, TransferResult result)
    {
        if (result.Status is TransferStatus.TimedOut or TransferStatus.Gone) await NeverAsync(urb).ConfigureAwait(false);
        return (result.IsCompleted ? UsbIpReply.Success : UsbIpReply.Stalled, result.Count);
    }

    async ValueTask NeverAsync(UsbIpUrb urb)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(urb.Unlinked, _over.Token);
        await Task.Delay(Timeout.Infinite, either.Token).ConfigureAwait(false);
    }

    // Whether a transfer is still pending changes only with the stream in hand: its RET_SUBMIT precedes a RET_UNLINK that says "too late".
    async Task AnswerAsync(UsbIpUrb urb, int status, int count)
    {
        UsbIpReply.WriteSubmit(urb.Frame, urb.Request.Sequence, status, count);
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_pending.TryRemove(urb.Request.Sequence, out _)) return;
            var length = UsbIpRequest.HeaderLength + (urb.Request.IsIn ? count : 0);
            await stream.WriteAsync(urb.Frame.AsMemory(0, length), _stop).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    async Task UnlinkAsync(UsbIpRequest request)
    {
        var reply = new byte[UsbIpRequest.HeaderLength];
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var isPending = _pending.TryRemove(request.Target, out var urb);
            urb?.Unlink();
            UsbIpReply.WriteUnlink(reply, request.Sequence, isPending ? UsbIpReply.Unlinked : UsbIpReply.Success);
            await stream.WriteAsync(reply, _stop).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }
}

namespace Pogoline.Lab.UsbIp;

/// <summary>A transfer that a client submitted.</summary>
sealed class UsbIpUrb : IDisposable
{
    readonly CancellationTokenSource _unlinked = new();

    /// <summary>A transfer whose data, if it goes to the board, is still to be filled in.</summary>
    public UsbIpUrb(UsbIpRequest request)
    {
        Request = request;
        Frame = new byte[UsbIpRequest.HeaderLength + request.Length];
    }

    /// <summary>What was asked for.</summary>
    public UsbIpRequest Request { get; }

    /// <summary>The reply: room for its header, and behind it the data, which went to the board or goes to the host.</summary>
    public byte[] Frame { get; }

    /// <summary>The data.</summary>
    public Memory<byte> Data => Frame.AsMemory(UsbIpRequest.HeaderLength);

    /// <summary>Cancelled when the client has taken it back.</summary>
    public CancellationToken Unlinked => _unlinked.Token;

    /// <summary>Takes it back.</summary>
    public void Unlink() => _unlinked.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _unlinked.Dispose();
}

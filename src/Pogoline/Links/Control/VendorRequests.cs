using System.Text;

namespace Pogoline.Links.Control;

/// <summary>
/// The vendor requests below the service protocol, answered by the USB driver itself: they work where the system thread is blocked.
/// </summary>
public static class VendorRequests
{
    const byte In = 0xC0;
    const byte Out = 0x40;
    const byte Request = 0x50;
    const ushort DeviceId = 20;
    const ushort SystemVersion = 30;
    const ushort Reset = 40;
    const ushort Disconnect = 302;
    const ushort AnswerLength = 64;

    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>The device ID in lower case; null when the device does not answer with one.</summary>
    public static async ValueTask<string?> FindDeviceIdAsync(IControlPipe pipe, CancellationToken stop) =>
        await ReadAsync(pipe, DeviceId, stop).ConfigureAwait(false) is { } text && text.Length == 24 && text.All(char.IsAsciiHexDigit) ? text.ToLowerInvariant() : null;

    /// <summary>The Device OS version; null before 0.8.0.</summary>
    public static ValueTask<string?> FindSystemVersionAsync(IControlPipe pipe, CancellationToken stop) => ReadAsync(pipe, SystemVersion, stop);

    /// <summary>Restarts the board at once, without an answer.</summary>
    /// <returns>How the transfer ended: <see cref="TransferStatus.Stalled"/> where the request is not known.</returns>
    public static async ValueTask<TransferStatus> ResetAsync(IControlPipe pipe, CancellationToken stop) => (await WriteAsync(pipe, Reset, stop).ConfigureAwait(false)).Status;

    /// <summary>Ends attempts to connect to a network or the cloud (Device OS 2.0.0 and later).</summary>
    /// <returns>How the transfer ended.</returns>
    public static async ValueTask<TransferStatus> DisconnectAsync(IControlPipe pipe, CancellationToken stop) => (await WriteAsync(pipe, Disconnect, stop).ConfigureAwait(false)).Status;

    static async ValueTask<string?> ReadAsync(IControlPipe pipe, ushort what, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        var answer = new byte[AnswerLength];
        var result = await pipe.ReadAsync(new(In, Request, 0, what, AnswerLength), answer, Timeout, stop).ConfigureAwait(false);
        if (!result.IsCompleted) return null;
        var text = answer.AsSpan(0, result.Count).TrimEnd((byte)0);
        return text.Length > 0 && !text.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Encoding.ASCII.GetString(text) : null;
    }

    static ValueTask<TransferResult> WriteAsync(IControlPipe pipe, ushort what, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        return pipe.WriteAsync(new(Out, Request, 0, what, 0), default, Timeout, stop);
    }
}

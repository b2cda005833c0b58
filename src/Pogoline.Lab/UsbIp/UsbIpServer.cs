using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Pogoline.Lab.Board;
using Pogoline.Lab.Probes;

namespace Pogoline.Lab.UsbIp;

/// <summary>
/// Virtual boards as USB devices for other programs: a USB/IP 1.1.1 server on the loopback interface. Several clients may be connected,
/// each board belongs to one of them at a time. A board that leaves the bus closes its client's connection; an import waits a moment for
/// the board to come back. Input that is not USB/IP ends its connection and harms nothing else.
/// </summary>
public sealed class UsbIpServer : IAsyncDisposable
{
    /// <summary>The TCP port of USB/IP.</summary>
    public const int DefaultPort = 3240;

    const int MaxConnections = 512;
    static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(10);
    static readonly TimeSpan ImportPatience = TimeSpan.FromSeconds(1);
    static readonly TimeSpan GoodbyeTime = TimeSpan.FromSeconds(2);

    readonly Socket _listener;
    readonly UsbIpPort[] _ports;
    readonly CancellationTokenSource _stop = new();
    readonly SemaphoreSlim _free = new(MaxConnections);
    readonly HashSet<Task> _connections = [];
    readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _accepting;

    UsbIpServer(Socket listener, IEnumerable<IUsbDevice> devices)
    {
        _listener = listener;
        _ports = [.. devices.Select((device, index) => new UsbIpPort(device, index + 1))];
        _accepting = AcceptAsync();
    }

    /// <summary>The TCP port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Faults when a board's storage could not be kept; otherwise ends with the server.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Starts to serve; boards and probes keep belonging to the caller.</summary>
    /// <param name="boards">The boards, in the order of their bus IDs.</param>
    /// <param name="clock">How time passes for them.</param>
    /// <param name="port">The TCP port; 0 for any that is free.</param>
    /// <param name="probes">Debug probes, whose bus IDs come behind those of the boards.</param>
    /// <exception cref="PogolineException">The port cannot be had.</exception>
    public static UsbIpServer Start(
        IEnumerable<VirtualBoard> boards, LabClock clock, int port = DefaultPort, IEnumerable<VirtualProbe>? probes = null)
    {
        ArgumentNullException.ThrowIfNull(boards);
        ArgumentNullException.ThrowIfNull(clock);
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            listener.Listen();
        }
        catch (SocketException e)
        {
            listener.Dispose();
            throw new PogolineException(
                UsbIpFaults.Port, $"TCP port {port} on 127.0.0.1 cannot be used: {e.Message}.",
                "End the program that has it, or name another with --port.", e);
        }
        return new(listener,
        [
            .. boards.Select(board => new BoardUsbDevice(board, clock)), .. (probes ?? []).Select(probe => new ProbeUsbDevice(probe, clock)),
        ]);
    }

    /// <summary>The bus ID of a device by its place in the list, from 0; it never changes.</summary>
    public static string BusIdOf(int index) => UsbIpDeviceRecord.BusIdOf(index + 1);

    /// <summary>Closes all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _listener.Dispose();
        await _accepting.ConfigureAwait(false);
        Task[] connections;
        lock (_connections) connections = [.. _connections];
        await Task.WhenAll(connections).ConfigureAwait(false);
        _completion.TrySetResult();
    }

    async Task AcceptAsync()
    {
        try
        {
            for (;;)
            {
                await _free.WaitAsync(_stop.Token).ConfigureAwait(false);
                var socket = await _listener.AcceptAsync(_stop.Token).ConfigureAwait(false);
                var connection = ServeAsync(socket);
                lock (_connections) _connections.Add(connection);
                _ = connection.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server ends.
        }
    }

    void Forget(Task connection)
    {
        lock (_connections) _connections.Remove(connection);
        _free.Release();
    }

    async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        using var _ = socket;
        socket.NoDelay = true;
        var stream = new NetworkStream(socket);
        await using (stream.ConfigureAwait(false))
        {
            try
            {
                await AnswerAsync(stream).ConfigureAwait(false);
                await SayGoodbyeAsync(socket, stream).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException)
            {
                // The client is gone, or took too long.
            }
            catch (PogolineException e)
            {
                _completion.TrySetException(e);
            }
        }
    }

    async Task AnswerAsync(NetworkStream stream)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        patience.CancelAfter(RequestTime);
        var request = new byte[UsbIpProtocol.OperationLength];
        if (!await TryFillAsync(stream, request, patience.Token).ConfigureAwait(false)
            || !UsbIpProtocol.TryReadOperation(request, out var operation)) return;
        if (operation == UsbIpOperation.ListDevices)
        {
            await stream.WriteAsync(DeviceList(), patience.Token).ConfigureAwait(false);
            return;
        }
        var busId = new byte[UsbIpProtocol.BusIdLength];
        if (!await TryFillAsync(stream, busId, patience.Token).ConfigureAwait(false)) return;
        await ImportAsync(stream, UsbIpProtocol.ReadBusId(busId)).ConfigureAwait(false);
    }

    byte[] DeviceList()
    {
        UsbIpDeviceRecord[] records =
        [
            .. from port in _ports
               let attachment = port.Device.Attachment
               where attachment is not null
               select new UsbIpDeviceRecord(port.Number, attachment),
        ];
        var reply = new byte[UsbIpProtocol.OperationLength + 4 + records.Sum(r => r.LengthWithInterfaces)];
        UsbIpProtocol.WriteReply(reply, UsbIpOperation.ListDevices, 0);
        BinaryPrimitives.WriteInt32BigEndian(reply.AsSpan(UsbIpProtocol.OperationLength), records.Length);
        var at = UsbIpProtocol.OperationLength + 4;
        foreach (var record in records)
        {
            record.WriteWithInterfaces(reply.AsSpan(at));
            at += record.LengthWithInterfaces;
        }
        return reply;
    }

    async Task ImportAsync(NetworkStream stream, string busId)
    {
        var port = _ports.FirstOrDefault(p => UsbIpDeviceRecord.BusIdOf(p.Number) == busId);
        var attachment = port is null ? null : await port.ClaimAsync(ImportPatience, _stop.Token).ConfigureAwait(false);
        var reply = new byte[UsbIpProtocol.OperationLength + (attachment is null ? 0 : UsbIpDeviceRecord.Length)];
        UsbIpProtocol.WriteReply(reply, UsbIpOperation.Import, attachment is null ? UsbIpProtocol.Refused : 0);
        if (port is null || attachment is null)
        {
            await stream.WriteAsync(reply, _stop.Token).ConfigureAwait(false);
            return;
        }
        try
        {
            new UsbIpDeviceRecord(port.Number, attachment).Write(reply.AsSpan(UsbIpProtocol.OperationLength));
            await stream.WriteAsync(reply, _stop.Token).ConfigureAwait(false);
            using var session = new UsbIpSession(stream, port, attachment);
            await session.RunAsync(_stop.Token).ConfigureAwait(false);
        }
        finally
        {
            port.Release();
        }
    }

    // What the client still sends is read and dropped, so that closing does not overtake the last answer.
    async Task SayGoodbyeAsync(Socket socket, NetworkStream stream)
    {
        socket.Shutdown(SocketShutdown.Send);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        deadline.CancelAfter(GoodbyeTime);
        var scrap = new byte[4096];
        while (await stream.ReadAsync(scrap, deadline.Token).ConfigureAwait(false) > 0)
        {
        }
    }

    static async ValueTask<bool> TryFillAsync(NetworkStream stream, Memory<byte> buffer, CancellationToken stop) =>
        await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false) == buffer.Length;
}

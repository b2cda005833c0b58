using Pogoline.Host.Usb;
using Pogoline.Lab.Board;
using Pogoline.Links;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Tests.Usb;

/// <summary>A USB bus with virtual boards at its sockets, as a host sees it: by ids, addresses and ports.</summary>
sealed class LabBus : IUsbBus
{
    // No board of these tests enumerates as often.
    const int AddressesOfABoard = 32;

    readonly List<Socket> _sockets = [];
    TaskCompletionSource _plugged = new();

    public LabClock Clock { get; } = LabClock.Immediate();

    /// <summary>Why a device cannot be used; asked each time that it is described.</summary>
    public Func<UsbDeviceInfo, UsbProblem?> Problem { get; set; } = _ => null;

    /// <summary>Stands between the host and every pipe that is opened.</summary>
    public Func<IControlPipe, IControlPipe> Wire { get; set; } = pipe => pipe;

    /// <summary>Told of each device between its listing and what is done with it.</summary>
    public Action<UsbDeviceInfo> Before { get; set; } = _ => { };

    public Task Changed => Task.WhenAny([_plugged.Task, .. _sockets.Select(s => s.Board.Changed)]);

    public VirtualBoard Plug(string platform, string os, string port, string? serial = null)
    {
        List<ReadOnlyMemory<byte>> files = [.. RealReleases.Of(platform, os).Append(RealReleases.Tinker(platform)).Select(m => m.Image)];
        var board = BoardFactory.Make(PlatformCatalog.Require(platform), files, Clock, new() { Number = _sockets.Count + 1 });
        _sockets.Add(new(board, serial ?? board.Hardware.DeviceId.ToUpperInvariant()) { Port = _ => port });
        return board;
    }

    /// <summary>Where a board is, by how often it has enumerated; null for unplugged.</summary>
    public void Move(VirtualBoard board, Func<int, string?> port)
    {
        _sockets.Single(s => s.Board == board).Port = port;
        Interlocked.Exchange(ref _plugged, new()).SetResult();
    }

    public IReadOnlyList<UsbDeviceInfo> List() => [.. _sockets.Select(Describe).OfType<UsbDeviceInfo>()];

    public ValueTask<UsbDetails> DescribeAsync(UsbDeviceInfo device, CancellationToken stop)
    {
        Before(device);
        var problem = Find(device) is null ? Gone(device) : Problem(device);
        return new(new UsbDetails("Particle", "", problem is null ? Find(device)!.Serial : "", problem));
    }

    public ValueTask<IControlPipe> OpenAsync(UsbDeviceInfo device, CancellationToken stop)
    {
        Before(device);
        return Find(device) is { } socket ? new(Wire(new BoardPipe(socket.Board, Clock, device.Address % AddressesOfABoard))) : throw Gone(device).ToException();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    Socket? Find(UsbDeviceInfo device) => _sockets.SingleOrDefault(s => Describe(s)?.Key == device.Key);

    static UsbProblem Gone(UsbDeviceInfo device) => new(UsbFaults.Gone, $"{device} has left the bus.", "Plug it in again.");

    UsbDeviceInfo? Describe(Socket socket)
    {
        var board = socket.Board;
        var port = socket.Port(board.Enumeration);
        if (board.Presence == UnitPresence.Absent || port is null) return null;
        var platform = board.Hardware.Platform;
        return new() { Id = (board.Presence == UnitPresence.Dfu ? platform.DfuUsb : platform.Usb)!, Bus = 1, Address = (byte)(_sockets.IndexOf(socket) * AddressesOfABoard + board.Enumeration), Port = port, SerialNumberIndex = 3 };
    }

    sealed record Socket(VirtualBoard Board, string Serial)
    {
        public required Func<int, string?> Port { get; set; }
    }
}

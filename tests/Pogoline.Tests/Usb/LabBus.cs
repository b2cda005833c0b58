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

    public ValueTask<UsbDetails> DescribeAsync(UsbDeviceInfo device, CancellationToken stop) =>
        new(new UsbDetails("Particle", "", Problem(device) is null ? At(device).Serial : "", Problem(device)));

    public ValueTask<IControlPipe> OpenAsync(UsbDeviceInfo device, CancellationToken stop) =>
        new(Wire(new BoardPipe(At(device).Board, Clock, device.Address % AddressesOfABoard)));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    Socket At(UsbDeviceInfo device) => _sockets.Single(s => Describe(s)?.Key == device.Key);

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

using System.Buffers.Binary;
using Pogoline.Lab.Probes;
using Pogoline.Lab.Swd;
using Pogoline.Links;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Lab.Board;

/// <summary>A virtual board as a unit that a host programs.</summary>
/// <param name="board">The board; it goes with the unit.</param>
/// <param name="clock">The clock that the board runs by.</param>
/// <param name="port">The lab's name for its place.</param>
public sealed class VirtualUnit(VirtualBoard board, LabClock clock, string port) : IUnit
{
    static readonly TimeSpan LineCodingTime = TimeSpan.FromSeconds(5);

    // The enumeration that was opened last: a board on which nothing takes any time is back before anybody can see that it was away.
    int? _opened;

    /// <summary>The board.</summary>
    public VirtualBoard Board { get; } = board;

    /// <summary>The clock that the board runs by.</summary>
    internal LabClock Clock => clock;

    /// <summary>Stands between the host and every pipe that is opened, to make faults.</summary>
    public Func<IControlPipe, IControlPipe> Wire { get; set; } = pipe => pipe;

    /// <summary>Stands between the host and every serial port that is opened, to make faults.</summary>
    internal Func<ISerialChannel, ISerialChannel> SerialLine { get; set; } = channel => channel;

    /// <summary>Connects a debug probe to the board's debug port.</summary>
    /// <param name="kind">Which kind of probe.</param>
    /// <param name="options">How it differs from a plain one.</param>
    /// <param name="target">How the target differs from a plain one.</param>
    /// <exception cref="PogolineException">The lab has no target for the board's microcontroller.</exception>
    public VirtualProbe AttachProbe(ProbeKind kind, ProbeOptions? options = null, SwdTargetOptions? target = null) =>
        new(kind, new SwdTarget(Board, clock, target), clock, options);

    /// <inheritdoc/>
    public Platform Platform => Board.Hardware.Platform;

    /// <inheritdoc/>
    public string DeviceId => Board.Hardware.DeviceId;

    /// <inheritdoc/>
    public string Port { get; } = port;

    /// <inheritdoc/>
    public UnitPresence Presence => Board.Presence;

    /// <inheritdoc/>
    public async ValueTask<bool> WaitForAsync(UnitPresence wanted, TimeSpan deadline, CancellationToken stop)
    {
        var since = clock.Time.GetTimestamp();
        for (;;)
        {
            var changed = Board.Changed;
            if ((Presence & wanted) != 0) return true;
            if ((wanted & UnitPresence.Absent) != 0 && _opened < Board.Enumeration)
            {
                _opened = Board.Enumeration;
                return true;
            }
            var left = deadline - clock.Time.GetElapsedTime(since);
            if (left <= TimeSpan.Zero || !await clock.AwaitChangeAsync(changed, left, stop).ConfigureAwait(false))
                return (Presence & wanted) != 0;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IControlPipe> OpenAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var enumeration = Board.Enumeration;
        if (Presence == UnitPresence.Absent)
            throw new PogolineException(
                LabFaults.Absent, $"{Platform.Name} {DeviceId} at {Port} is not on the bus.", "Wait until it is, or reset it.");
        _opened = enumeration;
        return new(Wire(new BoardPipe(Board, clock, enumeration)));
    }

    /// <inheritdoc/>
    public async ValueTask<ISerialChannel> OpenSerialAsync(uint baudRate, CancellationToken stop)
    {
        var enumeration = Board.Enumeration;
        if (Board.Attachment?.Serial is not { } port)
            throw new PogolineException(
                LabFaults.Absent, $"{Platform.Name} {DeviceId} at {Port} has no serial port now.", "Wait until its system runs.");
        _opened = enumeration;
        var coding = new byte[7];
        BinaryPrimitives.WriteUInt32LittleEndian(coding, baudRate);
        coding[6] = 8;
        var pipe = Wire(new BoardPipe(Board, clock, enumeration));
        await using (pipe.ConfigureAwait(false))
        {
            await pipe.WriteAsync(new(0x21, 0x20, 0, 0, (ushort)coding.Length), coding, LineCodingTime, stop).ConfigureAwait(false);
        }
        return SerialLine(new BoardSerialChannel(Board, clock, port, enumeration));
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Board.Dispose();
        return ValueTask.CompletedTask;
    }
}

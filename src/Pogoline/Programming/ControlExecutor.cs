using Pogoline.Links;
using Pogoline.Links.Control;

namespace Pogoline.Programming;

/// <summary>Sends files by control requests, in listening mode where the board goes there, so that its network does not interfere.</summary>
sealed class ControlExecutor(IUnit unit, JobContent content, JobTally tally, TimeProvider time, JobProgress progress) : UpdateExecutor(unit, content, tally, time, progress)
{
    static readonly TimeSpan ListeningDeadline = TimeSpan.FromSeconds(5);
    static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(1);
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    readonly IUnit _unit = unit;
    readonly TimeProvider _time = time;

    protected override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> file, UpdateTransfer transfer, CancellationToken stop)
    {
        var pipe = await _unit.OpenAsync(stop).ConfigureAwait(false);
        await using (pipe.ConfigureAwait(false))
        {
            var session = await ControlSession.OpenAsync(pipe, _time, stop).ConfigureAwait(false);
            await TryListenAsync(new(session), stop).ConfigureAwait(false);
            await new FirmwareUpdate(session).SendAsync(file, transfer.Sent, stop).ConfigureAwait(false);
            transfer.Accepted();
            return await HasLeftAsync(pipe, transfer.RestartDeadline, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Whether the board ends the session that the pipe belongs to.</summary>
    async ValueTask<bool> HasLeftAsync(IControlPipe pipe, TimeSpan deadline, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        var status = new byte[2];
        while (_time.GetElapsedTime(started) < deadline)
        {
            var result = await pipe.ReadAsync(new(0x80, 0, 0, 0, (ushort)status.Length), status, AnswerTimeout, stop).ConfigureAwait(false);
            if (result.Status is TransferStatus.Gone or TransferStatus.BusError) return true;
            if (await _unit.WaitForAsync(UnitPresence.Absent | UnitPresence.Dfu, Interval, stop).ConfigureAwait(false)) return true;
        }
        return false;
    }

    /// <summary>Listening mode is a help, not a need: a board whose firmware forbids it is sent the file all the same.</summary>
    async ValueTask TryListenAsync(ControlRequests requests, CancellationToken stop)
    {
        try
        {
            await requests.StartListeningAsync(stop).ConfigureAwait(false);
            var started = _time.GetTimestamp();
            while (await requests.FindListeningAsync(stop).ConfigureAwait(false) == false && _time.GetElapsedTime(started) < ListeningDeadline)
            {
                await _unit.WaitForAsync(UnitPresence.Absent | UnitPresence.Dfu, Interval, stop).ConfigureAwait(false);
            }
        }
        catch (PogolineException e) when (e.Code == ControlFaults.NotSupported || e.Code == ControlFaults.Refused)
        {
            // Device OS before 1.1.0 on Gen 2, or a product that disables listening mode.
        }
    }
}

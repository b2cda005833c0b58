using Pogoline.Links.Control;
using Pogoline.Programming.Modes;

namespace Pogoline.Programming;

/// <summary>Sends files by control requests, in listening mode where the board goes there, so that its network does not interfere.</summary>
sealed class ControlExecutor(IUnit unit, JobContent content, JobTally tally, TimeProvider time, JobProgress progress) : UpdateExecutor(unit, content, tally, time, progress)
{
    static readonly TimeSpan ListeningDeadline = TimeSpan.FromSeconds(5);
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
            return await SessionEnd.WaitAsync(_unit, pipe, transfer.RestartDeadline, _time, stop).ConfigureAwait(false);
        }
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

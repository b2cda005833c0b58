using Pogoline.Links;
using Pogoline.Links.Listening;
using Pogoline.Programming.Modes;

namespace Pogoline.Programming;

/// <summary>Sends files by YMODEM on the console of listening mode.</summary>
sealed class SerialExecutor(IUnit unit, JobContent content, JobTally tally, TimeProvider time, JobProgress progress) : UpdateExecutor(unit, content, tally, time, progress)
{
    /// <summary>Setting this rate makes a running system listen; in listening mode it does nothing.</summary>
    const uint ListeningBaudRate = 28800;

    static readonly TimeSpan ListeningDeadline = TimeSpan.FromSeconds(30);

    readonly IUnit _unit = unit;
    readonly TimeProvider _time = time;

    protected override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> file, UpdateTransfer transfer, CancellationToken stop)
    {
        var channel = await _unit.OpenSerialAsync(ListeningBaudRate, stop).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            var console = new ListeningConsole(channel, _time);
            await AwaitConsoleAsync(console, stop).ConfigureAwait(false);
            await console.SendFirmwareAsync(file, transfer.Sent, stop).ConfigureAwait(false);
            transfer.Accepted();
            return await HasLeftAsync(channel, transfer.RestartDeadline, stop).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<ReportAnswer> AskAsync(IUnit unit, TimeProvider time, CancellationToken stop) => SystemReports.AskAnyhowAsync(unit, time, stop);

    /// <summary>Whether the port goes away; what the board still says meanwhile is of no account.</summary>
    async ValueTask<bool> HasLeftAsync(ISerialChannel channel, TimeSpan deadline, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        var text = new byte[256];
        while (deadline - _time.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
        {
            var result = await channel.ReadAsync(text, left, stop).ConfigureAwait(false);
            if (result.Status is TransferStatus.Gone or TransferStatus.BusError) return true;
            if (_unit.Presence != UnitPresence.System) return true;
        }
        return false;
    }

    /// <summary>The console answers when the board listens.</summary>
    async ValueTask AwaitConsoleAsync(ListeningConsole console, CancellationToken stop)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await console.GetVersionAsync(stop).ConfigureAwait(false);
                return;
            }
            catch (PogolineException e) when (e.Code == ListeningFaults.Silent && _time.GetElapsedTime(started) < ListeningDeadline)
            {
                // A board that is still starting, or busy with its network.
            }
        }
    }
}

using Pogoline.Links.Listening;

namespace Pogoline.Programming;

/// <summary>Sends files by YMODEM on the console of listening mode.</summary>
sealed class SerialExecutor(IUnit unit, JobContent content, JobTally tally, TimeProvider time, JobProgress progress) : UpdateExecutor(unit, content, tally, time, progress)
{
    /// <summary>Setting this rate makes a running system listen; in listening mode it does nothing.</summary>
    const uint ListeningBaudRate = 28800;

    static readonly TimeSpan ListeningDeadline = TimeSpan.FromSeconds(30);

    readonly IUnit _unit = unit;
    readonly TimeProvider _time = time;

    protected override async ValueTask SendAsync(ReadOnlyMemory<byte> file, Action<int> sent, CancellationToken stop)
    {
        var channel = await _unit.OpenSerialAsync(ListeningBaudRate, stop).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            var console = new ListeningConsole(channel, _time);
            await AwaitConsoleAsync(console, stop).ConfigureAwait(false);
            await console.SendFirmwareAsync(file, sent, stop).ConfigureAwait(false);
        }
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

using Pogoline.Links.Dfu;
using Pogoline.Platforms;

namespace Pogoline.Programming.Backup;

/// <summary>Reads the places of all components of a unit by DFU; writes nothing, and puts the unit back into the mode it came from.</summary>
/// <param name="unit">The unit.</param>
/// <param name="time">The clock.</param>
/// <param name="observer">Is told how it gets on; may be null.</param>
public sealed class BackupJob(IUnit unit, TimeProvider time, IProgrammingObserver? observer)
{
    readonly JobProgress _progress = new(unit.DeviceId, observer);

    /// <summary>Reads the flash.</summary>
    /// <returns>The archive.</returns>
    /// <exception cref="PogolineException">The unit cannot be read.</exception>
    public async ValueTask<byte[]> RunAsync(CancellationToken stop)
    {
        var wasInDfu = unit.Presence == UnitPresence.Dfu;
        var executor = new PlanExecutor(unit, JobContent.None, new(), time, _progress);
        await using (executor.ConfigureAwait(false))
        {
            var dfu = await executor.Dfu.OpenAsync(stop).ConfigureAwait(false);
            try
            {
                return await ReadAsync(dfu, stop).ConfigureAwait(false);
            }
            finally
            {
                if (!wasInDfu) await executor.TryLeaveAsync().ConfigureAwait(false);
            }
        }
    }

    async ValueTask<byte[]> ReadAsync(DfuDevice dfu, CancellationToken stop)
    {
        var areas = new List<(string, FlashAddress, ReadOnlyMemory<byte>)>();
        foreach (var component in unit.Platform.Components.Where(c => c.Storage == StorageKind.InternalFlash))
        {
            foreach (var place in component.Positions.GroupBy(p => p.Start).Select(g => g.MaxBy(p => p.Range.Length)!))
            {
                var alternate = unit.Platform.Alternates.Single(a => a.Storage == component.Storage);
                var bytes = new byte[place.Range.Length];
                _progress.Begin(ProgrammingPhase.Look, component.Name, bytes.Length);
                await dfu.ReadAsync(alternate.Number, alternate.Offset.Value + place.Start.Value, bytes, _progress.Add, stop).ConfigureAwait(false);
                areas.Add((component.Name, place.Start, bytes));
            }
        }
        return FlashBackup.Pack(unit.Platform, unit.DeviceId, time.GetUtcNow(), areas);
    }
}

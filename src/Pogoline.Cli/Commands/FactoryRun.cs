using Pogoline.FactoryData;
using Pogoline.Host.FactoryData;
using Pogoline.Programming;

namespace Pogoline.Cli.Commands;

/// <summary>Jobs with a row of factory data each: the row is the board's own before the job begins, and noted as used when it has passed.</summary>
/// <param name="table">The rows; null for jobs without.</param>
sealed class FactoryRun(FactoryTable? table)
{
    /// <summary>Runs the job of a board with its row.</summary>
    public async Task<ProgrammingResult> RunAsync(IUnit unit, Func<FactoryRow?, Task<ProgrammingResult>> job, CancellationToken stop)
    {
        if (table is null) return await job(null);
        try
        {
            if (unit.DeviceId == unit.Port) throw new PogolineException(FactoryFaults.NoIdentity, $"The board at {unit.Port} shows no device ID.",
                "Bring it to DFU mode or start its system, so that it shows its serial number.");
            var ledger = new FactoryLedger(table, TimeProvider.System);
            var row = await ledger.ReserveAsync(unit.DeviceId, stop);
            var result = await job(row);
            if (result.Outcome is Outcome.Passed or Outcome.Unverified) await ledger.ConfirmAsync(row, unit.DeviceId, CancellationToken.None);
            return result with { Notes = [.. result.Notes, $"Factory data: {row} of {table.Path} belongs to this board."] };
        }
        catch (PogolineException e)
        {
            return new() { Outcome = Outcome.Refused, Unit = new(unit.DeviceId, unit.Platform.Name, unit.Port), Error = ErrorSummary.Of(e), Exit = e.Code.Exit };
        }
    }
}

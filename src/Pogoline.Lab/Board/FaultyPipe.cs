using Pogoline.Links;

namespace Pogoline.Lab.Board;

/// <summary>A control transfer on its way to a board.</summary>
/// <param name="Number">Counts the transfers of the pipe, from 0.</param>
/// <param name="Setup">The SETUP packet.</param>
/// <param name="Data">What the host sends.</param>
public readonly record struct ControlTransfer(int Number, SetupPacket Setup, ReadOnlyMemory<byte> Data);

/// <summary>What goes wrong with a control transfer.</summary>
public abstract record PipeFault
{
    PipeFault()
    {
    }

    /// <summary>Refused without reaching the board.</summary>
    public sealed record Stall : PipeFault;

    /// <summary>Lost: the host waits for its whole timeout.</summary>
    public sealed record Silence : PipeFault;

    /// <summary>The device is gone, for this and every later transfer.</summary>
    public sealed record Vanish : PipeFault;

    /// <summary>Carried out, but other bytes come back, or another number of them.</summary>
    /// <param name="Change">Makes the bytes from those the board sent; what exceeds the host's buffer is cut.</param>
    public sealed record Answer(Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> Change) : PipeFault;

    /// <summary>Carried out, but the host is told another number of bytes.</summary>
    /// <param name="Value">The number.</param>
    public sealed record Count(int Value) : PipeFault;
}

/// <summary>A pipe on which chosen transfers fail in chosen ways.</summary>
/// <param name="pipe">The pipe to the board.</param>
/// <param name="clock">The clock by which a lost transfer runs into its timeout.</param>
/// <param name="choose">Gives the fault of a transfer, or null for none.</param>
public sealed class FaultyPipe(IControlPipe pipe, LabClock clock, Func<ControlTransfer, PipeFault?> choose) : IControlPipe
{
    int _transfers;
    bool _gone;

    /// <inheritdoc/>
    public async ValueTask<TransferResult> ReadAsync(SetupPacket setup, Memory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        var fault = Next(setup, default);
        if (await FailAsync(fault, timeout, stop).ConfigureAwait(false) is { } failed) return failed;
        var result = await pipe.ReadAsync(setup, data, timeout, stop).ConfigureAwait(false);
        if (fault is not PipeFault.Answer(var change)) return Counted(result, fault);
        var answer = change(data[..result.Count].ToArray());
        var count = Math.Min(answer.Length, setup.Length);
        answer[..count].CopyTo(data);
        return result with { Count = count };
    }

    /// <inheritdoc/>
    public async ValueTask<TransferResult> WriteAsync(SetupPacket setup, ReadOnlyMemory<byte> data, TimeSpan timeout, CancellationToken stop)
    {
        var fault = Next(setup, data);
        return await FailAsync(fault, timeout, stop).ConfigureAwait(false) is { } failed
            ? failed : Counted(await pipe.WriteAsync(setup, data, timeout, stop).ConfigureAwait(false), fault);
    }

    /// <inheritdoc/>
    public async ValueTask<TransferResult> SelectAlternateAsync(byte interfaceNumber, byte alternate, TimeSpan timeout, CancellationToken stop)
    {
        const byte SetInterface = 11;
        var fault = Next(new(0x01, SetInterface, alternate, interfaceNumber, 0), default);
        return await FailAsync(fault, timeout, stop).ConfigureAwait(false)
            ?? await pipe.SelectAlternateAsync(interfaceNumber, alternate, timeout, stop).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => pipe.DisposeAsync();

    PipeFault? Next(SetupPacket setup, ReadOnlyMemory<byte> data)
    {
        var fault = choose(new(_transfers++, setup, data));
        _gone |= fault is PipeFault.Vanish;
        return fault;
    }

    async ValueTask<TransferResult?> FailAsync(PipeFault? fault, TimeSpan timeout, CancellationToken stop)
    {
        if (_gone) return new TransferResult(TransferStatus.Gone, 0);
        if (fault is PipeFault.Stall) return new TransferResult(TransferStatus.Stalled, 0);
        if (fault is not PipeFault.Silence) return null;
        await clock.SpendAsync(clock.Timing.Of(timeout), stop).ConfigureAwait(false);
        return new TransferResult(TransferStatus.TimedOut, 0);
    }

    static TransferResult Counted(TransferResult result, PipeFault? fault) =>
        fault is PipeFault.Count(var value) ? result with { Count = value } : result;
}

namespace Pogoline.Links.Swd.Probes.StLink;

/// <summary>
/// Memory by the ST-LINK's own commands: at most a 1 KiB window for words, because older firmware lets TAR wrap there, and 64 bytes for bytes. None of them has
/// a status of its own, so it is asked for behind each.
/// </summary>
sealed class StLinkMemory(StLinkProbe probe) : IMemory
{
    const uint Window = 1024;
    const int MostBytes = 64;
    const int Tries = 8;

    public async ValueTask RunAsync(IReadOnlyList<MemoryOperation> operations, CancellationToken stop)
    {
        foreach (var operation in operations)
        {
            for (var done = 0; done < operation.Length;)
            {
                var address = operation.Address + (uint)done;
                var left = (uint)(operation.Length - done);
                var width = address % sizeof(uint) == 0 && left >= sizeof(uint) ? sizeof(uint) : 1;
                var length = (int)(width == 1 ? Math.Min(left, sizeof(uint) - (address % sizeof(uint))) : Math.Min(Window - (address % Window), left & ~3u));
                if (operation.IsRead) await ReadAsync(address, operation.Destination.Slice(done, length), width, stop).ConfigureAwait(false);
                else await WriteAsync(address, operation.Source.Slice(done, length), width, stop).ConfigureAwait(false);
                done += length;
            }
        }
    }

    public async ValueTask WriteByWidthAsync(uint address, ReadOnlyMemory<byte> data, int width, CancellationToken stop)
    {
        if (width == sizeof(ushort) && !probe.Version.HasHalfWords)
            throw new PogolineException(SwdFaults.ProbeUnfit, $"The ST-LINK's firmware {probe.Version} cannot write half-words; V2J26 or later can.", "Update the ST-LINK's firmware, or power the board with 2.7 V or more.");
        while (!data.IsEmpty)
        {
            var length = (int)Math.Min(width == 1 ? MostBytes : Window - (address % Window), (uint)data.Length);
            await WriteAsync(address, data[..length], width, stop).ConfigureAwait(false);
            (address, data) = (address + (uint)length, data[length..]);
        }
    }

    async ValueTask ReadAsync(uint address, Memory<byte> into, int width, CancellationToken stop)
    {
        // The answer to a single byte has two.
        const int shortestAnswer = 2;
        if (into.Length >= shortestAnswer)
        {
            await AccessAsync(StLinkCommand.ReadMemory(width, address, into.Length), address, default, into, stop).ConfigureAwait(false);
            return;
        }
        var answer = new byte[shortestAnswer];
        await AccessAsync(StLinkCommand.ReadMemory(width, address, into.Length), address, default, answer, stop).ConfigureAwait(false);
        answer.AsSpan(0, into.Length).CopyTo(into.Span);
    }

    ValueTask WriteAsync(uint address, ReadOnlyMemory<byte> data, int width, CancellationToken stop) =>
        AccessAsync(StLinkCommand.WriteMemory(width, address, data.Length), address, data, default, stop);

    async ValueTask AccessAsync(StLinkCommand command, uint address, ReadOnlyMemory<byte> send, Memory<byte> receive, CancellationToken stop)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (status, at) = await probe.AccessAsync(command, send, receive, stop).ConfigureAwait(false);
            var ack = StLinkProbe.AckOf(status);
            if (ack == SwdAck.Ok) return;
            if (ack == SwdAck.Fault)
            {
                throw new PogolineException(SwdFaults.Bus, $"The target refused the access to 0x{(at == 0 ? address : at):X8} (status {status}).",
                    "Check the address; if it is flash, look at 'pogoline swd info' whether it is protected.");
            }
            if (attempt == Tries) throw DebugPort.Lost($"0x{address:X8} answered {status} {attempt + 1} times");
            await probe.BackOffAsync(attempt, stop).ConfigureAwait(false);
            if (ack != SwdAck.Wait) await probe.ResetLineAsync(stop).ConfigureAwait(false);
        }
    }
}

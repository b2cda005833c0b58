namespace Pogoline.Links.Dfu;

/// <summary>What a device did after it had taken a firmware.</summary>
public enum DfuManifestation
{
    /// <summary>It is in dfuIDLE again (manifestation tolerant).</summary>
    Idle,

    /// <summary>It waits for a bus reset.</summary>
    WaitsForReset,

    /// <summary>It has left the bus by itself.</summary>
    Left,
}

/// <summary>Download and upload as USB DFU 1.1 §6 has them, without the addresses of DfuSe: block numbers from 0, the device knows the place.</summary>
/// <param name="device">A device in DFU mode.</param>
public sealed class PlainDfu(DfuDevice device)
{
    static readonly TimeSpan BlockDeadline = TimeSpan.FromSeconds(60);
    static readonly TimeSpan ManifestDeadline = TimeSpan.FromSeconds(120);

    /// <summary>Sends a firmware and waits until the device has taken it over.</summary>
    /// <param name="alternate">The alternate setting.</param>
    /// <param name="data">The firmware, without its suffix.</param>
    /// <param name="written">Told the bytes of each block.</param>
    /// <param name="stop">Observed between blocks.</param>
    /// <exception cref="PogolineException">The device cannot download, refuses, or does not come to an end.</exception>
    public async ValueTask<DfuManifestation> DownloadAsync(byte alternate, ReadOnlyMemory<byte> data, Action<int>? written, CancellationToken stop)
    {
        Require(device.Interface.CanDownload, "takes no downloads (bitCanDnload is 0)");
        _ = device.Alternate(alternate);
        await device.Session.SelectAsync(alternate).ConfigureAwait(false);
        var block = 0;
        for (var at = 0; at < data.Length; at += device.BlockSize, block++)
        {
            stop.ThrowIfCancellationRequested();
            var part = data[at..Math.Min(at + device.BlockSize, data.Length)];
            // The block number wraps after 65535 (§6.1.1).
            await device.Session.DownloadAsync((ushort)block, part, new("writing", alternate, 0, at), BlockDeadline).ConfigureAwait(false);
            written?.Invoke(part.Length);
        }
        return await ManifestAsync((ushort)block, new("taking the firmware over", alternate, 0, data.Length)).ConfigureAwait(false);
    }

    /// <summary>Receives the firmware: blocks until one is short.</summary>
    /// <param name="alternate">The alternate setting.</param>
    /// <param name="into">Where to.</param>
    /// <param name="atMost">How many bytes at most.</param>
    /// <param name="read">Told the bytes of each block.</param>
    /// <param name="stop">Observed between blocks.</param>
    /// <returns>How many bytes came.</returns>
    public async ValueTask<long> UploadAsync(byte alternate, Stream into, long atMost, Action<int>? read, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(into);
        Require(device.Interface.CanUpload, "gives nothing back (bitCanUpload is 0)");
        _ = device.Alternate(alternate);
        await device.Session.SelectAsync(alternate).ConfigureAwait(false);
        if (device.Session.State != DfuState.Idle) await device.Session.ReturnToIdleAsync(stop).ConfigureAwait(false);
        var buffer = new byte[device.BlockSize];
        long total = 0;
        for (var block = 0; total < atMost; block++)
        {
            stop.ThrowIfCancellationRequested();
            var count = await device.Session.UploadAsync((ushort)block, buffer, new("reading", alternate, 0, (int)Math.Min(total, int.MaxValue))).ConfigureAwait(false);
            var wanted = (int)Math.Min(count, atMost - total);
            await into.WriteAsync(buffer.AsMemory(0, wanted), stop).ConfigureAwait(false);
            total += wanted;
            read?.Invoke(wanted);
            if (count < buffer.Length) return total;
        }
        await device.Session.AbortAsync().ConfigureAwait(false);
        return total;
    }

    async ValueTask<DfuManifestation> ManifestAsync(ushort block, DfuOperation operation)
    {
        await device.Session.FinishDownloadAsync(block, operation).ConfigureAwait(false);
        for (var waited = TimeSpan.Zero; waited < ManifestDeadline;)
        {
            var (result, reply) = await device.Session.GetStatusAsync(operation).ConfigureAwait(false);
            if (!result.IsCompleted)
            {
                // A device that is not manifestation tolerant need not answer any more (§7).
                return device.Interface.IsManifestationTolerant && result.Status != TransferStatus.Gone
                    ? throw DfuSession.Lost(result.Status, operation) : DfuManifestation.Left;
            }
            switch (reply.State)
            {
                case DfuState.Error:
                    throw await device.Session.RefuseAsync(operation, reply).ConfigureAwait(false);
                case DfuState.Idle:
                    return DfuManifestation.Idle;
                case DfuState.ManifestWaitReset:
                    return DfuManifestation.WaitsForReset;
            }
            var pause = reply.PollTime > TimeSpan.FromMilliseconds(1) ? reply.PollTime : TimeSpan.FromMilliseconds(1);
            await device.Session.PollDelayAsync(reply with { PollTime = pause }).ConfigureAwait(false);
            waited += pause < DfuDevice.PollTimeCap ? pause : DfuDevice.PollTimeCap;
        }
        throw new PogolineException(DfuFaults.TimedOut, $"While {operation}: not done after {ManifestDeadline.TotalSeconds} s.", "Reset the device and look what firmware it runs.");
    }

    static void Require(bool can, string what)
    {
        if (!can) throw new PogolineException(DfuFaults.NotSupported, $"The device {what}.", "Use another way for this device.");
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Pogoline.Links.Dfu;

/// <summary>An alternate setting of an opened DFU device.</summary>
/// <param name="Number">bAlternateSetting.</param>
/// <param name="Text">Its interface string.</param>
/// <param name="Memory">The memory that the string describes; null when it is no DfuSe description.</param>
public sealed record DfuAlternate(byte Number, string Text, DfuMemoryMap? Memory);

/// <summary>
/// The host side of DfuSe (docs/dfu.md) over endpoint 0 of one device. Operations leave the device in dfuIDLE or dfuDNLOAD-IDLE; a refusal is
/// thrown with <see cref="DfuFaults"/> after the device has been brought back to dfuIDLE where it lets itself be. Cancelled only between blocks.
/// </summary>
public sealed class DfuDevice
{
    /// <summary>The largest block: Particle bootloaders overrun a buffer above it, whatever their descriptor says.</summary>
    public const int MaximumBlock = 4096;

    /// <summary>The longest poll time that is obeyed; bootloaders that ask for more have been seen to be done long before.</summary>
    public static readonly TimeSpan PollTimeCap = TimeSpan.FromSeconds(1);

    // Gen 2 keeps GETSTATUS itself waiting while it erases: 2 s typical worst for 128 KiB, doubled.
    static readonly TimeSpan TransferTimeout = TimeSpan.FromSeconds(5);
    static readonly TimeSpan OperationDeadline = TimeSpan.FromSeconds(15);

    const byte ClassOut = 0x21;
    const byte ClassIn = 0xA1;
    const byte SetAddressCommand = 0x21;
    const byte EraseCommand = 0x41;
    const int FirstDataBlock = 2;

    readonly IControlPipe _pipe;
    readonly TimeProvider _time;
    readonly DfuDescriptors _descriptors;
    readonly byte[] _status = new byte[DfuStatusReply.Size];
    readonly byte[] _command = new byte[5];
    byte? _selected;
    DfuState _state;

    DfuDevice(IControlPipe pipe, TimeProvider time, DfuDescriptors descriptors, IReadOnlyList<DfuAlternate> alternates) =>
        (_pipe, _time, _descriptors, Alternates) = (pipe, time, descriptors, alternates);

    /// <summary>The alternate settings in descriptor order.</summary>
    public IReadOnlyList<DfuAlternate> Alternates { get; }

    /// <summary>The block size in use, in bytes: wTransferSize, at most <see cref="MaximumBlock"/>.</summary>
    public int BlockSize => Math.Min((int)_descriptors.TransferSize, MaximumBlock);

    /// <summary>Reads descriptors and strings, and brings the device to dfuIDLE.</summary>
    /// <exception cref="PogolineException"><see cref="DfuFaults"/>: no DFU device, or one that does not answer.</exception>
    public static async ValueTask<DfuDevice> OpenAsync(IControlPipe pipe, TimeProvider time, CancellationToken stop)
    {
        var configuration = await ReadDescriptorAsync(pipe, 2, 0, 0, 9, stop).ConfigureAwait(false);
        if (configuration.Length == 9)
        {
            var total = BinaryPrimitives.ReadUInt16LittleEndian(configuration.AsSpan(2));
            configuration = await ReadDescriptorAsync(pipe, 2, 0, 0, total, stop).ConfigureAwait(false);
        }
        if (!DfuDescriptors.TryRead(configuration, out var descriptors))
        {
            throw new PogolineException(DfuFaults.NotDfu, $"The configuration descriptor ({configuration.Length} bytes) shows no usable DFU interface.",
                "Put the board into DFU mode (hold MODE while resetting until the LED blinks yellow) and try again.");
        }
        var alternates = new List<DfuAlternate>();
        foreach (var alternate in descriptors!.Alternates)
        {
            var text = await ReadStringAsync(pipe, alternate.StringIndex, stop).ConfigureAwait(false);
            alternates.Add(new(alternate.Number, text, DfuMemoryMap.TryParse(text, out var map) ? map : null));
        }
        var device = new DfuDevice(pipe, time, descriptors, alternates);
        await device.ReturnToIdleAsync(stop).ConfigureAwait(false);
        return device;
    }

    /// <summary>The alternate of that number.</summary>
    /// <exception cref="PogolineException">The device has none such.</exception>
    public DfuAlternate Alternate(byte number) =>
        Alternates.FirstOrDefault(a => a.Number == number) ?? throw new PogolineException(
            DfuFaults.NotDfu, $"The device has no alternate {number}; it has {string.Join(", ", Alternates.Select(a => a.Number))}.",
            "Check that the board is the platform you think it is.");

    /// <summary>Erases the sector that holds an address.</summary>
    public async ValueTask EraseAsync(byte alternate, uint address, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await SelectAsync(alternate).ConfigureAwait(false);
        await CommandAsync(EraseCommand, address, new("erasing", alternate, address, 0)).ConfigureAwait(false);
    }

    /// <summary>Writes to erased memory: the address once, then blocks in a row. Reads nothing back.</summary>
    /// <param name="alternate">The alternate setting.</param>
    /// <param name="address">Where, as DFU sees it.</param>
    /// <param name="data">What; at least 1 byte.</param>
    /// <param name="written">Told the bytes of each block when the device has taken it.</param>
    /// <param name="stop">Observed between blocks.</param>
    public async ValueTask WriteAsync(byte alternate, uint address, ReadOnlyMemory<byte> data, Action<int>? written, CancellationToken stop)
    {
        await SelectAsync(alternate).ConfigureAwait(false);
        await CommandAsync(SetAddressCommand, address, new("setting the address", alternate, address, 0)).ConfigureAwait(false);
        for (var at = 0; at < data.Length; at += BlockSize)
        {
            stop.ThrowIfCancellationRequested();
            var block = data.Slice(at, Math.Min(BlockSize, data.Length - at));
            var operation = new Operation("writing", alternate, address + (uint)at, at);
            await DownloadAsync((ushort)(FirstDataBlock + (at / BlockSize)), block, operation).ConfigureAwait(false);
            written?.Invoke(block.Length);
        }
    }

    /// <summary>Reads memory: the address once, then blocks in a row. Ends in dfuIDLE.</summary>
    /// <param name="alternate">The alternate setting.</param>
    /// <param name="address">Where, as DFU sees it.</param>
    /// <param name="into">Where to; its length is how much.</param>
    /// <param name="read">Told the bytes of each block.</param>
    /// <param name="stop">Observed between blocks.</param>
    public async ValueTask ReadAsync(byte alternate, uint address, Memory<byte> into, Action<int>? read, CancellationToken stop)
    {
        await SelectAsync(alternate).ConfigureAwait(false);
        await CommandAsync(SetAddressCommand, address, new("setting the address", alternate, address, 0)).ConfigureAwait(false);
        await AbortAsync().ConfigureAwait(false);
        for (var at = 0; at < into.Length; at += BlockSize)
        {
            stop.ThrowIfCancellationRequested();
            var block = into.Slice(at, Math.Min(BlockSize, into.Length - at));
            var operation = new Operation("reading", alternate, address + (uint)at, at);
            var setup = new SetupPacket(ClassIn, (byte)DfuRequest.Upload, (ushort)(FirstDataBlock + (at / BlockSize)), _descriptors.InterfaceNumber, (ushort)block.Length);
            var result = await _pipe.ReadAsync(setup, block, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
            if (!result.IsCompleted) throw await FailAsync(result, operation).ConfigureAwait(false);
            if (result.Count != block.Length)
            {
                await ReturnToIdleAsync(CancellationToken.None).ConfigureAwait(false);
                throw new PogolineException(DfuFaults.ShortRead, $"While {operation}: {result.Count} bytes came where {block.Length} were asked for.",
                    "Try another cable and port; if it stays, the range is not readable on this device.");
            }
            read?.Invoke(block.Length);
        }
        await AbortAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Tells the device to leave DFU mode: a zero-length download and exactly one GETSTATUS (a second one cancels the reset on Gen 3). The
    /// device resets some 500 ms later; that it did must be observed on the bus.
    /// </summary>
    public async ValueTask LeaveAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (_state is not (DfuState.Idle or DfuState.DownloadIdle)) await ReturnToIdleAsync(stop).ConfigureAwait(false);
        var operation = new Operation("leaving DFU mode", _selected ?? 0, 0, 0);
        var setup = new SetupPacket(ClassOut, (byte)DfuRequest.Download, FirstDataBlock, _descriptors.InterfaceNumber, 0);
        var result = await _pipe.WriteAsync(setup, default, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
        if (!result.IsCompleted) throw await FailAsync(result, operation).ConfigureAwait(false);
        var (status, reply) = await GetStatusAsync(operation).ConfigureAwait(false);
        // Gen 3 says Manifest, Gen 2 DownloadIdle; a refusal or a vanished device at this point means that it is already on its way.
        if (status.IsCompleted && reply.State == DfuState.Error) throw Refusal(operation, reply, "");
    }

    async ValueTask SelectAsync(byte alternate)
    {
        if (_selected == alternate) return;
        _ = Alternate(alternate);
        var result = await _pipe.SelectAlternateAsync(_descriptors.InterfaceNumber, alternate, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
        if (!result.IsCompleted) throw await FailAsync(result, new("selecting the memory", alternate, 0, 0)).ConfigureAwait(false);
        _selected = alternate;
    }

    ValueTask CommandAsync(byte command, uint address, Operation operation)
    {
        _command[0] = command;
        BinaryPrimitives.WriteUInt32LittleEndian(_command.AsSpan(1), address);
        return DownloadAsync(0, _command, operation);
    }

    async ValueTask DownloadAsync(ushort block, ReadOnlyMemory<byte> data, Operation operation)
    {
        if (_state is not (DfuState.Idle or DfuState.DownloadIdle)) await ReturnToIdleAsync(CancellationToken.None).ConfigureAwait(false);
        var setup = new SetupPacket(ClassOut, (byte)DfuRequest.Download, block, _descriptors.InterfaceNumber, (ushort)data.Length);
        var result = await _pipe.WriteAsync(setup, data, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
        if (!result.IsCompleted) throw await FailAsync(result, operation).ConfigureAwait(false);
        _state = DfuState.DownloadSync;
        var started = _time.GetTimestamp();
        while (true)
        {
            var (status, reply) = await GetStatusAsync(operation).ConfigureAwait(false);
            // A refused GETSTATUS is how Gen 2 shows that the block failed; every later reply says OK.
            if (!status.IsCompleted) throw await FailAsync(status, operation).ConfigureAwait(false);
            switch (reply.Next)
            {
                case DfuNext.Ready:
                    return;
                case DfuNext.Failed:
                    throw await RefuseAsync(operation, reply).ConfigureAwait(false);
                case DfuNext.Nonsense:
                    throw new PogolineException(DfuFaults.Nonsense, $"While {operation}: the device answered {reply}.", "Reset the board into DFU mode and try again.");
                case DfuNext.Poll when _time.GetElapsedTime(started) > OperationDeadline:
                    throw new PogolineException(DfuFaults.TimedOut, $"While {operation}: still {reply} after {OperationDeadline.TotalSeconds} s.", "Reset the board into DFU mode and try again.");
                case DfuNext.Poll when reply.PollTime > TimeSpan.Zero:
                    await Task.Delay(reply.PollTime < PollTimeCap ? reply.PollTime : PollTimeCap, _time, CancellationToken.None).ConfigureAwait(false);
                    break;
            }
        }
    }

    async ValueTask<(ControlResult Result, DfuStatusReply Reply)> GetStatusAsync(Operation operation)
    {
        var setup = new SetupPacket(ClassIn, (byte)DfuRequest.GetStatus, 0, _descriptors.InterfaceNumber, DfuStatusReply.Size);
        var result = await _pipe.ReadAsync(setup, _status, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
        if (!result.IsCompleted) return (result, default);
        if (DfuStatusReply.TryRead(_status.AsSpan(0, result.Count), out var reply) != OperationStatus.Done)
        {
            throw new PogolineException(DfuFaults.Nonsense, $"While {operation}: GETSTATUS returned {Convert.ToHexString(_status, 0, result.Count)}.",
                "Try another cable and port; if it stays, reset the board into DFU mode.");
        }
        _state = reply.State;
        return (result, reply);
    }

    async ValueTask AbortAsync()
    {
        var setup = new SetupPacket(ClassOut, (byte)DfuRequest.Abort, 0, _descriptors.InterfaceNumber, 0);
        var result = await _pipe.WriteAsync(setup, default, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
        if (!result.IsCompleted) throw await FailAsync(result, new("ending an operation", _selected ?? 0, 0, 0)).ConfigureAwait(false);
        _state = DfuState.Idle;
    }

    /// <summary>GETSTATUS first: an unasked CLRSTATUS would itself put an idle Particle bootloader into dfuERROR.</summary>
    async ValueTask ReturnToIdleAsync(CancellationToken stop)
    {
        var operation = new Operation("bringing the device to dfuIDLE", _selected ?? 0, 0, 0);
        for (var attempt = 0; attempt < 4; attempt++)
        {
            stop.ThrowIfCancellationRequested();
            var (result, reply) = await GetStatusAsync(operation).ConfigureAwait(false);
            if (result.Status is ControlStatus.Gone or ControlStatus.TimedOut) throw Lost(result.Status, operation);
            if (!result.IsCompleted) continue;
            if (reply.State == DfuState.Idle) return;
            var request = reply.State == DfuState.Error ? DfuRequest.ClearStatus : DfuRequest.Abort;
            await _pipe.WriteAsync(new(ClassOut, (byte)request, 0, _descriptors.InterfaceNumber, 0), default, TransferTimeout, CancellationToken.None).ConfigureAwait(false);
        }
        throw new PogolineException(DfuFaults.Nonsense, "The device does not return to dfuIDLE by GETSTATUS, CLRSTATUS and ABORT.", "Reset the board into DFU mode and try again.");
    }

    async ValueTask<PogolineException> FailAsync(ControlResult result, Operation operation)
    {
        if (result.Status is ControlStatus.Gone or ControlStatus.TimedOut) return Lost(result.Status, operation);
        var (status, reply) = await GetStatusAsync(operation).ConfigureAwait(false);
        if (status.Status is ControlStatus.Gone or ControlStatus.TimedOut) return Lost(status.Status, operation);
        return await RefuseAsync(operation, reply).ConfigureAwait(false);
    }

    async ValueTask<PogolineException> RefuseAsync(Operation operation, DfuStatusReply reply)
    {
        var detail = reply is { Status: DfuStatus.Vendor, StringIndex: > 0 }
            ? await ReadStringAsync(_pipe, reply.StringIndex, CancellationToken.None).ConfigureAwait(false) : "";
        await ReturnToIdleAsync(CancellationToken.None).ConfigureAwait(false);
        return Refusal(operation, reply, detail);
    }

    static PogolineException Refusal(Operation operation, DfuStatusReply reply, string detail) => reply.Status == DfuStatus.Vendor
        ? new(DfuFaults.Protected, $"While {operation}: the device refused, {reply}{(detail.Length > 0 ? $": \"{detail}\"" : "")}.",
            "Take device protection off for this device first, then try again.")
        : new(DfuFaults.Refused, $"While {operation}: the device refused, {reply}.",
            "Run the same command again: what is already right is not written twice. If it stays, the flash there cannot be written.");

    static PogolineException Lost(ControlStatus status, Operation operation) => status == ControlStatus.Gone
        ? new(DfuFaults.Gone, $"While {operation}: the device left the bus.",
            "Check cable and supply, put the board into DFU mode and run the same command again: what is already right is not written twice.")
        : new(DfuFaults.TimedOut, $"While {operation}: no answer within {TransferTimeout.TotalSeconds} s.",
            "Reset the board into DFU mode and run the same command again: what is already right is not written twice.");

    static async ValueTask<byte[]> ReadDescriptorAsync(IControlPipe pipe, byte type, byte index, ushort language, ushort length, CancellationToken stop)
    {
        var buffer = new byte[length];
        var setup = new SetupPacket(0x80, 6, (ushort)((type << 8) | index), language, length);
        var result = await pipe.ReadAsync(setup, buffer, TransferTimeout, stop).ConfigureAwait(false);
        if (result.Status is ControlStatus.Gone or ControlStatus.TimedOut) throw Lost(result.Status, new("reading descriptors", 0, 0, 0));
        return result.IsCompleted ? buffer[..Math.Clamp(result.Count, 0, length)] : [];
    }

    /// <summary>A string descriptor in US English; empty when the device has none such.</summary>
    static async ValueTask<string> ReadStringAsync(IControlPipe pipe, byte index, CancellationToken stop)
    {
        if (index == 0) return "";
        var bytes = await ReadDescriptorAsync(pipe, 3, index, 0x0409, 255, stop).ConfigureAwait(false);
        return bytes.Length < 2 || bytes[1] != 3 ? "" : Encoding.Unicode.GetString(bytes, 2, Math.Max(0, Math.Min(bytes[0], bytes.Length) - 2) & ~1);
    }

    /// <summary>What is being done, for messages.</summary>
    readonly record struct Operation(string What, byte Alternate, uint Address, int Done)
    {
        public override string ToString() => Address == 0 && Done == 0 ? $"{What} (alternate {Alternate})" : string.Create(
            CultureInfo.InvariantCulture, $"{What} at 0x{Address:X8} (alternate {Alternate}, {Done} bytes done)");
    }
}

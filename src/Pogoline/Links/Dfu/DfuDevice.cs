using System.Buffers;
using System.Buffers.Binary;

namespace Pogoline.Links.Dfu;

/// <summary>An alternate setting of an opened DFU device.</summary>
/// <param name="Number">bAlternateSetting.</param>
/// <param name="Text">Its interface string.</param>
/// <param name="Memory">The memory that the string describes; null when it is no DfuSe description.</param>
public sealed record DfuAlternate(byte Number, string Text, DfuMemoryMap? Memory);

/// <summary>How a device is opened that need not be one of Particle's.</summary>
public sealed record DfuOpenOptions
{
    /// <summary>bInterfaceNumber; null for the first DFU interface.</summary>
    public byte? Interface { get; init; }

    /// <summary>The largest block, whatever the descriptor says; the default is what Particle bootloaders can take.</summary>
    public int MaximumBlock { get; init; } = DfuDevice.MaximumBlock;
}

/// <summary>
/// The host side of DfuSe (docs/dfu.md) over endpoint 0 of one device; <see cref="PlainDfu"/> has the operations of devices without DfuSe.
/// Operations leave the device in dfuIDLE or dfuDNLOAD-IDLE; a refusal is thrown with <see cref="DfuFaults"/> after the device has been
/// brought back to dfuIDLE where it lets itself be. Cancelled only between blocks.
/// </summary>
public sealed class DfuDevice
{
    /// <summary>The largest block: Particle bootloaders overrun a buffer above it, whatever their descriptor says.</summary>
    public const int MaximumBlock = 4096;

    /// <summary>bcdDFUVersion of DfuSe.</summary>
    const ushort DfuSeVersion = 0x011A;

    static readonly TimeSpan OperationDeadline = TimeSpan.FromSeconds(15);

    // STM32 data sheets: 32 s for 2 MiB at the lowest voltage, and bootloaders that do the banks one after the other.
    static readonly TimeSpan MassEraseDeadline = TimeSpan.FromSeconds(120);

    const byte SetAddressCommand = 0x21;
    const byte EraseCommand = 0x41;
    const byte ReadUnprotectCommand = 0x92;
    const int FirstDataBlock = 2;
    const int CommandSize = 5;
    const int MostCommands = 64;

    readonly DfuPipeline _pipeline;
    readonly int _maximumBlock;

    /// <summary>Where the address pointer stands; null when it may have been moved.</summary>
    (byte Alternate, uint Address)? _pointer;

    DfuDevice(DfuSession session, DfuPipeline pipeline, DfuInterfaceDescriptor descriptor, IReadOnlyList<DfuAlternate> alternates, int maximumBlock) =>
        (Session, _pipeline, Interface, Alternates, _maximumBlock) = (session, pipeline, descriptor, alternates, maximumBlock);

    /// <summary>The interface and its functional descriptor.</summary>
    public DfuInterfaceDescriptor Interface { get; }

    /// <summary>The alternate settings in descriptor order.</summary>
    public IReadOnlyList<DfuAlternate> Alternates { get; }

    /// <summary>The block size in use, in bytes: wTransferSize, at most what the device was opened with.</summary>
    public int BlockSize => Math.Min(Interface.TransferSize, _maximumBlock);

    /// <summary>Whether addresses and commands of DfuSe are understood, by version or by a memory description.</summary>
    public bool IsDfuSe => Interface.Version == DfuSeVersion || Alternates.Any(a => a.Memory is not null);

    /// <summary>The longest poll time that the device asked for so far.</summary>
    public TimeSpan LongestPollTime => Session.LongestPollTime;

    /// <summary>The longest poll time that is obeyed.</summary>
    public static TimeSpan PollTimeCap => DfuSession.PollTimeCap;

    internal DfuSession Session { get; }

    /// <summary>Reads descriptors and strings, and brings the device to dfuIDLE.</summary>
    /// <exception cref="PogolineException"><see cref="DfuFaults"/>: no DFU device, or one that does not answer.</exception>
    public static ValueTask<DfuDevice> OpenAsync(IControlPipe pipe, TimeProvider time, CancellationToken stop) => OpenAsync(pipe, time, new(), stop);

    /// <summary>Reads descriptors and strings, and brings the device to dfuIDLE when it is in DFU mode.</summary>
    /// <param name="pipe">Endpoint 0.</param>
    /// <param name="time">The clock.</param>
    /// <param name="options">Which interface, and its largest block.</param>
    /// <param name="stop">Observed between requests.</param>
    /// <exception cref="PogolineException"><see cref="DfuFaults"/>: no DFU device, or one that does not answer.</exception>
    public static async ValueTask<DfuDevice> OpenAsync(IControlPipe pipe, TimeProvider time, DfuOpenOptions options, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(options);
        var (interfaces, bytes) = await ReadInterfacesAsync(pipe, stop).ConfigureAwait(false);
        var descriptor = options.Interface is { } number ? interfaces.FirstOrDefault(i => i.Number == number) : interfaces.FirstOrDefault(i => i.IsDfuMode);
        if (descriptor is null)
        {
            throw new PogolineException(DfuFaults.NotDfu, $"The configuration descriptor ({bytes} bytes) shows no usable DFU interface.",
                "Put the board into DFU mode (hold MODE while resetting until the LED blinks yellow) and try again.");
        }
        var alternates = await ReadAlternatesAsync(pipe, descriptor, stop).ConfigureAwait(false);
        var session = new DfuSession(pipe, time, descriptor.Number);
        if (descriptor.IsDfuMode) await session.ReturnToIdleAsync(stop).ConfigureAwait(false);
        return new(session, new(session, pipe, descriptor.Number), descriptor, alternates, options.MaximumBlock);
    }

    /// <summary>The DFU interfaces of a device, without a request that DFU knows; empty when the descriptors show none or are damaged.</summary>
    /// <exception cref="PogolineException"><see cref="DfuFaults"/>: the device does not answer.</exception>
    public static async ValueTask<(IReadOnlyList<DfuInterfaceDescriptor> Interfaces, int Bytes)> ReadInterfacesAsync(IControlPipe pipe, CancellationToken stop)
    {
        var (status, configuration) = await StandardRequests.ReadConfigurationAsync(pipe, DfuSession.TransferTimeout, stop).ConfigureAwait(false);
        if (status is TransferStatus.Gone or TransferStatus.TimedOut or TransferStatus.BusError) throw DfuSession.Lost(status, new("reading descriptors", 0));
        return (DfuDescriptors.TryRead(configuration, out var interfaces) ? interfaces : [], configuration.Length);
    }

    /// <summary>The alternates of an interface with their strings.</summary>
    public static async ValueTask<IReadOnlyList<DfuAlternate>> ReadAlternatesAsync(IControlPipe pipe, DfuInterfaceDescriptor descriptor, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(descriptor);
        var alternates = new List<DfuAlternate>();
        foreach (var alternate in descriptor.Alternates)
        {
            var text = await StandardRequests.ReadStringAsync(pipe, alternate.StringIndex, DfuSession.TransferTimeout, stop).ConfigureAwait(false);
            alternates.Add(new(alternate.Number, text, DfuMemoryMap.TryParse(text, out var map) ? map : null));
        }
        return alternates;
    }

    /// <summary>The alternate of that number.</summary>
    /// <exception cref="PogolineException">The device has none such.</exception>
    public DfuAlternate Alternate(byte number) =>
        Alternates.FirstOrDefault(a => a.Number == number) ?? throw new PogolineException(
            DfuFaults.NotDfu, $"The device has no alternate {number}; it has {string.Join(", ", Alternates.Select(a => a.Number))}.",
            "Check that the board is the platform you think it is.");

    /// <summary>Erases the sectors that hold the addresses.</summary>
    /// <param name="alternate">The alternate setting.</param>
    /// <param name="addresses">An address in each sector.</param>
    /// <param name="erased">Told the index of each address whose sector is erased.</param>
    /// <param name="stop">Observed between sectors.</param>
    public async ValueTask EraseAsync(byte alternate, IReadOnlyList<uint> addresses, Action<int>? erased, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(addresses);
        await SelectAsync(alternate).ConfigureAwait(false);
        var blocks = addresses.Select((address, i) => new DfuBlock(0, i, CommandSize, new("erasing", alternate, address))).ToList();
        await _pipeline.DownloadAsync(blocks, block => Command(EraseCommand, addresses[block.Offset]), OperationDeadline, block => erased?.Invoke(block.Offset), stop).ConfigureAwait(false);
    }

    /// <summary>Erases everything behind an alternate; only a device whose <see cref="ReadCommandsAsync"/> has 0x41 may know it.</summary>
    public async ValueTask MassEraseAsync(byte alternate, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await SelectAsync(alternate).ConfigureAwait(false);
        await Session.DownloadAsync(0, new[] { EraseCommand }, new("erasing everything", alternate), MassEraseDeadline).ConfigureAwait(false);
    }

    /// <summary>Takes the read protection off, which erases the device and resets it; only for one whose commands have 0x92.</summary>
    /// <returns>False when the device left the bus at once, which is what most do.</returns>
    public async ValueTask<bool> ReadUnprotectAsync(byte alternate, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await SelectAsync(alternate).ConfigureAwait(false);
        try
        {
            await Session.DownloadAsync(0, new[] { ReadUnprotectCommand }, new("taking the read protection off", alternate), MassEraseDeadline).ConfigureAwait(false);
            return true;
        }
        catch (PogolineException e) when (e.Code == DfuFaults.Gone)
        {
            return false;
        }
    }

    /// <summary>The commands that the device lists (UPLOAD of block 0): 0x00 get commands, 0x21 set address, 0x41 erase, 0x92 read unprotect.</summary>
    public async ValueTask<IReadOnlyList<byte>> ReadCommandsAsync(byte alternate, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        await SelectAsync(alternate).ConfigureAwait(false);
        if (Session.State != DfuState.Idle) await Session.AbortAsync().ConfigureAwait(false);
        var list = new byte[MostCommands];
        var count = await Session.UploadAsync(0, list, new("asking for the commands", alternate)).ConfigureAwait(false);
        await Session.ReturnToIdleAsync(stop).ConfigureAwait(false);
        return list[..Math.Min(count, list.Length)];
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
        for (var run = 0; run < data.Length; run += RunSize)
        {
            var start = address + (uint)run;
            await CommandAsync(SetAddressCommand, start, new("setting the address", alternate, start)).ConfigureAwait(false);
            var blocks = Blocks("writing", alternate, address, FirstDataBlock, run, Math.Min(run + RunSize, data.Length));
            await _pipeline.DownloadAsync(blocks, block => data.Slice(block.Offset, block.Length), OperationDeadline, block => written?.Invoke(block.Length), stop).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Reads memory: the address once, then blocks in a row. The address stays for the next read behind it, which is told by its block number
    /// when whole blocks lie between the two. Ends in dfuIDLE.
    /// </summary>
    /// <param name="alternate">The alternate setting.</param>
    /// <param name="address">Where, as DFU sees it.</param>
    /// <param name="into">Where to; its length is how much.</param>
    /// <param name="read">Told the bytes of each block.</param>
    /// <param name="stop">Observed between blocks.</param>
    public ValueTask ReadAsync(byte alternate, uint address, Memory<byte> into, Action<int>? read, CancellationToken stop) =>
        ReadAsync(alternate, address, into.Length, block => into.Slice(block.Offset, block.Length), block => read?.Invoke(block.Length), stop);

    /// <summary>Reads memory without keeping it: only the blocks under way are held.</summary>
    /// <param name="alternate">The alternate setting.</param>
    /// <param name="address">Where, as DFU sees it.</param>
    /// <param name="length">How much, in bytes.</param>
    /// <param name="read">Given each block in order, and how many bytes came before it; the bytes are its own during the call only.</param>
    /// <param name="stop">Observed between blocks.</param>
    public async ValueTask ReadAsync(byte alternate, uint address, int length, Action<int, ReadOnlySpan<byte>> read, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(read);
        var ring = ArrayPool<byte>.Shared.Rent(DfuPipeline.Depth * BlockSize);
        Memory<byte> PlaceOf(DfuBlock block) => ring.AsMemory(block.Offset / BlockSize % DfuPipeline.Depth * BlockSize, block.Length);
        try
        {
            await ReadAsync(alternate, address, length, PlaceOf, block => read(block.Offset, PlaceOf(block).Span), stop).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(ring);
        }
    }

    async ValueTask ReadAsync(byte alternate, uint address, int length, Func<DfuBlock, Memory<byte>> into, Action<DfuBlock> done, CancellationToken stop)
    {
        var known = _pointer;
        await SelectAsync(alternate).ConfigureAwait(false);
        for (var run = 0; run < length; run += RunSize)
        {
            var (start, end) = (address + (uint)run, Math.Min(run + RunSize, length));
            if (known is not { } pointer || BlockAt(pointer, alternate, start, end - run) is not { } first)
            {
                await CommandAsync(SetAddressCommand, start, new("setting the address", alternate, start)).ConfigureAwait(false);
                await Session.AbortAsync().ConfigureAwait(false);
                (known, first) = ((alternate, start), FirstDataBlock);
            }
            var blocks = Blocks("reading", alternate, address, first, run, end);
            var came = await _pipeline.UploadAsync(blocks, into, done, stop).ConfigureAwait(false);
            if (came < blocks.Count)
            {
                await Session.ReturnToIdleAsync(CancellationToken.None).ConfigureAwait(false);
                throw new PogolineException(DfuFaults.ShortRead, $"While {blocks[came].Operation}: fewer bytes came than the {blocks[came].Length} that were asked for.",
                    "Try another cable and port; if it stays, the range is not readable on this device.");
            }
            await Session.AbortAsync().ConfigureAwait(false);
        }
        _pointer = known;
    }

    /// <summary>
    /// Tells the device to leave DFU mode: a zero-length download and exactly one GETSTATUS (a second one cancels the reset on Gen 3). The
    /// device resets some 500 ms later; that it did must be observed on the bus.
    /// </summary>
    /// <param name="stop">Observed before the first request.</param>
    public async ValueTask LeaveAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var operation = new DfuOperation("leaving DFU mode", 0);
        await Session.FinishDownloadAsync(FirstDataBlock, operation).ConfigureAwait(false);
        var (status, reply) = await Session.GetStatusAsync(operation).ConfigureAwait(false);
        // Gen 3 says Manifest, Gen 2 DownloadIdle; a refusal or a vanished device at this point means that it is already on its way.
        if (status.IsCompleted && reply.State == DfuState.Error) throw DfuSession.Refusal(operation, reply, "");
    }

    /// <summary>Leaves to an application at an address: DfuSe bootloaders start what the address pointer shows.</summary>
    public async ValueTask LeaveToAsync(byte alternate, uint address, CancellationToken stop)
    {
        await SelectAsync(alternate).ConfigureAwait(false);
        await CommandAsync(SetAddressCommand, address, new("setting the address", alternate, address)).ConfigureAwait(false);
        await LeaveAsync(stop).ConfigureAwait(false);
    }

    /// <summary>DETACH: from run time into DFU mode; most bootloaders take it in DFU mode as a wish to restart.</summary>
    public ValueTask DetachAsync(CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        return Session.DetachAsync(Interface.DetachTimeout);
    }

    // The block number has 16 bits: after so many bytes the address is set again.
    BlockRun Blocks(string what, byte alternate, uint address, int first, int start, int end) => new(first, BlockSize, start, end, new(what, alternate, address));

    /// <summary>The number of the block that begins at an address, counted from the address pointer; null when there is none for all that is read.</summary>
    int? BlockAt((byte Alternate, uint Address) pointer, byte alternate, uint start, int length)
    {
        var (block, rest) = Math.DivRem(start - (long)pointer.Address, BlockSize);
        var last = FirstDataBlock + block + ((length - 1) / BlockSize);
        return pointer.Alternate == alternate && block >= 0 && rest == 0 && last <= ushort.MaxValue ? FirstDataBlock + (int)block : null;
    }

    int RunSize => (ushort.MaxValue + 1 - FirstDataBlock) * BlockSize;

    ValueTask SelectAsync(byte alternate)
    {
        _ = Alternate(alternate);
        // What follows may move it: on Gen 2 every erase does.
        _pointer = null;
        return Session.SelectAsync(alternate);
    }

    ValueTask CommandAsync(byte command, uint address, DfuOperation operation) =>
        _pipeline.DownloadAsync([new(0, 0, CommandSize, operation)], _ => Command(command, address), OperationDeadline, null, CancellationToken.None);

    static byte[] Command(byte command, uint address)
    {
        var bytes = new byte[CommandSize];
        bytes[0] = command;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(1), address);
        return bytes;
    }
}

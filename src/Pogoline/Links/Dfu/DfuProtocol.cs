using System.Buffers;

namespace Pogoline.Links.Dfu;

/// <summary>The class requests of USB DFU 1.1 §3: bRequest.</summary>
enum DfuRequest : byte
{
    Detach = 0,
    Download = 1,
    Upload = 2,
    GetStatus = 3,
    ClearStatus = 4,
    GetState = 5,
    Abort = 6,
}

/// <summary>The state of a DFU device (USB DFU 1.1 §6.1.2, bState).</summary>
public enum DfuState : byte
{
    /// <summary>appIDLE: the application runs.</summary>
    AppIdle = 0,

    /// <summary>appDETACH: waits for a reset into DFU mode.</summary>
    AppDetach = 1,

    /// <summary>dfuIDLE.</summary>
    Idle = 2,

    /// <summary>dfuDNLOAD-SYNC: has a block and waits for GETSTATUS.</summary>
    DownloadSync = 3,

    /// <summary>dfuDNBUSY: works on a block.</summary>
    DownloadBusy = 4,

    /// <summary>dfuDNLOAD-IDLE: expects the next block.</summary>
    DownloadIdle = 5,

    /// <summary>dfuMANIFEST-SYNC: has everything and waits for GETSTATUS.</summary>
    ManifestSync = 6,

    /// <summary>dfuMANIFEST: about to leave.</summary>
    Manifest = 7,

    /// <summary>dfuMANIFEST-WAIT-RESET.</summary>
    ManifestWaitReset = 8,

    /// <summary>dfuUPLOAD-IDLE.</summary>
    UploadIdle = 9,

    /// <summary>dfuERROR: waits for CLRSTATUS.</summary>
    Error = 10,
}

/// <summary>The reason for dfuERROR (USB DFU 1.1 §6.1.2, bStatus).</summary>
public enum DfuStatus : byte
{
    /// <summary>No error.</summary>
    Ok = 0x00,

    /// <summary>errTARGET: the file is not for this device.</summary>
    Target = 0x01,

    /// <summary>errFILE: the file fails a vendor check.</summary>
    File = 0x02,

    /// <summary>errWRITE: the memory cannot be written.</summary>
    Write = 0x03,

    /// <summary>errERASE: erasing failed.</summary>
    Erase = 0x04,

    /// <summary>errCHECK_ERASED: the memory is not erased.</summary>
    CheckErased = 0x05,

    /// <summary>errPROG: programming failed.</summary>
    Program = 0x06,

    /// <summary>errVERIFY: what was programmed does not read back.</summary>
    Verify = 0x07,

    /// <summary>errADDRESS: the address is out of range.</summary>
    Address = 0x08,

    /// <summary>errNOTDONE: the download ended too early.</summary>
    NotDone = 0x09,

    /// <summary>errFIRMWARE: the device has no working firmware to return to.</summary>
    Firmware = 0x0A,

    /// <summary>errVENDOR: a vendor-specific error, told in a string; protected Particle boards answer it.</summary>
    Vendor = 0x0B,

    /// <summary>errUSBR: an unexpected bus reset.</summary>
    UsbReset = 0x0C,

    /// <summary>errPOR: an unexpected power-on reset.</summary>
    PowerOnReset = 0x0D,

    /// <summary>errUNKNOWN; Particle bootloaders use it for nearly everything.</summary>
    Unknown = 0x0E,

    /// <summary>errSTALLEDPKT: an unexpected request.</summary>
    StalledPacket = 0x0F,
}

/// <summary>What a host does after a status reply while an operation is under way.</summary>
enum DfuNext
{
    /// <summary>The device is still working: ask again after the poll time.</summary>
    Poll,

    /// <summary>The operation is done.</summary>
    Ready,

    /// <summary>The device failed: read the status, then CLRSTATUS.</summary>
    Failed,

    /// <summary>No operation leads to such a state.</summary>
    Nonsense,
}

/// <summary>The six bytes that GETSTATUS returns.</summary>
/// <param name="Status">bStatus.</param>
/// <param name="PollTime">bwPollTimeout: how long to wait before asking again.</param>
/// <param name="State">bState: the state after this reply.</param>
/// <param name="StringIndex">iString: describes a vendor error, 0 for none.</param>
public readonly record struct DfuStatusReply(DfuStatus Status, TimeSpan PollTime, DfuState State, byte StringIndex)
{
    /// <summary>The size on the wire, in bytes.</summary>
    public const int Size = 6;

    /// <summary>Reads the wire form; <see cref="OperationStatus.InvalidData"/> for a state or status that DFU does not define.</summary>
    public static OperationStatus TryRead(ReadOnlySpan<byte> source, out DfuStatusReply reply)
    {
        reply = default;
        if (source.Length < Size) return OperationStatus.NeedMoreData;
        var pollMilliseconds = source[1] | (source[2] << 8) | (source[3] << 16);
        reply = new((DfuStatus)source[0], TimeSpan.FromMilliseconds(pollMilliseconds), (DfuState)source[4], source[5]);
        return Enum.IsDefined(reply.State) && Enum.IsDefined(reply.Status) ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    /// <summary>What follows while a download command or block is under way.</summary>
    internal DfuNext Next => (State, Status) switch
    {
        (DfuState.Error, _) => DfuNext.Failed,
        (_, not DfuStatus.Ok) => DfuNext.Failed,
        (DfuState.DownloadSync or DfuState.DownloadBusy, _) => DfuNext.Poll,
        (DfuState.DownloadIdle or DfuState.Idle, _) => DfuNext.Ready,
        _ => DfuNext.Nonsense,
    };

    /// <inheritdoc/>
    public override string ToString() => $"state {State} ({(byte)State}), status {Status} (0x{(byte)Status:X2})";
}

using Pogoline.Links;

namespace Pogoline.Lab.Dfu;

/// <summary>
/// The DFU class of the Gen 3 bootloader. A downloaded block is taken at once and carried out when the data stage of the following
/// GETSTATUS has ended, by then on whichever alternate is selected.
/// </summary>
sealed class Gen3DfuClass(IReadOnlyList<IDfuMemory> memories, DeviceOsVersion release, LeaveTimer timer)
{
    static readonly DeviceOsVersion SafeModeCommandSince = new(6, 1, 1);
    static readonly DeviceOsVersion SecurityCommandSince = new(6, 2, 0);

    // Downloads and uploads share this buffer: what a DCT read finds missing shows what the last transfer left here.
    readonly byte[] _buffer = new byte[DfuUsbDevice.TransferSize];
    readonly byte[] _reply = new byte[6];
    readonly byte[] _commands = CommandsOf(release);
    DfuStatus _status;
    uint _address;
    int _block;
    int _length;

    public DfuState State { get; private set; } = DfuState.Idle;

    /// <summary>The selected alternate. Nothing but SET_INTERFACE changes it.</summary>
    public byte Alternate { get; private set; }

    /// <summary>Whether the host asked to leave into safe mode.</summary>
    public bool SafeModeRequested { get; private set; }

    IDfuMemory Memory => memories[Alternate];

    public void Configure()
    {
        (State, _status, _address) = (DfuState.Idle, DfuStatus.Ok, 0);
        timer.Cancel();
    }

    public bool SelectAlternate(ushort number)
    {
        if (number >= memories.Count) return false;
        Alternate = (byte)number;
        return true;
    }

    public ControlReply Handle(SetupPacket setup, ReadOnlySpan<byte> data)
    {
        if (DfuOperations.Classify(setup) is not { } operation || setup.Length > _buffer.Length) return ControlReply.Stall;
        if (Gen3DfuStates.Next(State, operation) is not { } next) return Refuse();
        switch (operation)
        {
            case DfuOperation.Download:
                data.CopyTo(_buffer);
                (_block, _length) = (setup.Value, data.Length);
                break;
            case DfuOperation.UploadCommands:
                _commands.CopyTo(_buffer, 0);
                break;
            case DfuOperation.UploadData:
                if (!Memory.Read(AddressOf(setup.Value), _buffer.AsSpan(0, setup.Length))) return Refuse();
                break;
            case DfuOperation.ClearStatus:
                _status = DfuStatus.Ok;
                break;
            case DfuOperation.Abort:
                _status = DfuStatus.Ok;
                timer.Cancel();
                break;
            case DfuOperation.GetStatus when State == DfuState.ManifestSync:
                _status = DfuStatus.Ok;
                break;
        }
        State = next;
        return operation switch
        {
            DfuOperation.UploadCommands => ControlReply.Of(_buffer.AsMemory(0, _commands.Length), setup.Length),
            DfuOperation.UploadData => ControlReply.Of(_buffer, setup.Length),
            DfuOperation.GetStatus => ControlReply.Of(StatusReply(), setup.Length),
            DfuOperation.GetState => ControlReply.Of(StatusReply().Slice(4, 1), setup.Length),
            DfuOperation.Detach => ControlReply.Acknowledge with { Reattaches = true },
            _ => ControlReply.Acknowledge,
        };
    }

    /// <summary>The end of any data stage to the host, not only of GETSTATUS.</summary>
    public bool FinishDataStage()
    {
        switch (State)
        {
            case DfuState.DownloadBusy:
                return Execute();
            case DfuState.Manifest:
                State = DfuState.ManifestWaitReset;
                timer.Start();
                return true;
            default:
                return true;
        }
    }

    bool Execute()
    {
        if (_block == 0) return ExecuteCommand();
        if (_block > 1) return Finish(Memory.Write(AddressOf(_block), _buffer.AsSpan(0, _length)) ? DfuStatus.Ok : DfuStatus.Unknown);
        timer.Cancel();
        return Finish(DfuStatus.Target);
    }

    bool ExecuteCommand()
    {
        switch (_buffer[0])
        {
            case DfuseCommand.GetCommands:
                return true; // and the state stays busy: a trap of the real one
            case DfuseCommand.SetAddress when _length == DfuseCommand.LengthWithAddress:
                _address = DfuseCommand.AddressOf(_buffer);
                return Finish(DfuStatus.Ok);
            case DfuseCommand.Erase when _length == DfuseCommand.LengthWithAddress:
                return Finish(Memory.Erase(DfuseCommand.AddressOf(_buffer)) ? DfuStatus.Ok : DfuStatus.Unknown);
            case DfuseCommand.Erase when _length == 1:
                return Finish(DfuStatus.Target); // mass erase
            case DfuseCommand.SetAddress or DfuseCommand.Erase or DfuseCommand.ReadUnprotect:
                return Finish(DfuStatus.Unknown);
            case DfuseCommand.EnterSafeMode when release >= SafeModeCommandSince:
                SafeModeRequested = true;
                (State, _status) = (DfuState.ManifestSync, DfuStatus.Ok);
                return true;
            case DfuseCommand.ClearSecurityOverride when release >= SecurityCommandSince:
                return Finish(DfuStatus.Ok);
            default:
                return Finish(DfuStatus.StalledPacket);
        }
    }

    bool Finish(DfuStatus status)
    {
        (State, _status) = (status == DfuStatus.Ok ? DfuState.DownloadIdle : DfuState.Error, status);
        return status == DfuStatus.Ok;
    }

    ControlReply Refuse()
    {
        (State, _status) = (DfuState.Error, DfuStatus.Unknown);
        return ControlReply.Stall;
    }

    ReadOnlyMemory<byte> StatusReply()
    {
        (_reply[0], _reply[4]) = ((byte)_status, (byte)State);
        return _reply;
    }

    uint AddressOf(int block) => unchecked(_address + (uint)(block - 2) * DfuUsbDevice.TransferSize);

    static byte[] CommandsOf(DeviceOsVersion release) =>
        release >= SecurityCommandSince
            ? [DfuseCommand.GetCommands, DfuseCommand.SetAddress, DfuseCommand.Erase, DfuseCommand.EnterSafeMode, DfuseCommand.ClearSecurityOverride]
            : release >= SafeModeCommandSince
                ? [DfuseCommand.GetCommands, DfuseCommand.SetAddress, DfuseCommand.Erase, DfuseCommand.EnterSafeMode]
                : [DfuseCommand.GetCommands, DfuseCommand.SetAddress, DfuseCommand.Erase];
}

using Pogoline.Links;

namespace Pogoline.Lab.Dfu;

/// <summary>
/// The DFU class of the Gen 2 bootloader. A downloaded block is carried out between the data stage and the status stage of the following
/// GETSTATUS; when that fails, the STALL there is all that a host ever sees of it.
/// </summary>
sealed class Gen2DfuClass(IReadOnlyList<IGen2Memory> memories, LeaveTimer timer)
{
    static readonly byte[] Commands = [DfuseCommand.GetCommands, DfuseCommand.SetAddress, DfuseCommand.Erase];

    readonly byte[] _buffer = new byte[DfuUsbDevice.TransferSize];
    readonly byte[] _reply = new byte[6];
    DfuState _state = DfuState.Idle;
    DfuStatus _status;
    int _poll;
    uint _pointer = 0x08020000;
    int _block;
    int _length;

    /// <summary>The selected alternate. Nothing but SET_INTERFACE changes it.</summary>
    public byte Alternate { get; private set; }

    IGen2Memory Memory => memories[Alternate];

    public void Configure() => _state = DfuState.Idle;

    public void Deconfigure() => (_state, _length) = (DfuState.Idle, 0);

    public bool SelectAlternate(byte number)
    {
        if (number >= memories.Count) return false;
        Alternate = number;
        return true;
    }

    public ControlReply Handle(SetupPacket setup, ReadOnlySpan<byte> data)
    {
        if (Gen2DfuStates.Classify(setup) is not { } operation || setup.Length > _buffer.Length) return ControlReply.Stall;
        var before = _state;
        (_state, var refused) = Gen2DfuStates.Next(before, operation, _length > 0);
        switch (operation)
        {
            case DfuOperation.Download when !refused:
                data.CopyTo(_buffer);
                (_block, _length) = (setup.Value, data.Length);
                break;
            case DfuOperation.UploadCommands or DfuOperation.UploadCommandsShort or DfuOperation.UploadReserved or DfuOperation.UploadData:
                _length = 0; // a block that waits is forgotten, also by a refused UPLOAD
                break;
            case DfuOperation.GetStatus when _state == DfuState.DownloadBusy && Memory.Contains(_pointer):
                _poll = Memory.PollTimeout(erases: _block == 0 && _buffer[0] == DfuseCommand.Erase);
                break;
            case DfuOperation.ClearStatus:
                _status = before == DfuState.Error ? DfuStatus.Ok : DfuStatus.Unknown;
                break;
            case DfuOperation.Abort or DfuOperation.Detach when _state == DfuState.Idle:
                (_status, _length) = (DfuStatus.Ok, 0);
                break;
        }
        if (refused) return ControlReply.Stall;
        return operation switch
        {
            DfuOperation.UploadCommands or DfuOperation.UploadCommandsShort => new(ControlOutcome.Acknowledged, Commands),
            DfuOperation.UploadData => ControlReply.Of(Read(setup), setup.Length),
            DfuOperation.GetStatus when setup.Length > 0 => new(ControlOutcome.Acknowledged, StatusReply()),
            DfuOperation.GetState when setup.Length > 0 => new(ControlOutcome.Acknowledged, new[] { (byte)_state }),
            DfuOperation.Detach => ControlReply.Acknowledge with { Reattaches = true },
            _ => ControlReply.Acknowledge,
        };
    }

    /// <summary>The end of any data stage to the host.</summary>
    public bool FinishDataStage()
    {
        switch (_state)
        {
            case DfuState.DownloadBusy:
                var done = _block == 0 ? ExecuteCommand() : _block == 1 || Write();
                (_state, _length) = (DfuState.DownloadSync, 0);
                return done;
            case DfuState.Manifest:
                _state = DfuState.ManifestWaitReset;
                timer.Start();
                return true;
            default:
                return true;
        }
    }

    bool ExecuteCommand()
    {
        switch (_buffer[0], _length)
        {
            case (DfuseCommand.GetCommands, 1):
                return true;
            case (DfuseCommand.SetAddress, DfuseCommand.LengthWithAddress):
                _pointer = DfuseCommand.AddressOf(_buffer);
                return true;
            case (DfuseCommand.Erase, DfuseCommand.LengthWithAddress):
                _pointer = DfuseCommand.AddressOf(_buffer);
                return Memory.Contains(_pointer) && Memory.Erase(_pointer);
            default:
                return false;
        }
    }

    bool Write()
    {
        var address = AddressOf(_block);
        return Memory.Contains(address) && Memory.Write(address, _buffer.AsSpan(0, _length));
    }

    ReadOnlyMemory<byte> Read(SetupPacket setup)
    {
        var address = AddressOf(setup.Value);
        var data = _buffer.AsMemory(0, setup.Length);
        if (!Memory.Contains(address) || !Memory.Read(address, data.Span)) data.Span.Clear();
        return data;
    }

    ReadOnlyMemory<byte> StatusReply()
    {
        _reply[0] = (byte)_status;
        (_reply[1], _reply[2], _reply[3]) = ((byte)_poll, (byte)(_poll >> 8), (byte)(_poll >> 16));
        // The vendor reports the manifestation as dfuDNLOAD-IDLE, so that dfu-util ends with a tidy message.
        _reply[4] = (byte)(_state == DfuState.Manifest ? DfuState.DownloadIdle : _state);
        return _reply;
    }

    uint AddressOf(int block) => unchecked(_pointer + (uint)(block - 2) * DfuUsbDevice.TransferSize);
}

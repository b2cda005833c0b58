using Pogoline.Links;

namespace Pogoline.Lab.Dfu;

/// <summary>A DFU class request, with the cases of DNLOAD and UPLOAD told apart that the state machines tell apart.</summary>
enum DfuOperation
{
    Detach,
    Download,

    /// <summary>DNLOAD without data.</summary>
    Leave,

    /// <summary>UPLOAD of block 0.</summary>
    UploadCommands,

    /// <summary>UPLOAD of block 0 with room for no more than the three commands. Gen 2 only.</summary>
    UploadCommandsShort,

    /// <summary>UPLOAD of block 1, which DfuSe leaves undefined.</summary>
    UploadReserved,
    UploadData,

    /// <summary>UPLOAD without data. Gen 2 only.</summary>
    UploadNothing,
    GetStatus,
    ClearStatus,
    GetState,
    Abort,
}

static class DfuOperations
{
    /// <summary>What a class request means; null when DFU has none such.</summary>
    public static DfuOperation? Classify(SetupPacket setup) => setup.Request switch
    {
        0 => DfuOperation.Detach,
        1 => setup.Length > 0 ? DfuOperation.Download : DfuOperation.Leave,
        2 => setup.Value switch
        {
            0 => DfuOperation.UploadCommands,
            1 => DfuOperation.UploadReserved,
            _ => DfuOperation.UploadData,
        },
        3 => DfuOperation.GetStatus,
        4 => DfuOperation.ClearStatus,
        5 => DfuOperation.GetState,
        6 => DfuOperation.Abort,
        _ => null,
    };
}

using Pogoline.Links;

namespace Pogoline.Lab.Dfu;

/// <summary>The states of the Gen 2 bootloader, as one table. A refused request is a STALL and, with one exception, changes no state.</summary>
static class Gen2DfuStates
{
    /// <summary>What a class request means; null when DFU has none such.</summary>
    public static DfuOperation? Classify(SetupPacket setup) => DfuOperations.Classify(setup) switch
    {
        DfuOperation.UploadCommands or DfuOperation.UploadReserved or DfuOperation.UploadData when setup.Length == 0 => DfuOperation.UploadNothing,
        DfuOperation.UploadCommands when setup.Length <= 3 => DfuOperation.UploadCommandsShort,
        var operation => operation,
    };

    /// <summary>The state after a request, and whether the request is refused.</summary>
    /// <param name="state">The state before.</param>
    /// <param name="operation">The request.</param>
    /// <param name="pending">Whether a block waits to be carried out.</param>
    public static (DfuState State, bool Refused) Next(DfuState state, DfuOperation operation, bool pending) => (operation, state) switch
    {
        (DfuOperation.Download, DfuState.Idle or DfuState.DownloadIdle) => (DfuState.DownloadSync, false),
        (DfuOperation.Leave, DfuState.Idle or DfuState.DownloadIdle) => (DfuState.ManifestSync, false),

        (DfuOperation.UploadNothing, _) => (DfuState.Idle, false),
        (DfuOperation.UploadCommands, DfuState.Idle or DfuState.UploadIdle) => (DfuState.Idle, false),
        (DfuOperation.UploadCommandsShort or DfuOperation.UploadData, DfuState.Idle or DfuState.UploadIdle) => (DfuState.UploadIdle, false),
        (DfuOperation.UploadReserved, DfuState.Idle or DfuState.UploadIdle) => (DfuState.Stray, true),

        (DfuOperation.GetStatus, DfuState.DownloadSync) => (pending ? DfuState.DownloadBusy : DfuState.DownloadIdle, false),
        (DfuOperation.GetStatus, DfuState.ManifestSync) => (DfuState.Manifest, false),
        (DfuOperation.GetStatus or DfuOperation.GetState, _) => (state, false),

        (DfuOperation.ClearStatus, DfuState.Error) => (DfuState.Idle, false),
        (DfuOperation.ClearStatus, _) => (DfuState.Error, false),
        (DfuOperation.Abort or DfuOperation.Detach, DfuState.Idle or DfuState.DownloadSync or DfuState.DownloadIdle
            or DfuState.ManifestSync or DfuState.UploadIdle) => (DfuState.Idle, false),
        (DfuOperation.Abort or DfuOperation.Detach, _) => (state, false),

        _ => (state, true),
    };
}

namespace Pogoline.Lab.Dfu;

/// <summary>The states of the Gen 3 bootloader, as one table.</summary>
static class Gen3DfuStates
{
    /// <summary>The state after a request; null when the request has no transition there, which is the error state and a STALL.</summary>
    public static DfuState? Next(DfuState state, DfuOperation operation) => (operation, state) switch
    {
        (DfuOperation.Download, DfuState.Idle or DfuState.DownloadIdle) => DfuState.DownloadSync,
        (DfuOperation.Leave, DfuState.Idle or DfuState.DownloadIdle) => DfuState.ManifestSync,

        (DfuOperation.UploadCommands, DfuState.Idle or DfuState.UploadIdle) => DfuState.Idle,
        (DfuOperation.UploadData, DfuState.Idle or DfuState.UploadIdle) => DfuState.UploadIdle,

        (DfuOperation.GetStatus, DfuState.DownloadSync) => DfuState.DownloadBusy,
        (DfuOperation.GetStatus, DfuState.ManifestSync) => DfuState.Manifest,
        (DfuOperation.GetStatus, DfuState.Manifest) => DfuState.ManifestWaitReset,
        (DfuOperation.GetStatus, DfuState.Idle or DfuState.DownloadIdle or DfuState.UploadIdle or DfuState.Error) => state,

        (DfuOperation.ClearStatus, DfuState.Error) => DfuState.Idle,
        (DfuOperation.GetState, not (DfuState.DownloadBusy or DfuState.Manifest or DfuState.ManifestWaitReset)) => state,
        (DfuOperation.Abort or DfuOperation.Detach, DfuState.Idle or DfuState.DownloadSync or DfuState.DownloadIdle
            or DfuState.ManifestSync or DfuState.UploadIdle) => DfuState.Idle,

        _ => null,
    };
}

namespace Pogoline.Lab.Dfu;

/// <summary>bState (DFU 1.1 §6.1.2).</summary>
enum DfuState : byte
{
    AppIdle = 0,
    AppDetach = 1,
    Idle = 2,
    DownloadSync = 3,
    DownloadBusy = 4,
    DownloadIdle = 5,
    ManifestSync = 6,
    Manifest = 7,
    ManifestWaitReset = 8,
    UploadIdle = 9,
    Error = 10,

    /// <summary>No state of DFU: the Gen 2 bootloader stores a status code in its state after an UPLOAD of block 1.</summary>
    Stray = 15,
}

/// <summary>bStatus (DFU 1.1 §6.1.2), as far as these bootloaders use it.</summary>
enum DfuStatus : byte
{
    Ok = 0x00,
    Target = 0x01,
    Unknown = 0x0E,
    StalledPacket = 0x0F,
}

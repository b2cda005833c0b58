namespace Pogoline.Lab.Control;

/// <summary>Results of control requests, by the firmware's numbers.</summary>
static class ControlResult
{
    public const int Ok = 0;
    public const int Unknown = -1;
    public const int NotSupported = -120;
    public const int Cancelled = -140;
    public const int Aborted = -150;
    public const int NotFound = -170;
    public const int InvalidState = -210;
    public const int FlashIo = -219;
    public const int NoMemory = -260;
    public const int InvalidArgument = -270;
    public const int BadData = -280;
    public const int OutOfRange = -290;
    public const int TooLarge = -1351;
    public const int UpdatesDisabled = -1380;
}

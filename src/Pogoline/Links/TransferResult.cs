namespace Pogoline.Links;

/// <summary>How a USB transfer ended.</summary>
public enum TransferStatus
{
    /// <summary>All stages were acknowledged.</summary>
    Completed,

    /// <summary>The device refused with STALL, in the data or in the status stage.</summary>
    Stalled,

    /// <summary>The device did not answer in time.</summary>
    TimedOut,

    /// <summary>The device is no longer on the bus.</summary>
    Gone,

    /// <summary>The bytes on the wire were no valid answer: a damaged cable or hub, or a device that is just leaving.</summary>
    BusError,
}

/// <summary>The outcome of a USB transfer.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Count">Bytes of data that were moved; of a control transfer also set when a late STALL followed the data.</param>
public readonly record struct TransferResult(TransferStatus Status, int Count)
{
    /// <summary>Whether all stages were acknowledged.</summary>
    public bool IsCompleted => Status == TransferStatus.Completed;
}

namespace Pogoline.Links.Control;

/// <summary>What a device answered to a request.</summary>
/// <param name="Result">The result code.</param>
/// <param name="Data">The reply; empty when there is none, or when all its fields are zero.</param>
public readonly record struct ControlReply(SystemError Result, ReadOnlyMemory<byte> Data);

/// <summary>A request that was handed to a device and whose answer has not been fetched.</summary>
public sealed class ControlCall
{
    internal ControlCall(ControlRequestType type, ushort id, long started, TimeSpan timeout) =>
        (Type, Id, Started, Timeout) = (type, id, started, timeout);

    /// <summary>What was asked for.</summary>
    public ControlRequestType Type { get; }

    internal ushort Id { get; }

    internal long Started { get; }

    internal TimeSpan Timeout { get; }
}

namespace Pogoline.Lab.Dfu;

/// <summary>How a device takes a control transfer.</summary>
public enum ControlOutcome
{
    /// <summary>Every stage is acknowledged.</summary>
    Acknowledged,

    /// <summary>STALL before any data moved; data that the host sends is not taken.</summary>
    Stalled,

    /// <summary>The data is returned, then STALL in the status stage.</summary>
    LateStalled,

    /// <summary>Neither an answer nor a STALL: the host waits until its timeout.</summary>
    NoReply,
}

/// <summary>What a virtual device does with one control transfer.</summary>
/// <param name="Outcome">How it takes it.</param>
/// <param name="Data">What it returns; may be longer than the host asked for, and is valid until the next transfer.</param>
/// <param name="Reattaches">Whether it then leaves the bus and joins it again.</param>
public readonly record struct ControlReply(ControlOutcome Outcome, ReadOnlyMemory<byte> Data = default, bool Reattaches = false)
{
    /// <summary>Acknowledged without data.</summary>
    public static ControlReply Acknowledge { get; } = new(ControlOutcome.Acknowledged);

    /// <summary>Refused.</summary>
    public static ControlReply Stall { get; } = new(ControlOutcome.Stalled);

    /// <summary>Left unanswered.</summary>
    public static ControlReply Silence { get; } = new(ControlOutcome.NoReply);

    /// <summary>The data, cut to what the host asked for.</summary>
    public static ControlReply Of(ReadOnlyMemory<byte> data, ushort asked) =>
        new(ControlOutcome.Acknowledged, data[..Math.Min(data.Length, asked)]);
}

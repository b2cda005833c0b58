namespace Pogoline.Lab.Probes;

/// <summary>What is in a probe behind its USB endpoints.</summary>
abstract class ProbeFirmware
{
    /// <summary>Answers that wait to be fetched; one more transfer than that is not taken.</summary>
    public abstract int MaxAnswers { get; }

    /// <summary>A device on the bus was opened anew, or the probe was plugged in.</summary>
    public abstract void Reset();

    /// <summary>Takes a transfer.</summary>
    /// <param name="data">What the host sent.</param>
    /// <param name="answer">Called for each transfer to the host, in order.</param>
    public abstract void Take(ReadOnlySpan<byte> data, Action<byte[]> answer);
}

using System.Text.Json.Serialization;

namespace Pogoline.Programming;

/// <summary>What a job is doing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProgrammingPhase>))]
public enum ProgrammingPhase
{
    /// <summary>Changing the unit's mode.</summary>
    [JsonStringEnumMemberName("mode")] Mode,

    /// <summary>Reading what is on the unit.</summary>
    [JsonStringEnumMemberName("look")] Look,

    /// <summary>Erasing.</summary>
    [JsonStringEnumMemberName("erase")] Erase,

    /// <summary>Writing.</summary>
    [JsonStringEnumMemberName("write")] Write,

    /// <summary>Reading back.</summary>
    [JsonStringEnumMemberName("verify")] Verify,

    /// <summary>Waiting for the unit to restart and report.</summary>
    [JsonStringEnumMemberName("restart")] Restart,
}

/// <summary>A step forward of a job.</summary>
/// <param name="DeviceId">The unit.</param>
/// <param name="Phase">What is being done.</param>
/// <param name="Subject">To what: a component's name, or a sentence.</param>
/// <param name="Done">Bytes done of this phase and subject.</param>
/// <param name="Total">Bytes in all of this phase and subject; 0 when there is nothing to count.</param>
/// <param name="JobDone">Share of the job's expected time that has passed, 0 to 1.</param>
public readonly record struct ProgrammingEvent(string DeviceId, ProgrammingPhase Phase, string Subject, long Done, long Total, double JobDone);

/// <summary>Is told how a job gets on.</summary>
/// <remarks>
/// Called in order for one unit, never twice at once for it, but for several units from several threads. It must return quickly: the unit
/// waits meanwhile.
/// </remarks>
public interface IProgrammingObserver
{
    /// <summary>The job got on.</summary>
    void On(in ProgrammingEvent step);
}

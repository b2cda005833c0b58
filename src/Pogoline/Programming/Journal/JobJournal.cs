using System.Buffers;
using System.Text.Json;
using Pogoline.Planning;

namespace Pogoline.Programming.Journal;

/// <summary>A journal as it was read: what a job was to do, and how far it came.</summary>
public sealed class JobJournal
{
    /// <summary>The version of the format.</summary>
    public const int Schema = 1;

    /// <summary>A journal is at most so large; a job that wrote more has gone wrong.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    const int HashLength = 64;

    JobJournal(JobEntry job) => Head = job;

    /// <summary>The first line.</summary>
    public JobEntry Head { get; }

    /// <summary>The last plan; null when the job ended before there was one.</summary>
    public Plan? Plan { get; private set; }

    /// <summary>The steps of the last plan that are done.</summary>
    public int StepsDone { get; private set; }

    /// <summary>Whether a step was begun and is not done: the unit may be in between.</summary>
    public bool IsInStep { get; private set; }

    /// <summary>How the last attempt ended; null when it was killed, or still runs.</summary>
    public ProgrammingResult? Result { get; private set; }

    /// <summary>Whether the job reached its goal.</summary>
    public bool IsDone => Result is { Outcome: Outcome.Passed or Outcome.Unverified };

    /// <summary>One line of a journal, ended.</summary>
    public static byte[] Line(JournalEntry entry) => [.. JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry), (byte)'\n'];

    /// <summary>Reads a journal. A last line that was cut off, which is what a kill leaves, is left out.</summary>
    /// <param name="utf8">The whole file.</param>
    /// <param name="journal">The journal.</param>
    /// <returns><see cref="OperationStatus.NeedMoreData"/> when there is no first line, <see cref="OperationStatus.InvalidData"/> for what is no journal.</returns>
    public static OperationStatus TryRead(ReadOnlySpan<byte> utf8, out JobJournal? journal)
    {
        journal = null;
        if (utf8.Length > MaximumLength) return OperationStatus.InvalidData;
        JobJournal? read = null;
        while (utf8.IndexOf((byte)'\n') is var end and >= 0)
        {
            if (!TryParse(utf8[..end], out var entry)) return OperationStatus.InvalidData;
            if (read is null)
            {
                if (entry is not JobEntry { Schema: Schema } head || !IsSound(head)) return OperationStatus.InvalidData;
                read = new(head);
            }
            else if (!read.Take(entry!)) return OperationStatus.InvalidData;
            utf8 = utf8[(end + 1)..];
        }
        journal = read;
        return read is null ? OperationStatus.NeedMoreData : OperationStatus.Done;
    }

    bool Take(JournalEntry entry)
    {
        switch (entry)
        {
            case PlanEntry plan:
                (Plan, StepsDone, IsInStep, Result) = (plan.Plan, 0, false, null);
                return true;
            case StepEntry { State: StepState.Begun } step:
                IsInStep = true;
                return step.Index == StepsDone && step.Index < Plan?.Steps.Count;
            case StepEntry step:
                var follows = IsInStep && step.Index == StepsDone;
                (IsInStep, StepsDone) = (false, StepsDone + 1);
                return follows;
            case EndEntry end:
                Result = end.Result;
                return true;
            default:
                return false;
        }
    }

    /// <summary>What is used later to look for something has the form that it must have.</summary>
    static bool IsSound(JobEntry head) => JobName.IsValid(head.Job) && head.Goal.Files.All(IsHash) && head.Goal.Modules.Count <= 64;

    static bool IsHash(string text) => text.Length == HashLength && text.All(char.IsAsciiHexDigitLower);

    static bool TryParse(ReadOnlySpan<byte> line, out JournalEntry? entry)
    {
        entry = null;
        try
        {
            entry = JsonSerializer.Deserialize(line, JournalJson.Default.JournalEntry);
            return entry is not null;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or PogolineException or FormatException or InvalidOperationException or ArgumentException)
        {
            return false;
        }
    }
}

using Pogoline.Planning;

namespace Pogoline.Programming.Journal;

/// <summary>Takes down what a job does, before and after it does it. What was taken down survives the end of the process and of the machine.</summary>
public interface IJobJournal
{
    /// <summary>The name of the job.</summary>
    string Job { get; }

    /// <summary>A plan was made; its first step comes next.</summary>
    ValueTask PlannedAsync(Plan plan);

    /// <summary>A step of the plan is about to begin, or is done.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="state">Begun or done.</param>
    /// <param name="step">The step.</param>
    ValueTask StepAsync(int index, StepState state, PlanStep step);

    /// <summary>The job has ended.</summary>
    ValueTask EndedAsync(ProgrammingResult result);
}

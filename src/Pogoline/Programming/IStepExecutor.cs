using Pogoline.Planning;

namespace Pogoline.Programming;

/// <summary>Carries out the steps of a plan that go by one route.</summary>
interface IStepExecutor : IAsyncDisposable
{
    /// <summary>Carries out a step; the unit then holds what the step says, checked as far as the route can.</summary>
    /// <param name="step">A step of this route.</param>
    /// <param name="place">Where in the plan it stands.</param>
    /// <param name="stop">Observed where stopping is safe.</param>
    ValueTask RunAsync(PlanStep step, StepPlace place, CancellationToken stop);
}

/// <summary>Where a step stands in its plan.</summary>
/// <param name="Rest">The step and all that follow.</param>
/// <param name="Before">What the unit held before the plan.</param>
/// <param name="IsByHand">Whether only single files are meant, whatever the others need.</param>
readonly record struct StepPlace(IEnumerable<PlanStep> Rest, Inventory Before, bool IsByHand)
{
    /// <summary>Whether nothing follows.</summary>
    public bool IsLast => !Rest.Skip(1).Any();

    /// <summary>Whether afterwards everything must have what it depends on.</summary>
    public bool MustBeWhole => IsLast && !IsByHand;
}

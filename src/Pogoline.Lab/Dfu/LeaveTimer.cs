namespace Pogoline.Lab.Dfu;

/// <summary>The countdown between the last GETSTATUS of a leave request and the reset.</summary>
sealed class LeaveTimer
{
    /// <summary>From the GETSTATUS to the reset.</summary>
    public const int Milliseconds = 500;

    /// <summary>What is left; 0 when nothing is counted.</summary>
    public int Left { get; private set; }

    public void Start() => Left = Milliseconds;

    public void Cancel() => Left = 0;

    /// <summary>Counts down; gives the millisecond in which it reached zero.</summary>
    public int? Elapse(int milliseconds)
    {
        if (Left == 0) return null;
        var left = Left;
        Left = Math.Max(0, left - milliseconds);
        return left <= milliseconds ? left : null;
    }
}

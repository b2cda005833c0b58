namespace Pogoline.Lab.Control;

/// <summary>What the control channel needs of the system around it, besides the handlers.</summary>
interface IControlSystem
{
    /// <summary>24 lower-case hex digits.</summary>
    string DeviceId { get; }

    /// <summary>The Device OS version as text.</summary>
    string Version { get; }

    /// <summary>Requests with more than one SEND or RECV (Device OS 1.5.0 and later).</summary>
    bool AllowsChunks { get; }

    /// <summary>Raw requests for a reset and for cancelling a connection attempt (Device OS 2.0.0 and later).</summary>
    bool AllowsRawActions { get; }

    /// <summary>Ends a running attempt to connect to network or cloud.</summary>
    /// <param name="forGood">Whether the system may try again.</param>
    void CancelConnecting(bool forGood);

    /// <summary>Resets the board at once.</summary>
    void ResetNow();

    /// <summary>Carries a request out; somewhere in it, or later, <see cref="ControlRequest.Finish"/> is called.</summary>
    IEnumerable<TimeSpan> Handle(ControlRequest request);
}

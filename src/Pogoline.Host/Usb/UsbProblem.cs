namespace Pogoline.Host.Usb;

/// <summary>Why a device cannot be used, found by a real check, and the one thing to do about it.</summary>
/// <param name="Code">The kind of problem.</param>
/// <param name="Message">What was found.</param>
/// <param name="Remedy">The next action.</param>
public sealed record UsbProblem(FaultCode Code, string Message, string Remedy)
{
    /// <summary>As an exception.</summary>
    public PogolineException ToException() => new(Code, Message, Remedy);
}

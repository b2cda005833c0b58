namespace Pogoline.Programming.Gang;

/// <summary>Whom a job is for: what those need to know who run, show and log several of them.</summary>
public interface IGangUnit
{
    /// <summary>The device ID: 24 lower-case hex digits; where it is connected while it shows none.</summary>
    string DeviceId { get; }

    /// <summary>Where it is connected: the USB port path, or the lab's name for it.</summary>
    string Port { get; }

    /// <summary>The platform's canonical name; empty while it is not known.</summary>
    string PlatformName { get; }

    /// <summary>What to do when its job hangs.</summary>
    string WhenHung { get; }
}

using System.Text.Json.Serialization;

namespace Pogoline.Releases;

/// <summary>Whether a release has a file for a component.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ComponentPresence>))]
public enum ComponentPresence
{
    /// <summary>Without it the release is incomplete.</summary>
    [JsonStringEnumMemberName("required")] Required,

    /// <summary>Taken when it is there.</summary>
    [JsonStringEnumMemberName("optional")] Optional,

    /// <summary>The release has none.</summary>
    [JsonStringEnumMemberName("absent")] Absent,
}

/// <summary>Where releases depart from "every component but NCP and user firmware is needed".</summary>
/// <param name="Component">The component's name, such as <c>bootloader</c>.</param>
/// <param name="Os">The releases concerned.</param>
/// <param name="Presence">What holds for them.</param>
/// <param name="Reason">Why.</param>
/// <param name="Platforms">The platforms concerned; null for all.</param>
public sealed record ComponentRule(
    string Component, DeviceOsRange Os, ComponentPresence Presence, string Reason, IReadOnlyList<string>? Platforms = null)
{
    /// <summary>Whether the rule speaks of that component of that release.</summary>
    public bool Covers(string component, DeviceOsVersion release, string platform) =>
        Component == component && Os.Contains(release) && Platforms?.Contains(platform) != false;
}

/// <summary>A published file whose header names another platform than the one it is published for.</summary>
/// <param name="Component">The component's name.</param>
/// <param name="Platform">The platform that it is published for.</param>
/// <param name="HeaderPlatform">The platform id in its header.</param>
/// <param name="PayloadSha256">SHA-256 of the payload between header and suffix, lower-case hex.</param>
/// <param name="Note">What to tell people.</param>
public sealed record ForeignImage(string Component, string Platform, int HeaderPlatform, string PayloadSha256, string Note);

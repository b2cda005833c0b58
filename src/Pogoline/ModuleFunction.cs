using System.Text.Json.Serialization;

namespace Pogoline;

/// <summary>What a firmware module is for: byte 14 of its header.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModuleFunction>))]
public enum ModuleFunction : byte
{
    /// <summary>No function; in a dependency: no dependency.</summary>
    [JsonStringEnumMemberName("none")] None = 0,

    /// <summary>A resource.</summary>
    [JsonStringEnumMemberName("resource")] Resource = 1,

    /// <summary>The bootloader.</summary>
    [JsonStringEnumMemberName("bootloader")] Bootloader = 2,

    /// <summary>System and user firmware in one image.</summary>
    [JsonStringEnumMemberName("monolithic")] Monolithic = 3,

    /// <summary>A part of Device OS.</summary>
    [JsonStringEnumMemberName("systemPart")] SystemPart = 4,

    /// <summary>The user firmware.</summary>
    [JsonStringEnumMemberName("userPart")] UserPart = 5,

    /// <summary>Settings.</summary>
    [JsonStringEnumMemberName("settings")] Settings = 6,

    /// <summary>The firmware of the network co-processor.</summary>
    [JsonStringEnumMemberName("ncp")] Ncp = 7,

    /// <summary>The radio stack: Nordic's SoftDevice.</summary>
    [JsonStringEnumMemberName("radioStack")] RadioStack = 8,

    /// <summary>An asset of a bundle.</summary>
    [JsonStringEnumMemberName("asset")] Asset = 9,
}

/// <summary>A module's place on a platform: its function, and which one of that function.</summary>
/// <param name="Function">Byte 14 of the header.</param>
/// <param name="Index">Byte 15 of the header.</param>
public readonly record struct ModuleId(ModuleFunction Function, byte Index)
{
    /// <inheritdoc/>
    public override string ToString() => Function switch
    {
        ModuleFunction.SystemPart => $"system part {Index}",
        ModuleFunction.UserPart => $"user part {Index}",
        ModuleFunction.RadioStack => "SoftDevice",
        ModuleFunction.Ncp => "NCP firmware",
        ModuleFunction.Bootloader when Index == 0 => "bootloader",
        ModuleFunction.Monolithic => "monolithic firmware",
        _ when Enum.IsDefined(Function) => $"{Function.ToString().ToLowerInvariant()} {Index}",
        _ => $"function {(byte)Function} index {Index}",
    };
}

/// <summary>A module that another one needs, at a version or later.</summary>
/// <param name="Module">Which module.</param>
/// <param name="Version">The lowest module version that satisfies it.</param>
public readonly record struct ModuleDependency(ModuleId Module, ushort Version)
{
    /// <summary>Whether a header holds no dependency here (function 0).</summary>
    public bool IsEmpty => Module.Function == ModuleFunction.None;

    /// <inheritdoc/>
    public override string ToString() => IsEmpty ? "none" : $"{Module} ≥ {Version}";
}

using Pogoline.Lab.Boot;
using Pogoline.Lab.Control;

namespace Pogoline.Lab.Replay;

/// <summary>The lists of modules that were invented for the recordings.</summary>
static class RecordedModules
{
    static readonly byte[] UserHash = [.. Enumerable.Range(0xA0, 32).Select(i => (byte)i)];

    static readonly ModuleId Bootloader = new(ModuleFunction.Bootloader, 0);
    static readonly ModuleId System = new(ModuleFunction.SystemPart, 1);
    static readonly ModuleId User = new(ModuleFunction.UserPart, 1);
    static readonly ModuleId RadioStack = new(ModuleFunction.RadioStack, 0);

    /// <summary>On the console.</summary>
    public static IReadOnlyList<SystemModule> OfConsole { get; } =
    [
        Module(Bootloader, 1100, 49152),
        Module(System, 3301, 671744, new(Bootloader, 1100), new(RadioStack, 202)),
        Module(User, 6, 131072, new(System, 3301)) with { Hash = UserHash },
        Module(RadioStack, 202, 192512),
    ];

    /// <summary>In control requests.</summary>
    public static IReadOnlyList<SystemModule> OfHandlers { get; } =
    [
        Module(Bootloader, 1100, 24576),
        Module(System, 3301, 458752, new(Bootloader, 1100), new(RadioStack, 202)),
        Module(User, 6, 8192, new(System, 4000)) with { Passed = ModuleChecks.Boot & ~ModuleChecks.Dependencies },
    ];

    // The two lists tell different sizes: the room, and the length of the module.
    static SystemModule Module(ModuleId id, ushort version, uint size, ModuleDependency first = default, ModuleDependency second = default) =>
        new(new() { Module = id, Version = version, End = new(size), Dependency = first, Dependency2 = second }, size, ModuleChecks.Boot, false, default);
}

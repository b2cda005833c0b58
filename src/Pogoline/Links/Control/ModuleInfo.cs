using System.Buffers;
using Pogoline.Links.Control.Messages;

namespace Pogoline.Links.Control;

/// <summary>The reply to GET_MODULE_INFO in both of its forms: field 1 before Device OS 5.6.0, field 2 from there on.</summary>
static class ModuleInfo
{
    const uint OldIntegrityFailed = 1;
    const uint OldDependenciesFailed = 2;
    const ModuleChecks All = ModuleChecks.Integrity | ModuleChecks.Dependencies | ModuleChecks.Range | ModuleChecks.Platform;

    // The old form counts differently: 1 bootloader, 2 system part, 3 user part, 4 monolithic, 5 NCP, 6 radio stack.
    static readonly ModuleFunction[] OldFunctions =
    [
        ModuleFunction.None, ModuleFunction.Bootloader, ModuleFunction.SystemPart, ModuleFunction.UserPart,
        ModuleFunction.Monolithic, ModuleFunction.Ncp, ModuleFunction.RadioStack,
    ];

    /// <summary>Reads the reply; modules of a kind or with numbers that no module can have are left out.</summary>
    public static OperationStatus TryRead(ReadOnlyMemory<byte> source, out IReadOnlyList<DeviceModule> modules)
    {
        modules = [];
        if (!MessageReader.TryRead(GetModuleInfoReply.Parser, source, out var reply)) return OperationStatus.InvalidData;
        modules = [.. (reply.Modules.Count > 0 ? reply.Modules.Select(Read) : reply.OldModules.Select(Read)).OfType<DeviceModule>()];
        return OperationStatus.Done;
    }

    static DeviceModule? Read(GetModuleInfoReply.Types.Module module) => OldFunction(module.Type) is not ModuleFunction.None and var function
        && Id(function, module.Index) is { } id && module.Version <= ushort.MaxValue
        ? new()
        {
            Id = id,
            Version = (ushort)module.Version,
            Size = module.Size,
            Failed = ((module.Validity & OldIntegrityFailed) != 0 ? ModuleChecks.Integrity : 0) | ((module.Validity & OldDependenciesFailed) != 0 ? ModuleChecks.Dependencies : 0),
            Dependencies = [.. Dependencies(module.Dependencies, OldFunction)],
        } : null;

    static DeviceModule? Read(GetModuleInfoReply.Types.FirmwareModule module) => NewFunction(module.Type) is not ModuleFunction.None and var function
        && Id(function, module.Index) is { } id && module.Version <= ushort.MaxValue && Enum.IsDefined((ModuleStore)module.Store)
        ? new()
        {
            Id = id,
            Version = (ushort)module.Version,
            Store = (ModuleStore)module.Store,
            Size = module.MaxSize,
            Failed = (ModuleChecks)(module.CheckedFlags ^ module.PassedFlags) & All,
            Dependencies = [.. Dependencies(module.Dependencies, NewFunction)],
            Sha256 = module.Hash.Length > 0 ? Convert.ToHexStringLower(module.Hash.Span) : null,
        } : null;

    static IEnumerable<ModuleDependency> Dependencies(IEnumerable<GetModuleInfoReply.Types.Dependency> dependencies, Func<uint, ModuleFunction> function) =>
        dependencies.Where(d => function(d.Type) != ModuleFunction.None && d.Index <= byte.MaxValue && d.Version <= ushort.MaxValue)
            .Select(d => new ModuleDependency(new(function(d.Type), (byte)d.Index), (ushort)d.Version));

    static ModuleId? Id(ModuleFunction function, uint index) => index <= byte.MaxValue ? new(function, (byte)index) : null;

    static ModuleFunction OldFunction(uint type) => type < OldFunctions.Length ? OldFunctions[type] : ModuleFunction.None;

    static ModuleFunction NewFunction(uint type) => type <= (uint)ModuleFunction.Asset ? (ModuleFunction)type : ModuleFunction.None;
}

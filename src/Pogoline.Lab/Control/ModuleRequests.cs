using Pogoline.Lab.Boot;

namespace Pogoline.Lab.Control;

/// <summary>Requests for the list of modules, in its two forms.</summary>
static class ModuleRequests
{
    const ulong IntegrityFailed = 1, DependenciesFailed = 2;

    // The numbers of the first form; the second one uses those of the headers.
    static readonly Dictionary<ModuleFunction, ulong> Types = new()
    {
        [ModuleFunction.Bootloader] = 1, [ModuleFunction.SystemPart] = 2, [ModuleFunction.UserPart] = 3, [ModuleFunction.Monolithic] = 4,
        [ModuleFunction.Ncp] = 5, [ModuleFunction.RadioStack] = 6,
    };

    /// <summary>Before Device OS 5.6.0.</summary>
    public static IEnumerable<TimeSpan> Modules(IRunningSystem system, ControlRequest request) => Reply(system, request, 1, module =>
    {
        var header = module.Header;
        var part = new ProtoWriter().Number(1, Types.GetValueOrDefault(header.Module.Function)).Number(2, header.Module.Index)
            .Number(3, header.Version).Number(4, Size(header)).Number(5, Failures(module.Passed));
        foreach (var dependency in Dependencies(header))
        {
            part.Part(6, new ProtoWriter().Number(1, Types.GetValueOrDefault(dependency.Module.Function))
                .Number(2, dependency.Module.Index).Number(3, dependency.Version));
        }
        return part;
    });

    /// <summary>From Device OS 5.6.0 on.</summary>
    public static IEnumerable<TimeSpan> FirmwareModules(IRunningSystem system, ControlRequest request) => Reply(system, request, 2, module =>
    {
        var header = module.Header;
        var part = new ProtoWriter().Number(1, (byte)header.Module.Function).Number(2, header.Module.Index).Number(3, header.Version)
            .Number(5, module.MaximumSize).Fixed32(6, (uint)ModuleChecks.Boot).Fixed32(7, (uint)module.Passed).Bytes(8, module.Hash.Span);
        foreach (var dependency in Dependencies(header))
        {
            part.Part(9, new ProtoWriter().Number(1, (byte)dependency.Module.Function).Number(2, dependency.Module.Index).Number(3, dependency.Version));
        }
        return part.Number(11, Size(header));
    });

    /// <summary>No assets, none wanted.</summary>
    public static IEnumerable<TimeSpan> NoAssets(IRunningSystem _, ControlRequest request)
    {
        request.Finish(ControlResult.Ok);
        return [];
    }

    static IEnumerable<TimeSpan> Reply(IRunningSystem system, ControlRequest request, int field, Func<SystemModule, ProtoWriter> write)
    {
        var reply = new ProtoWriter();
        foreach (var module in system.Modules.Where(module => !module.IsFactory)) reply.Part(field, write(module));
        request.Finish(ControlResult.Ok, reply.Message);
        return [];
    }

    static IEnumerable<ModuleDependency> Dependencies(ModuleHeader header) => header.Dependencies.Where(dependency => !dependency.IsEmpty);

    static ulong Size(ModuleHeader header) => header.End > header.Start ? header.End - header.Start : 0;

    static ulong Failures(ModuleChecks passed) =>
        ((passed & ModuleChecks.Integrity) == 0 ? IntegrityFailed : 0) | ((passed & ModuleChecks.Dependencies) == 0 ? DependenciesFailed : 0);
}

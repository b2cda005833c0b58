using Pogoline.Platforms;

namespace Pogoline.Modules;

/// <summary>What a header must say to make sense on its platform.</summary>
static class ModuleRules
{
    // Their bytes are not what lies in flash, so their length says nothing about the place.
    const ModuleFlags Packed = ModuleFlags.Compressed | ModuleFlags.Encrypted;

    public static void Examine(ModuleHeader header, int headerOffset, int deviceLength, List<ModuleProblem> problems)
    {
        if ((header.Flags & ~ModuleFlags.All) != 0) problems.Add(ModuleProblems.UnknownFlags(header.Flags));
        if (headerOffset > 0 && (header.Flags & (ModuleFlags.DropModuleInfo | ModuleFlags.Compressed)) != 0)
        {
            problems.Add(ModuleProblems.FlagsWithVectorTable(header.Flags, headerOffset));
        }
        if (!Enum.IsDefined(header.Id.Function))
        {
            problems.Add(ModuleProblems.UnknownFunction(header.Id));
            return;
        }
        // Assets belong to no platform; their header says 0.
        if (header.Id.Function == ModuleFunction.Asset) return;
        if (PlatformCatalog.Find(header.PlatformId) is not { } platform)
        {
            problems.Add(ModuleProblems.UnknownPlatform(header.PlatformId));
            return;
        }
        if (platform.Components.Count > 0) ExaminePlace(platform, header, deviceLength, problems);
    }

    static void ExaminePlace(Platform platform, ModuleHeader header, int deviceLength, List<ModuleProblem> problems)
    {
        if (platform.Find(header.Id) is not { } component)
        {
            problems.Add(ModuleProblems.NoSuchPart(platform, header.Id, platform.Components.Any(c => c.Function == header.Id.Function)));
            return;
        }
        if ((header.Flags & Packed) != 0) return;
        var range = AddressRange.Of(header.Start, (uint)deviceLength);
        var places = component.Positions.Where(position => component.IdAt(position) == header.Id).Select(position => position.Range).ToList();
        if (!places.Exists(place => place.Contains(range))) problems.Add(ModuleProblems.Misplaced(platform, header.Id, range, places));
    }
}

using System.Collections.Frozen;
using Pogoline.Platforms;

namespace Pogoline.Modules;

/// <summary>What a header must say to make sense on its platform.</summary>
static class ModuleRules
{
    // Their bytes are not what lies in flash, so their length says nothing about the place.
    const ModuleFlags Packed = ModuleFlags.Compressed | ModuleFlags.Encrypted;

    public static FrozenDictionary<int, Platform> KnownPlatforms { get; } = PlatformCatalog.All.ToFrozenDictionary(platform => platform.Id);

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
        if (!KnownPlatforms.TryGetValue(header.PlatformId, out var platform))
        {
            problems.Add(ModuleProblems.UnknownPlatform(header.PlatformId));
            return;
        }
        if (platform.Components.Count > 0) ExaminePlace(platform, header, deviceLength, problems);
    }

    static void ExaminePlace(Platform platform, ModuleHeader header, int deviceLength, List<ModuleProblem> problems)
    {
        var (hasFunction, hasPart) = (false, false);
        var range = AddressRange.Of(header.Start, (uint)deviceLength);
        foreach (var component in platform.Components)
        {
            if (component.Function != header.Id.Function) continue;
            hasFunction = true;
            foreach (var position in component.Positions)
            {
                if (component.IdAt(position) != header.Id) continue;
                hasPart = true;
                if ((header.Flags & Packed) != 0 || position.Range.Contains(range)) return;
            }
        }
        problems.Add(hasPart
            ? ModuleProblems.Misplaced(platform, header.Id, range, PlacesOf(platform, header.Id))
            : ModuleProblems.NoSuchPart(platform, header.Id, hasFunction));
    }

    static IEnumerable<AddressRange> PlacesOf(Platform platform, ModuleId id) =>
        from component in platform.Components
        from position in component.Positions
        where component.IdAt(position) == id
        select position.Range;
}

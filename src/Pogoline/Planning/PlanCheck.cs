using Pogoline.FactoryData;
using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>
/// What no plan may do, whoever made it: write outside the places of its components, touch the running bootloader or the MBR, erase what
/// is not its own, set other configuration bytes than the known ones.
/// </summary>
public static class PlanCheck
{
    /// <summary>Refuses a plan that does any of it.</summary>
    /// <exception cref="PogolineException"><see cref="PlanFaults.BadPlan"/>.</exception>
    public static void Require(Plan plan, Platform platform)
    {
        if (plan.Platform != platform.Name) throw Bad($"it is for {plan.Platform}, the board is {platform.Name}", "Make a plan for this board.");
        var writes = new List<AddressRange>();
        var isInDfu = false;
        foreach (var step in plan.Steps)
        {
            if (step is SwdWriteStep or SwdResetStep) throw Bad("it was made for a debug probe", "Run it with --swd.");
            if (isInDfu && step is UpdateStep) throw Bad("it sends an update to a board in DFU mode");
            if (!isInDfu && step is not (EnterDfuStep or UpdateStep)) throw Bad("it writes outside of DFU mode");
            switch (step)
            {
                case EnterDfuStep:
                    isInDfu = true;
                    break;
                case WriteStep write:
                    RequireWrite(plan, platform, write, writes);
                    break;
                case EraseStep erase:
                    RequireOwnUnits(Releases(plan), platform, Component(platform, erase.Module), erase.Storage, erase.Range, wholeUnits: true);
                    break;
                case DctByteStep dct when !IsKnownByte(platform, dct):
                    throw Bad($"it sets configuration byte {dct.Offset} to 0x{dct.Value:X2}");
                case FactoryStep factory when factory.Fields.Count == 0 || factory.Fields.Distinct().Count() != factory.Fields.Count
                    || factory.Fields.Any(name => FactoryField.Find(name, platform.Name) is null):
                    throw Bad("it writes factory data that no table has for this board");
                case RestartStep or StayStep:
                    isInDfu = false;
                    writes.Clear();
                    break;
                case UpdateStep update:
                    RequireUpdate(plan, platform, update);
                    break;
            }
        }
        if (isInDfu) throw Bad("it does not end with a restart");
    }

    static void RequireUpdate(Plan plan, Platform platform, UpdateStep update)
    {
        var module = Listed(plan, update.Module, update.Sha256);
        if (update.Length != module.Bytes || update.Id != module.Id || update.Version != module.To) throw Bad($"it sends a {update.Module} other than the one it lists");
        var component = Component(platform, update.Module);
        if (component.Function != update.Function) throw Bad($"{update.Module} is no {update.Function}");
        if (FileModes.Find(update.Function, update.Route)?.How != Delivery.Update) throw Bad($"a {update.Module} does not go by {update.Route.Name()}");
        if (component.OnlyUp && module.From > module.To) throw Bad($"the {update.Module} would go down");
    }

    static PlannedModule Listed(Plan plan, string name, string sha256) =>
        plan.Modules.Concat(plan.Through.SelectMany(p => p.Modules)).FirstOrDefault(m => m.Name == name && m.Sha256 == sha256) ?? throw Bad($"it writes a {name} that it does not list");

    static IEnumerable<DeviceOsVersion> Releases(Plan plan) => plan.Through.Select(p => p.Release).Append(plan.Release);

    static void RequireWrite(Plan plan, Platform platform, WriteStep write, List<AddressRange> writes)
    {
        var module = Listed(plan, write.Module, write.Sha256);
        List<DeviceOsVersion> releases = write.Release is { } own && Releases(plan).Contains(own) ? [own] : [.. Releases(plan)];
        if (write.Length <= 0 || write.Skip < 0 || (long)write.Skip + write.Length != module.Bytes) throw Bad($"the length of {write.Module} is wrong");
        var component = Component(platform, write.Module);
        if (component.Function == ModuleFunction.Bootloader)
        {
            if (!platform.Areas.Any(a => a.Name == AreaNames.Ota && a.Storage == write.Storage && a.Start == write.At && a.Range.Contains(write.Range)))
            {
                throw Bad($"it writes the bootloader to {write.Storage} {write.At}, which is no OTA region");
            }
            var units = Covered(platform, write.Storage, write.Range);
            if (platform.Components.Where(c => c.Storage == write.Storage).SelectMany(c => releases.SelectMany(c.PositionsFor)).Any(p => p.Range.Overlaps(units)))
            {
                throw Bad($"the OTA region at {write.At} shares an erase unit with a component");
            }
        }
        else
        {
            RequireOwnUnits(releases, platform, component, write.Storage, write.Range, wholeUnits: false);
        }
        if (writes.Exists(w => w.Overlaps(write.Range)) && write.Storage == StorageKind.InternalFlash) throw Bad($"two modules overlap at {write.Range}");
        if (write.Storage == StorageKind.InternalFlash) writes.Add(write.Range);
    }

    static void RequireOwnUnits(IEnumerable<DeviceOsVersion> releases, Platform platform, Component component, StorageKind storage, AddressRange range, bool wholeUnits)
    {
        var own = component.Function != ModuleFunction.Bootloader && component.Storage == storage
            && releases.SelectMany(component.PositionsFor).Any(p => p.Range.Contains(range) && p.Range.Contains(Covered(platform, storage, range)));
        if (!own || (wholeUnits && Covered(platform, storage, range) != range)) throw Bad($"{component.Name} does not belong at {storage} {range}");
    }

    static AddressRange Covered(Platform platform, StorageKind kind, AddressRange range)
    {
        var storage = platform.Storages.FirstOrDefault(s => s.Kind == kind);
        if (storage is null || range.Length == 0 || !storage.Range.Contains(range)) throw Bad($"{range} is outside of {kind}");
        var units = storage.EraseUnits(range).ToList();
        return new(units[0].Start, units[^1].End);
    }

    static bool IsKnownByte(Platform platform, DctByteStep dct) =>
        (platform.Traits.OtaFlag is { } flag && dct.Offset == flag.Offset && dct.Value == flag.Value)
        || (platform.Traits.SetupDone is { } setup && dct.Offset == setup.Offset && dct.Value == setup.Value);

    static Component Component(Platform platform, string name) =>
        platform.Components.FirstOrDefault(c => c.Name == name) ?? throw Bad($"{platform.Name} has no {name}");

    static PogolineException Bad(string why, string remedy = "Make the plan again with 'pogoline plan --save'.") =>
        new(PlanFaults.BadPlan, $"The plan is refused: {why}.", remedy);
}

using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>
/// The time below which no program can carry a plan out: erasing and programming by the data sheets' typical figures, and moving the bytes
/// over a full-speed control endpoint. Reading back, restarts and the host's own time are not in it.
/// </summary>
public static class PlanFloor
{
    /// <summary>64 transactions of 64 bytes with SETUP and STATUS at 19 transactions a millisecond (USB 2.0 §5.5.3): 4096 bytes in 3.47 ms.</summary>
    public const double ControlBytesPerSecond = 4096 / 0.00347;

    /// <summary>The floor of a whole plan.</summary>
    public static TimeSpan Of(Plan plan, Platform platform) =>
        plan.Steps.Aggregate(TimeSpan.Zero, (sum, step) => sum + Of(step, platform));

    /// <summary>The floor of one step.</summary>
    public static TimeSpan Of(PlanStep step, Platform platform) => step switch
    {
        WriteStep write => Flash(platform.StorageOf(write.Storage), write.Range) + TimeSpan.FromSeconds(write.Length / ControlBytesPerSecond)
            + Copy(write, platform),
        UpdateStep update => Update(update, platform),
        EraseStep erase => platform.StorageOf(erase.Storage).EraseTime(erase.Range),
        _ => TimeSpan.Zero,
    };

    /// <summary>A bootloader that waits in the OTA region is written once more, to its place.</summary>
    static TimeSpan Copy(WriteStep write, Platform platform)
    {
        var component = platform.Components.First(c => c.Name == write.Module);
        return component.Function != ModuleFunction.Bootloader ? TimeSpan.Zero
            : Flash(platform.StorageOf(component.Storage), AddressRange.Of(component.Positions[0].Start, (uint)write.Length));
    }

    /// <summary>An update crosses the bus into the OTA region, and from there to its place; what the NCP does with its own is not counted.</summary>
    static TimeSpan Update(UpdateStep update, Platform platform)
    {
        var component = platform.Components.First(c => c.Name == update.Module);
        var bus = TimeSpan.FromSeconds(update.Length / ControlBytesPerSecond);
        var ota = platform.Areas.FirstOrDefault(a => a.Name == AreaNames.Ota);
        if (ota is not null) bus += Flash(platform.StorageOf(ota.Storage), AddressRange.Of(ota.Start, (uint)update.Length));
        return component.Storage == StorageKind.ExternalMcu ? bus
            : bus + Flash(platform.StorageOf(component.Storage), AddressRange.Of(component.Positions[0].Start, (uint)update.Length));
    }

    static TimeSpan Flash(Storage storage, AddressRange range) => storage.EraseTime(range) + storage.ProgramTime(range.Length);
}

using Pogoline.Modules;
using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>
/// The time below which nobody can carry a plan out and know that it worked: erasing and programming by the data sheets' typical figures, the bytes
/// written and read back over a full-speed control endpoint, the requests that DfuSe needs for each block, the restarts, and what the board copies by
/// itself. Time that a host, its driver or a hub adds is not in it.
/// </summary>
public static class PlanFloor
{
    /// <summary>64 transactions of 64 bytes with SETUP and STATUS at 19 transactions a millisecond (USB 2.0 §5.5.3): 4096 bytes in 3.47 ms.</summary>
    public const double ControlBytesPerSecond = 4096 / 0.00347;

    /// <summary>The largest block of Particle's bootloaders, in bytes.</summary>
    const int Block = 4096;

    // A control transfer takes the frame that it is scheduled in. A command is a download and two GETSTATUS, a block of data two GETSTATUS beside itself.
    static readonly TimeSpan Frame = TimeSpan.FromMilliseconds(1);
    static readonly TimeSpan Command = Frame * 3;
    static readonly TimeSpan PerBlock = Frame * 2;

    // Device OS: from the answer of a control request to the reset that it asked for; from the end of DFU mode to the reset; from an update
    // that was put in place to the reset.
    static readonly TimeSpan RequestToReset = TimeSpan.FromMilliseconds(1000);
    static readonly TimeSpan LeaveToReset = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan UpdateToReset = TimeSpan.FromMilliseconds(100);

    // In no data sheet, and rather short: boards are seen in DFU mode about a second after their reset. Joining the bus: USB 2.0 §7.1.7.3 and
    // §9.2.6 ask for 100 ms of quiet and at least one reset of 50 ms with 10 ms after it; hosts do two.
    static readonly TimeSpan BootloaderStart = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan SystemStart = TimeSpan.FromMilliseconds(400);
    static readonly TimeSpan Joining = TimeSpan.FromMilliseconds(220);

    /// <summary>The floor of a whole plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="platform">The platform that it is for.</param>
    /// <param name="isInDfu">Whether the board is in DFU mode already.</param>
    public static TimeSpan Of(Plan plan, Platform platform, bool isInDfu = false)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(platform);
        // What is left as it is was read to the last byte, or nobody would know.
        var sum = Bus(plan.Modules.Where(m => m.Action == ModuleAction.Skipped).Sum(m => (long)m.Bytes));
        WriteStep? waiting = null;
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            var step = plan.Steps[i];
            sum += Of(step, platform);
            switch (step)
            {
                case EnterDfuStep when !isInDfu:
                    sum += RequestToReset + BootloaderStart + Joining;
                    break;
                case WriteStep write when IsBootloader(write, platform):
                    waiting = write;
                    break;
                case RestartStep:
                    isInDfu = false;
                    sum += LeaveToReset + ((BootloaderStart + SystemStart) * platform.Traits.StartsAfterDfu) + Joining;
                    if (waiting is not null) sum += Install(waiting, plan, i, platform);
                    waiting = null;
                    break;
            }
        }
        return sum;
    }

    /// <summary>The floor of one step, without restarts and what the board does by itself.</summary>
    public static TimeSpan Of(PlanStep step, Platform platform) => step switch
    {
        WriteStep write => Erase(platform.StorageOf(write.Storage), write.Range) + platform.StorageOf(write.Storage).ProgramTime(write.Length)
            + Bus(write.Length) + (PerBlock * ((write.Length + Block - 1) / Block)) + Bus(write.Length),
        EraseStep erase => Erase(platform.StorageOf(erase.Storage), erase.Range) + Bus(erase.Length),
        DctByteStep => Command + Configuration(platform),
        UpdateStep update => Update(update, platform),
        _ => TimeSpan.Zero,
    };

    /// <summary>What the board does with a bootloader that waits in the OTA region, up to the start of the system after it.</summary>
    static TimeSpan Install(WriteStep write, Plan plan, int restart, Platform platform)
    {
        var component = platform.Components.First(c => c.Name == write.Module);
        var flash = platform.StorageOf(component.Storage);
        var copy = Flash(flash, AddressRange.Of(component.Positions[0].Start, (uint)write.Length));
        if (platform.Traits.BootloaderByMbr is { } mbr && plan.Modules.FirstOrDefault(m => m.Id == component.IdAt(component.Positions[0]))?.From >= mbr.FromBootloader
            && mbr.Os.Contains(SystemAt(restart, plan)))
        {
            var scratch = Flash(flash, AddressRange.Of(mbr.Scratch, (uint)write.Length));
            copy += Flash(platform.StorageOf(write.Storage), write.Range) + scratch + scratch + BootloaderStart;
        }
        // The flag is cleared before, and the system starts again afterwards.
        return Configuration(platform) + copy + UpdateToReset + BootloaderStart + SystemStart + Joining;
    }

    /// <summary>The release that starts at a restart: the plan's, unless its system parts are still to come.</summary>
    static DeviceOsVersion SystemAt(int restart, Plan plan)
    {
        var isToCome = plan.Steps.Skip(restart).OfType<WriteStep>().Any(w => w.Function == ModuleFunction.SystemPart);
        var before = plan.Modules.FirstOrDefault(m => m.Function == ModuleFunction.SystemPart)?.From;
        return isToCome && before is { } version && DeviceOsVersions.FromSystem(version) is { Numbers.Os: var os } ? os : plan.Release;
    }

    static bool IsBootloader(WriteStep write, Platform platform) => platform.Components.First(c => c.Name == write.Module).Function == ModuleFunction.Bootloader;

    /// <summary>An update crosses the bus into the OTA region, and from there to its place; what the NCP does with its own is not counted.</summary>
    static TimeSpan Update(UpdateStep update, Platform platform)
    {
        var component = platform.Components.First(c => c.Name == update.Module);
        var sum = Bus(update.Length) + RequestToReset + BootloaderStart + SystemStart + Joining;
        if (platform.Areas.FirstOrDefault(a => a.Name == AreaNames.Ota) is { } ota) sum += Flash(platform.StorageOf(ota.Storage), AddressRange.Of(ota.Start, (uint)update.Length));
        return component.Storage == StorageKind.ExternalMcu ? sum
            : sum + Flash(platform.StorageOf(component.Storage), AddressRange.Of(component.Positions[0].Start, (uint)update.Length));
    }

    /// <summary>Any change of the configuration writes all of it, where it lies in flash sectors.</summary>
    static TimeSpan Configuration(Platform platform)
    {
        var dct = platform.StorageOf(StorageKind.Dct);
        return Flash(dct, dct.Range);
    }

    static TimeSpan Erase(Storage storage, AddressRange range) => storage.EraseTime(range) + (Command * storage.EraseUnits(range).Count());

    static TimeSpan Flash(Storage storage, AddressRange range) => storage.EraseTime(range) + storage.ProgramTime(range.Length);

    static TimeSpan Bus(long bytes) => TimeSpan.FromSeconds(bytes / ControlBytesPerSecond);
}

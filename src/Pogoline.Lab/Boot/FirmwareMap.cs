using Pogoline.Platforms;

namespace Pogoline.Lab.Boot;

/// <summary>
/// The addresses that are compiled into Device OS for a platform: its own data, by system module version. The bounds rows stand in the
/// order in which the system reports them.
/// </summary>
public sealed record FirmwareMap
{
    const uint K = 1024;

    /// <summary>The slot device number of the memory with the OTA area and the factory image.</summary>
    public required byte UpdateDevice { get; init; }

    /// <summary>The first address of the OTA area.</summary>
    public required FlashAddress Ota { get; init; }

    /// <summary>Its length in bytes.</summary>
    public required uint OtaLength { get; init; }

    /// <summary>The first address of the factory image.</summary>
    public required FlashAddress Factory { get; init; }

    /// <summary>Where the factory image goes to.</summary>
    public required FlashAddress User { get; init; }

    /// <summary>The length of the factory area in bytes.</summary>
    public required uint FactoryLength { get; init; }

    /// <summary>Where the module lies by which the system's version is told: system part 1.</summary>
    public required FlashAddress System { get; init; }

    /// <summary>Whether the system listens as long as no Wi-Fi network is stored.</summary>
    public bool ListensWithoutWifi { get; init; }

    /// <summary>Whether the system can store Wi-Fi networks: by a radio of its own, or by a co-processor that it knows of.</summary>
    public bool HasWifi => ListensWithoutWifi || Bounds.Any(row => row.Place == ModulePlace.Ncp);

    /// <summary>The table of modules.</summary>
    public required IReadOnlyList<ModuleBounds> Bounds { get; init; }

    /// <summary>What slot 0 describes.</summary>
    public ModuleSlot FactorySlot => new(
        ModuleSlot.Factory, UpdateDevice, ModuleSlot.Internal, Factory, User, FactoryLength,
        ModuleSlot.VerifyCrc | ModuleSlot.VerifyStart | ModuleSlot.VerifyFunction, ModuleFunction.UserPart);

    /// <summary>The row in which an update of that module is looked up; null when this system does not know it.</summary>
    public ModuleBounds? Find(ModuleId module) => Bounds.FirstOrDefault(row => row.Module == module && !row.IsFactory);

    /// <summary>The map of a system part of that platform and module version.</summary>
    /// <exception cref="NotSupportedException">The lab has no board of that platform.</exception>
    public static FirmwareMap For(Platform platform, ushort systemVersion) =>
        Builds.FirstOrDefault(b => b.Platforms.Contains(platform.Id) && systemVersion >= b.From && systemVersion < b.Before).Map
        ?? throw new NotSupportedException($"the lab has no firmware map for {platform.Name}");

    static readonly (int[] Platforms, int From, int Before, FirmwareMap Map)[] Builds =
    [
        ([6, 8], 0, int.MaxValue, Photon()),
        ([10], 0, int.MaxValue, Electron()),
        .. Gen3(12, ncpFrom: 0, large: int.MaxValue, wifi: true),
        .. Gen3(13, ncpFrom: int.MaxValue, large: int.MaxValue),
        .. Gen3(23, ncpFrom: int.MaxValue, large: int.MaxValue),
        .. Gen3(25, ncpFrom: int.MaxValue, large: SystemVersions.B5SomWholeFlash),
        .. Gen3(26, ncpFrom: SystemVersions.V3, large: 0),
    ];

    static FirmwareMap Photon() => new()
    {
        UpdateDevice = ModuleSlot.Internal, Ota = new(0x080C0000), OtaLength = 256 * K,
        Factory = new(0x080E0000), User = new(0x080A0000), FactoryLength = 128 * K, System = new(0x08020000),
        ListensWithoutWifi = true,
        Bounds =
        [
            Row(ModuleFunction.Bootloader, 0, 0x08000000, 16 * K),
            Row(ModuleFunction.SystemPart, 1, 0x08020000, 256 * K),
            Row(ModuleFunction.SystemPart, 2, 0x08060000, 256 * K),
            Row(ModuleFunction.UserPart, 1, 0x080A0000, 128 * K),
            Row(ModuleFunction.UserPart, 1, 0x080A0000, 128 * K) with { Location = new(0x080E0000), IsFactory = true },
        ],
    };

    static FirmwareMap Electron() => new()
    {
        UpdateDevice = ModuleSlot.Internal, Ota = new(0x080C0000), OtaLength = 128 * K,
        Factory = new(0x080A0000), User = new(0x08080000), FactoryLength = 128 * K, System = new(0x08020000),
        Bounds =
        [
            Row(ModuleFunction.Bootloader, 0, 0x08000000, 16 * K),
            Row(ModuleFunction.SystemPart, 1, 0x08020000, 128 * K),
            Row(ModuleFunction.SystemPart, 2, 0x08040000, 128 * K),
            Row(ModuleFunction.SystemPart, 3, 0x08060000, 128 * K),
            Row(ModuleFunction.UserPart, 1, 0x08080000, 128 * K),
            Row(ModuleFunction.UserPart, 1, 0x08080000, 128 * K) with { Location = new(0x080A0000), IsFactory = true },
        ],
    };

    // A Gen 3 platform changes its map at these versions; each stretch between two of them is a build of its own.
    static IEnumerable<(int[] Platforms, int From, int Before, FirmwareMap Map)> Gen3(int platform, int ncpFrom, int large, bool wifi = false)
    {
        int[] changes =
        [
            .. new[] { 0, ncpFrom, large, SystemVersions.LargeUserPart, SystemVersions.Assets, SystemVersions.LowSystemPart, int.MaxValue }
                .Distinct().Order(),
        ];
        return changes.Zip(changes.Skip(1), (from, before) =>
            (new[] { platform }, from, before, Gen3(from, withNcp: from >= ncpFrom, largeFlash: from >= large) with { ListensWithoutWifi = wifi }));
    }

    static FirmwareMap Gen3(int version, bool withNcp, bool largeFlash)
    {
        var largeUser = version >= SystemVersions.LargeUserPart;
        var lowSystem = version >= SystemVersions.LowSystemPart;
        var system = lowSystem ? 0x28000u : 0x30000u;
        var factory = largeFlash ? 0x600000u : 0x200000u;
        var user = largeUser ? 0xB4000u : 0xD4000u;
        var userIndex = (byte)(largeUser ? 2 : 1);
        var userSize = largeUser ? 256 * K : 128 * K;
        var assets = version >= SystemVersions.Assets && !largeFlash;
        return new()
        {
            UpdateDevice = ModuleSlot.External,
            Ota = new(largeFlash ? 0x689000u : assets ? 0x24C000u : 0x289000u), OtaLength = 1500 * K,
            Factory = new(factory), User = new(user), FactoryLength = userSize, System = new(system),
            Bounds =
            [
                Row(ModuleFunction.Bootloader, 0, 0xF4000, 48 * K),
                new(new(ModuleFunction.SystemPart, 1), new(system), new(user), lowSystem ? 560 * K : 656 * K),
                .. largeUser ? [Row(ModuleFunction.UserPart, 1, 0xD4000, 128 * K)] : Array.Empty<ModuleBounds>(),
                Row(ModuleFunction.UserPart, userIndex, user, userSize),
                Row(ModuleFunction.UserPart, userIndex, user, userSize) with
                {
                    Location = new(factory), Place = ModulePlace.ExternalFlash, IsFactory = true,
                },
                .. withNcp ? [Row(ModuleFunction.Ncp, 0, 0, 1500 * K) with { Place = ModulePlace.Ncp }] : Array.Empty<ModuleBounds>(),
                new(new(ModuleFunction.RadioStack, 0), new(0x1000), new(system), system - 0x1000) { Place = ModulePlace.RadioStack },
            ],
        };
    }

    static ModuleBounds Row(ModuleFunction function, byte index, uint start, uint size) =>
        new(new(function, index), new(start), new(start + size), size);
}

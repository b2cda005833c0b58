using System.Text.Json.Serialization;
using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>One step of a plan; a step either has happened or has not.</summary>
/// <param name="Reason">Why it is done, and why here.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "step")]
[JsonDerivedType(typeof(EnterDfuStep), "enterDfu")]
[JsonDerivedType(typeof(WriteStep), "write")]
[JsonDerivedType(typeof(EraseStep), "erase")]
[JsonDerivedType(typeof(DctByteStep), "dctByte")]
[JsonDerivedType(typeof(FactoryStep), "factoryData")]
[JsonDerivedType(typeof(RestartStep), "restart")]
[JsonDerivedType(typeof(UpdateStep), "update")]
[JsonDerivedType(typeof(StayStep), "stay")]
[JsonDerivedType(typeof(SwdWriteStep), "swdWrite")]
[JsonDerivedType(typeof(SwdResetStep), "swdReset")]
public abstract record PlanStep(string Reason);

/// <summary>The unit is brought into DFU mode.</summary>
/// <param name="Reason">Why.</param>
public sealed record EnterDfuStep(string Reason) : PlanStep(Reason);

/// <summary>Erases every unit that the bytes touch, writes them and reads them back.</summary>
/// <param name="Module">The component they belong to.</param>
/// <param name="Storage">The memory.</param>
/// <param name="At">Where, as that memory counts.</param>
/// <param name="Sha256">The module file they come from.</param>
/// <param name="Skip">Bytes at the front of the file that stay out: 24 for a SoftDevice, else 0.</param>
/// <param name="Length">How many bytes.</param>
/// <param name="Reason">Why.</param>
public sealed record WriteStep(string Module, StorageKind Storage, FlashAddress At, string Sha256, int Skip, int Length, string Reason) : PlanStep(Reason)
{
    /// <summary>The module function; null in plans of older builds.</summary>
    public ModuleFunction? Function { get; init; }

    /// <summary>The module index; null in plans of older builds.</summary>
    public byte? Index { get; init; }

    /// <summary>The release it is of; null for user firmware, and in plans of older builds.</summary>
    public DeviceOsVersion? Release { get; init; }

    /// <summary>What is written.</summary>
    [JsonIgnore]
    public AddressRange Range => AddressRange.Of(At, (uint)Length);
}

/// <summary>Erases one range and checks that it is blank.</summary>
/// <param name="Module">The component whose stale content it is.</param>
/// <param name="Storage">The memory.</param>
/// <param name="At">Where.</param>
/// <param name="Length">Bytes; whole erase units.</param>
/// <param name="Reason">Why.</param>
public sealed record EraseStep(string Module, StorageKind Storage, FlashAddress At, int Length, string Reason) : PlanStep(Reason)
{
    /// <summary>What is erased.</summary>
    [JsonIgnore]
    public AddressRange Range => AddressRange.Of(At, (uint)Length);
}

/// <summary>Writes one byte of the device configuration table.</summary>
/// <param name="Offset">The alternate 1 offset.</param>
/// <param name="Value">The value.</param>
/// <param name="Reason">Why.</param>
public sealed record DctByteStep(ushort Offset, byte Value, string Reason) : PlanStep(Reason);

/// <summary>Writes values of the one board that is in front of us into its configuration, and reads them back.</summary>
/// <param name="Fields">Names of the fields. The values are secrets and never part of a plan; they come with the job.</param>
/// <param name="Reason">Why, and why here.</param>
public sealed record FactoryStep(IReadOnlyList<string> Fields, string Reason) : PlanStep(Reason);

/// <summary>Leaves DFU mode and waits until the system reports what is expected.</summary>
/// <param name="Expected">Modules and the versions they must have.</param>
/// <param name="Reason">Why.</param>
public sealed record RestartStep(IReadOnlyList<ExpectedModule> Expected, string Reason) : PlanStep(Reason);

/// <summary>Reads back what was written and stays in DFU mode.</summary>
/// <param name="Reason">Why.</param>
public sealed record StayStep(string Reason) : PlanStep(Reason);

/// <summary>Sends a file to the running system, which validates it, restarts and applies it; then the system must report it.</summary>
/// <param name="Module">The component.</param>
/// <param name="Function">The module function.</param>
/// <param name="Index">The module index.</param>
/// <param name="Release">The release it is of; null for user firmware and NCP firmware, which are of none.</param>
/// <param name="Version">The module version.</param>
/// <param name="Route">Serial or control requests.</param>
/// <param name="Sha256">The module file.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Expected">Modules and the versions they must have afterwards.</param>
/// <param name="Reason">Why it is done, and why here.</param>
public sealed record UpdateStep(string Module, ModuleFunction Function, byte Index, DeviceOsVersion? Release, ushort Version, Route Route, string Sha256, int Length,
    IReadOnlyList<ExpectedModule> Expected, string Reason) : PlanStep(Reason)
{
    /// <summary>Whether the system that starts afterwards lacks something, so that it comes up in safe mode and would look for the rest over the air.</summary>
    public bool LeavesSafeMode { get; init; }

    /// <summary>Function and index.</summary>
    [JsonIgnore]
    public ModuleId Id => new(Function, Index);
}

/// <summary>A module and the version that a report must show.</summary>
/// <param name="Function">The module function.</param>
/// <param name="Index">The module index.</param>
/// <param name="Version">The module version.</param>
public sealed record ExpectedModule(ModuleFunction Function, byte Index, ushort Version)
{
    /// <summary>Function and index.</summary>
    [JsonIgnore]
    public ModuleId Id => new(Function, Index);
}

/// <summary>Erases and writes the sectors that differ, by SWD, and lets the target check all of them by checksum.</summary>
/// <param name="Modules">The modules that they belong to.</param>
/// <param name="Sectors">How many erase units.</param>
/// <param name="Bytes">Their bytes.</param>
/// <param name="Reason">Why.</param>
public sealed record SwdWriteStep(IReadOnlyList<string> Modules, int Sectors, long Bytes, string Reason) : PlanStep(Reason);

/// <summary>The core is reset by SWD and runs.</summary>
/// <param name="Reason">Why.</param>
public sealed record SwdResetStep(string Reason) : PlanStep(Reason);

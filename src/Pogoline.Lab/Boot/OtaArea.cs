using Pogoline.Lab.Control;

namespace Pogoline.Lab.Boot;

/// <summary>The OTA area of a board.</summary>
/// <param name="hardware">The board.</param>
/// <param name="modules">The modules of the running system.</param>
sealed class OtaArea(BoardHardware hardware, FlashModules modules) : IUpdateArea
{
    readonly UpdateApplier _applier = new(hardware, modules);
    readonly FirmwareMap _map = modules.Map;

    public uint Length => _map.OtaLength;

    public uint Address => _map.Ota.Value;

    public int Result { get; private set; }

    /// <summary>The checks that the image fails, as systems before 2.0.0 name them.</summary>
    public ModuleChecks FailedChecks => _applier.FailedChecks();

    // What was left pending of an earlier update is given up with its image.
    public IEnumerable<TimeSpan> Erase(uint length)
    {
        foreach (var (index, slot) in ModuleSlot.General(hardware.Storage.Dct))
        {
            if (slot.IsPending) ModuleSlot.Free(hardware.Storage.Dct, index);
        }
        Result = ControlResult.Ok;
        if (Math.Min(length, Length) is var room and > 0)
            foreach (var busy in FlashWriter.Erase(hardware, _map.UpdateDevice, AddressRange.Of(_map.Ota, room))) yield return busy;
    }

    public IEnumerable<TimeSpan> Store(uint offset, ReadOnlyMemory<byte> data)
    {
        if (offset > Length || data.Length > Length - offset)
        {
            Result = ControlResult.FlashIo;
            yield break;
        }
        var memory = hardware.MemoryOf(_map.UpdateDevice)!;
        Result = memory.Program(_map.Ota + offset, data.Span) ? ControlResult.Ok : ControlResult.FlashIo;
        yield return memory.TakeBusyTime();
    }

    public int Validate() => (int)_applier.Judge(out _);

    public IEnumerable<TimeSpan> Apply()
    {
        Result = (int)_applier.Judge(out var image);
        if (Result != ControlResult.Ok) yield break;
        foreach (var busy in _applier.Apply(image)) yield return busy;
    }
}

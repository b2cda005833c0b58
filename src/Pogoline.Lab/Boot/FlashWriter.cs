using Pogoline.Platforms;

namespace Pogoline.Lab.Boot;

/// <summary>Erases and programs as firmware does, handing over the time after every piece of work so that a reset can fall in between.</summary>
static class FlashWriter
{
    const int Piece = 4096;

    /// <summary>Erases what the data will cover, then programs it.</summary>
    public static IEnumerable<TimeSpan> Rewrite(BoardHardware hardware, byte device, FlashAddress address, ReadOnlyMemory<byte> data)
    {
        foreach (var busy in Erase(hardware, device, AddressRange.Of(address, (uint)data.Length))) yield return busy;
        var memory = hardware.MemoryOf(device)!;
        for (var done = 0; done < data.Length; done += Piece)
        {
            memory.Program(address + (uint)done, data.Span[done..Math.Min(done + Piece, data.Length)]);
            yield return memory.TakeBusyTime();
        }
    }

    /// <summary>Erases every unit that a range touches.</summary>
    public static IEnumerable<TimeSpan> Erase(BoardHardware hardware, byte device, AddressRange range)
    {
        var memory = hardware.MemoryOf(device)!;
        var kind = device == ModuleSlot.Internal ? StorageKind.InternalFlash : StorageKind.ExternalFlash;
        foreach (var unit in hardware.Platform.StorageOf(kind).EraseUnits(range))
        {
            memory.Erase(unit.Start);
            yield return memory.TakeBusyTime();
        }
    }
}

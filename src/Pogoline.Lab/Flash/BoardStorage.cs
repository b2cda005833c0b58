using Pogoline.Platforms;

namespace Pogoline.Lab.Flash;

/// <summary>Everything of a board that keeps its content without power.</summary>
public sealed class BoardStorage
{
    /// <summary>Erased memories for a platform of generation 2 or 3.</summary>
    public BoardStorage(Platform platform)
    {
        Internal = new(platform.StorageOf(StorageKind.InternalFlash));
        External = platform.Storages.FirstOrDefault(s => s.Kind == StorageKind.ExternalFlash) is { } external ? new(external) : null;
        Dct = new(platform.Generation == 2 ? DctStore.Capacity : DctStore.Gen3FileLength, DctStore.Capacity, DctWriteTime(platform));
        Otp = Erased(platform.Generation == 2 ? 528 : 256);
        Uicr = Erased(platform.Generation == 2 ? 0 : 0x308);
    }

    /// <summary>The microcontroller's flash.</summary>
    public FlashArray Internal { get; }

    /// <summary>The external serial flash; null on Photon and Electron.</summary>
    public FlashArray? External { get; }

    /// <summary>The device configuration table.</summary>
    public DctStore Dct { get; }

    /// <summary>One-time-programmable memory: STM32 OTP area, or the OTP page of the external flash.</summary>
    public byte[] Otp { get; }

    /// <summary>User information configuration registers from 0x10001000 (nRF52840); empty on Gen 2.</summary>
    public byte[] Uicr { get; }

    /// <summary>The busy time of all flash memories since the last call; whoever drives the board decides whether it passes.</summary>
    public TimeSpan TakeBusyTime() =>
        Internal.TakeBusyTime() + Dct.TakeBusyTime() + (External?.TakeBusyTime() ?? TimeSpan.Zero);

    /// <summary>Lets faults happen to every memory.</summary>
    internal void Inject(IFlashFaults faults)
    {
        (Internal.Faults, Dct.Faults) = (faults, faults);
        if (External is not null) External.Faults = faults;
    }

    static TimeSpan DctWriteTime(Platform platform)
    {
        var dct = platform.StorageOf(StorageKind.Dct);
        return dct.EraseTime(dct.Range) + dct.ProgramTime(DctStore.Capacity);
    }

    static byte[] Erased(int length)
    {
        var bytes = new byte[length];
        bytes.AsSpan().Fill(0xFF);
        return bytes;
    }
}

namespace Pogoline.Lab.Boot;

/// <summary>Carries out an accepted update as the running system does: at once, or through slots for the bootloader.</summary>
/// <param name="hardware">The board.</param>
/// <param name="modules">The modules of the running system.</param>
sealed class UpdateApplier(BoardHardware hardware, FlashModules modules)
{
    // The place of the small user part: the way through which a bootloader reaches the MBR's copy command.
    static readonly FlashAddress BootloaderWay = new(0xD4000);

    /// <summary>Judges what lies at the start of the OTA area.</summary>
    public UpdateCode Judge(out UpdateImage image)
    {
        image = ReadImage();
        var free = ModuleSlot.General(hardware.Storage.Dct).Count(entry => !entry.Slot.IsPending);
        return Validator.Judge(image, free);
    }

    /// <summary>The checks that it fails, as systems before 2.0.0 name them.</summary>
    public ModuleChecks FailedChecks() => Validator.FailedChecks(ReadImage());

    /// <summary>Carries an accepted update out; a reset has to follow.</summary>
    public IEnumerable<TimeSpan> Apply(UpdateImage image)
    {
        foreach (var member in image.Members)
        {
            var header = member.Module.Header;
            switch (header.Module.Function)
            {
                case ModuleFunction.Ncp:
                    yield return NcpUpdateTime(header.ImageLength);
                    hardware.NcpVersion = header.Version;
                    break;
                case ModuleFunction.Bootloader when WritesBootloaderDirectly:
                    foreach (var busy in WriteBootloader(Read(member))) yield return busy;
                    break;
                default:
                    ModuleSlot.TryAdd(hardware.Storage.Dct, SlotFor(member));
                    break;
            }
        }
    }

    /// <summary>
    /// Overwrites the bootloader in place. The real system checks the result and writes again until it is right; these cells take every
    /// value at once. A loss of power here leaves a board that does not start.
    /// </summary>
    public IEnumerable<TimeSpan> WriteBootloader(ReadOnlyMemory<byte> image) =>
        FlashWriter.Rewrite(hardware, ModuleSlot.Internal, hardware.BootloaderStart, image);

    // XMODEM at the co-processor's 921600 baud, between three pulses that wake it and the pause for its restart.
    static TimeSpan NcpUpdateTime(long bytes) => TimeSpan.FromSeconds(0.3 + bytes / 92160.0 + 2);

    UpdateValidator Validator => new(hardware.Platform.Id, hardware.Platform.Generation, modules.Map, modules);

    UpdateImage ReadImage() => UpdateImage.Read(
        hardware.MemoryOf(modules.Map.UpdateDevice)!.Read(modules.Map.Ota, (int)modules.Map.OtaLength),
        hardware.Platform.Generation, hardware.Platform.Generation == 3 && UsesSlots);

    bool UsesSlots => modules.SystemVersion >= SystemVersions.UpdateSlotsForBootloader;

    bool WritesBootloaderDirectly =>
        hardware.Platform.Generation == 2 || !UsesSlots || hardware.BootloaderVersion is null or < SystemVersions.BootloaderWithMbr;

    byte[] Read(UpdateMember member) => hardware.MemoryOf(modules.Map.UpdateDevice)!
        .Read(modules.Map.Ota + (uint)member.Offset, (int)member.Module.Header.ImageLength).ToArray();

    ModuleSlot SlotFor(UpdateMember member)
    {
        var header = member.Module.Header;
        var isBootloader = header.Module.Function == ModuleFunction.Bootloader;
        var flags = ModuleSlot.VerifyCrc | ModuleSlot.VerifyFunction;
        if (!isBootloader) flags |= ModuleSlot.VerifyStart;
        if (hardware.Platform.Generation == 3 && UsesSlots)
        {
            if ((header.Flags & ModuleHeader.DropHeader) != 0) flags |= ModuleSlot.DropHeader;
            if ((header.Flags & ModuleHeader.Compressed) != 0) flags |= ModuleSlot.Compressed;
        }
        return new(
            ModuleSlot.Pending, modules.Map.UpdateDevice, ModuleSlot.Internal, modules.Map.Ota + (uint)member.Offset,
            isBootloader ? BootloaderWay : header.Start, (uint)header.ImageLength, (byte)flags, header.Module.Function);
    }
}

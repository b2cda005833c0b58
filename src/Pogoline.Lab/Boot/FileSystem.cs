using Pogoline.Lab.Flash;

namespace Pogoline.Lab.Boot;

/// <summary>
/// The littlefs file system at the start of a Gen 3 board's external flash, in so far as it decides over the DCT and the EEPROM: it is
/// mounted when one of its two superblocks is intact, else formatted. Files themselves are not laid out in the flash, so damage behind
/// the superblocks goes unnoticed here.
/// </summary>
static class FileSystem
{
    const int BlockSize = 4096;
    const int MagicOffset = 24;
    static ReadOnlySpan<byte> Magic => "littlefs"u8;

    /// <summary>Puts both superblocks in place, as on a board from the line.</summary>
    public static void Load(FlashArray external)
    {
        for (var block = 0; block < 2; block++) external.Load(SuperblockMagic(external, block), Magic);
    }

    /// <summary>Whether it can be mounted.</summary>
    public static bool IsIntact(FlashArray external) =>
        external.Read(SuperblockMagic(external, 0), Magic.Length).SequenceEqual(Magic)
        || external.Read(SuperblockMagic(external, 1), Magic.Length).SequenceEqual(Magic);

    /// <summary>Makes an empty one: DCT, EEPROM and stored networks are gone.</summary>
    public static IEnumerable<TimeSpan> Format(BoardHardware hardware)
    {
        var external = hardware.Storage.External!;
        foreach (var busy in FlashWriter.Erase(hardware, ModuleSlot.External, AddressRange.Of(external.Range.Start, 2 * BlockSize))) yield return busy;
        for (var block = 0; block < 2; block++) external.Program(SuperblockMagic(external, block), Magic);
        hardware.Storage.Dct.Reset();
        hardware.Eeprom.AsSpan().Fill(0xFF);
        hardware.WifiNetworks = [];
        yield return external.TakeBusyTime();
    }

    static FlashAddress SuperblockMagic(FlashArray external, int block) => external.Range.Start + (uint)(block * BlockSize + MagicOffset);
}

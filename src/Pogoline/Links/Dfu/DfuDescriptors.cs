namespace Pogoline.Links.Dfu;

/// <summary>An alternate setting of the DFU interface as the descriptors give it.</summary>
/// <param name="Number">bAlternateSetting.</param>
/// <param name="StringIndex">iInterface.</param>
readonly record struct DfuAlternateDescriptor(byte Number, byte StringIndex);

/// <summary>What the configuration descriptor says of the DFU interface (USB DFU 1.1 §4).</summary>
/// <param name="InterfaceNumber">bInterfaceNumber.</param>
/// <param name="Alternates">Its alternate settings.</param>
/// <param name="Attributes">bmAttributes: 1 download, 2 upload, 4 manifestation tolerant, 8 will detach.</param>
/// <param name="TransferSize">wTransferSize: the largest block, 1 to 65535 bytes.</param>
/// <param name="Version">bcdDFUVersion; 0x011A marks DfuSe.</param>
sealed record DfuDescriptors(byte InterfaceNumber, IReadOnlyList<DfuAlternateDescriptor> Alternates, byte Attributes, ushort TransferSize, ushort Version)
{
    const byte InterfaceType = 4;
    const byte FunctionalType = 0x21;
    const byte ApplicationSpecificClass = 0xFE;
    const byte DfuSubclass = 1;
    const byte DfuModeProtocol = 2;

    /// <summary>Finds the DFU-mode interface; false when there is none or a length leads out of the descriptor.</summary>
    public static bool TryRead(ReadOnlySpan<byte> configuration, out DfuDescriptors? descriptors)
    {
        descriptors = null;
        var alternates = new List<DfuAlternateDescriptor>();
        byte interfaceNumber = 0;
        ReadOnlySpan<byte> functional = default;
        for (var rest = configuration; rest.Length >= 2;)
        {
            int length = rest[0];
            if (length < 2 || length > rest.Length) return false;
            var item = rest[..length];
            rest = rest[length..];
            if (item[1] == InterfaceType && length >= 9 && item[5] == ApplicationSpecificClass && item[6] == DfuSubclass && item[7] == DfuModeProtocol)
            {
                interfaceNumber = item[2];
                var alternate = new DfuAlternateDescriptor(item[3], item[8]);
                if (alternates.Exists(known => known.Number == alternate.Number)) return false;
                alternates.Add(alternate);
            }
            else if (item[1] == FunctionalType && length >= 7 && alternates.Count > 0 && functional.IsEmpty)
            {
                functional = item;
            }
        }
        if (alternates.Count == 0 || functional.IsEmpty) return false;
        var transferSize = (ushort)(functional[5] | (functional[6] << 8));
        var version = functional.Length >= 9 ? (ushort)(functional[7] | (functional[8] << 8)) : (ushort)0x0100;
        descriptors = new(interfaceNumber, alternates, functional[2], transferSize, version);
        return transferSize > 0;
    }
}

namespace Pogoline.Links.Dfu;

/// <summary>An alternate setting of a DFU interface as the descriptors give it.</summary>
/// <param name="Number">bAlternateSetting.</param>
/// <param name="StringIndex">iInterface, 0 for none.</param>
public readonly record struct DfuAlternateDescriptor(byte Number, byte StringIndex);

/// <summary>A DFU interface with its functional descriptor (USB DFU 1.1 §4.1.3 and §4.2.4).</summary>
/// <param name="Number">bInterfaceNumber.</param>
/// <param name="IsDfuMode">Whether the device is in DFU mode; otherwise it can only be told to go there.</param>
/// <param name="Alternates">The alternate settings, in descriptor order.</param>
/// <param name="Attributes">bmAttributes.</param>
/// <param name="DetachTimeout">wDetachTimeOut: how long the device waits for a bus reset after DETACH.</param>
/// <param name="TransferSize">wTransferSize: the largest block, 1 to 65535 bytes.</param>
/// <param name="Version">bcdDFUVersion, 0x0100 where the descriptor is too short to have one; 0x011A marks DfuSe.</param>
public sealed record DfuInterfaceDescriptor(byte Number, bool IsDfuMode, IReadOnlyList<DfuAlternateDescriptor> Alternates, byte Attributes,
    TimeSpan DetachTimeout, ushort TransferSize, ushort Version)
{
    /// <summary>bitCanDnload.</summary>
    public bool CanDownload => (Attributes & 1) != 0;

    /// <summary>bitCanUpload.</summary>
    public bool CanUpload => (Attributes & 2) != 0;

    /// <summary>bitManifestationTolerant: it still answers when the firmware has been taken over.</summary>
    public bool IsManifestationTolerant => (Attributes & 4) != 0;

    /// <summary>bitWillDetach: it leaves the bus by itself after DETACH, so that the host must not reset it.</summary>
    public bool WillDetach => (Attributes & 8) != 0;
}

/// <summary>Finds the DFU interfaces in a configuration descriptor.</summary>
static class DfuDescriptors
{
    const byte InterfaceType = 4;
    const byte FunctionalType = 0x21;
    const byte ApplicationSpecificClass = 0xFE;
    const byte DfuSubclass = 1;
    const byte DfuModeProtocol = 2;

    /// <summary>
    /// The DFU interfaces that have a functional descriptor, in descriptor order; false when there is none, when a length leads out of the
    /// descriptor, when an alternate comes twice, or when a block size is 0.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> configuration, out IReadOnlyList<DfuInterfaceDescriptor> interfaces)
    {
        var found = new List<DfuInterfaceDescriptor>();
        interfaces = found;
        Draft? draft = null;
        for (var rest = configuration; rest.Length >= 2;)
        {
            int length = rest[0];
            if (length < 2 || length > rest.Length) return false;
            var item = rest[..length];
            rest = rest[length..];
            if (item[1] == InterfaceType && length >= 9)
            {
                var isDfu = item[5] == ApplicationSpecificClass && item[6] == DfuSubclass;
                if (draft is null || !isDfu || draft.Number != item[2])
                {
                    draft?.AddTo(found);
                    draft = isDfu ? new(item[2], item[7] == DfuModeProtocol) : null;
                }
                if (draft is null) continue;
                var alternate = new DfuAlternateDescriptor(item[3], item[8]);
                if (draft.Alternates.Exists(known => known.Number == alternate.Number)) return false;
                draft.Alternates.Add(alternate);
            }
            else if (item[1] == FunctionalType && length >= 7 && draft is { Functional.Length: 0 })
            {
                draft.Functional = item.ToArray();
            }
        }
        draft?.AddTo(found);
        return found.Count > 0 && found.TrueForAll(i => i.TransferSize > 0);
    }

    /// <summary>An interface whose alternates are still being read; the functional descriptor stands behind any of them.</summary>
    sealed class Draft(byte number, bool isDfuMode)
    {
        public byte Number { get; } = number;

        public List<DfuAlternateDescriptor> Alternates { get; } = [];

        public byte[] Functional { get; set; } = [];

        public void AddTo(List<DfuInterfaceDescriptor> found)
        {
            if (Functional is not { Length: >= 7 } f) return;
            var version = f.Length >= 9 ? (ushort)(f[7] | (f[8] << 8)) : (ushort)0x0100;
            found.Add(new(Number, isDfuMode, Alternates, f[2], TimeSpan.FromMilliseconds(f[3] | (f[4] << 8)), (ushort)(f[5] | (f[6] << 8)), version));
        }
    }
}

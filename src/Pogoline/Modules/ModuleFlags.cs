using System.Diagnostics.CodeAnalysis;

namespace Pogoline.Modules;

/// <summary>Byte 9 of a module header (Device OS <c>module_info_flags_t</c>).</summary>
[Flags]
[SuppressMessage("Naming", "CA1711", Justification = "The field's own name.")]
public enum ModuleFlags : byte
{
    /// <summary>An ordinary image.</summary>
    None = 0,

    /// <summary>The device stores only what follows the header: SoftDevice, assets.</summary>
    DropModuleInfo = 0x01,

    /// <summary>A deflated image follows the header.</summary>
    Compressed = 0x02,

    /// <summary>Another module follows in the same file.</summary>
    Combined = 0x04,

    /// <summary>The image is encrypted (RTL872x only).</summary>
    Encrypted = 0x08,

    /// <summary>Extensions follow the 24 bytes, up to an END extension.</summary>
    PrefixExtensions = 0x10,

    /// <summary>Every flag that has a meaning.</summary>
    All = DropModuleInfo | Compressed | Combined | Encrypted | PrefixExtensions,
}

namespace Pogoline.Host.Probes;

/// <summary>How debug probes are known on USB.</summary>
static class ProbeIds
{
    /// <summary>What the product or interface name of every CMSIS-DAP probe has in it.</summary>
    public const string CmsisDapName = "CMSIS-DAP";

    /// <summary>The vendor id of DAPLink, which the Particle Debugger runs.</summary>
    public const ushort DapLinkVendor = 0x0D28;

    /// <summary>The product id of DAPLink.</summary>
    public const ushort DapLinkProduct = 0x0204;

    /// <summary>STMicroelectronics.</summary>
    public const ushort StVendor = 0x0483;

    /// <summary>SEGGER; its product ids are too many to list.</summary>
    public const ushort SeggerVendor = 0x1366;

    /// <summary>ST-LINK/V2 and V2-1.</summary>
    public static readonly ushort[] StLinkProducts = [0x3742, 0x3748, 0x374A, 0x374B, 0x3752];
}

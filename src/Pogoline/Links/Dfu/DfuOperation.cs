using System.Globalization;

namespace Pogoline.Links.Dfu;

/// <summary>What is being done, for messages.</summary>
readonly record struct DfuOperation(string What, byte Alternate, uint Address = 0, int Done = 0)
{
    public override string ToString() => Address == 0 && Done == 0 ? $"{What} (alternate {Alternate})" : string.Create(
        CultureInfo.InvariantCulture, $"{What} at 0x{Address:X8} (alternate {Alternate}, {Done} bytes done)");
}

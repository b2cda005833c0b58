using System.Globalization;
using System.Text;
using Pogoline.Host.Probes;
using Pogoline.Platforms;

namespace Pogoline.Host.Usb;

/// <summary>The udev rules that let everybody who sits at a Linux machine use the boards and debug probes, and keep ModemManager away from them.</summary>
static class UdevRules
{
    /// <summary>Before 73-seat-late.rules, which acts on the tag.</summary>
    const string RelativePath = "etc/udev/rules.d/70-pogoline.rules";

    /// <summary>The file, for a file system with that root.</summary>
    public static string PathUnder(string root) => Path.Combine(root, RelativePath);

    /// <summary>Whether the rules are there, as this version writes them.</summary>
    public static bool AreInstalled(string root)
    {
        var path = PathUnder(root);
        return File.Exists(path) && File.ReadAllText(path) == Text;
    }

    /// <summary>The rules: one line for each vendor or product. They match at the USB device, so they hold for its hidraw and tty nodes too.</summary>
    public static string Text { get; } = Make(PlatformCatalog.All);

    static string Make(IEnumerable<Platform> platforms)
    {
        var text = new StringBuilder("# Written by 'pogoline doctor --install-udev'.\n# Boards\n");
        foreach (var vendors in platforms.SelectMany(p => new[] { p.Usb, p.DfuUsb }).OfType<UsbId>().Distinct().GroupBy(id => id.Vendor).OrderBy(g => g.Key))
        {
            // All of Particle's own vendor id; of a shared vendor id only the products that are boards.
            if (vendors.Count() > 4) Add(text, Vendor(vendors.Key));
            else foreach (var id in vendors.OrderBy(id => id.Product)) Add(text, Product(id.Vendor, id.Product));
        }
        text.Append("# Debug probes\n");
        Add(text, $"ATTRS{{product}}==\"*{ProbeIds.CmsisDapName}*\"");
        Add(text, Product(ProbeIds.DapLinkVendor, ProbeIds.DapLinkProduct));
        foreach (var product in ProbeIds.StLinkProducts) Add(text, Product(ProbeIds.StVendor, product));
        Add(text, Vendor(ProbeIds.SeggerVendor));
        return text.ToString();
    }

    static string Vendor(ushort vendor) => string.Create(CultureInfo.InvariantCulture, $"ATTRS{{idVendor}}==\"{vendor:x4}\"");

    static string Product(ushort vendor, ushort product) => string.Create(CultureInfo.InvariantCulture, $"{Vendor(vendor)}, ATTRS{{idProduct}}==\"{product:x4}\"");

    static void Add(StringBuilder text, string match) =>
        text.Append(CultureInfo.InvariantCulture, $"SUBSYSTEMS==\"usb\", {match}, MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\", ENV{{ID_MM_DEVICE_IGNORE}}=\"1\"\n");
}

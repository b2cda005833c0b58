using System.Text;
using Pogoline.Platforms;

namespace Pogoline.Host.Usb;

/// <summary>The udev rules that let everybody who sits at a Linux machine use the boards, and keep ModemManager away from them.</summary>
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

    /// <summary>The rules: one line for each vendor whose boards are known.</summary>
    public static string Text { get; } = Make(PlatformCatalog.All);

    static string Make(IEnumerable<Platform> platforms)
    {
        var text = new StringBuilder("# Written by 'pogoline doctor --install-udev'.\n");
        foreach (var vendors in platforms.SelectMany(p => new[] { p.Usb, p.DfuUsb }).OfType<UsbId>().Distinct().GroupBy(id => id.Vendor).OrderBy(g => g.Key))
        {
            // All of Particle's own vendor id; of a shared vendor id only the products that are boards.
            var products = vendors.Count() > 4 ? new ushort?[] { null } : [.. vendors.Select(id => (ushort?)id.Product).Order()];
            foreach (var product in products)
            {
                var match = product is null ? "" : $", ATTRS{{idProduct}}==\"{product:x4}\"";
                text.Append(System.Globalization.CultureInfo.InvariantCulture,
                    $"SUBSYSTEMS==\"usb\", ATTRS{{idVendor}}==\"{vendors.Key:x4}\"{match}, MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\", ENV{{ID_MM_DEVICE_IGNORE}}=\"1\"\n");
            }
        }
        return text.ToString();
    }
}

using System.Globalization;
using System.Text;

namespace Pogoline.Host.Usb;

/// <summary>Port paths: <c>bus-port.port…</c>, such as <c>1-2.4</c>, as Linux names them.</summary>
static class UsbPort
{
    public static string Name(byte bus, ReadOnlySpan<byte> ports)
    {
        // A device that a host controller of no ports carries, as some virtual ones do.
        if (ports.IsEmpty) return string.Create(CultureInfo.InvariantCulture, $"{bus}-0");
        var name = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{bus}-{ports[0]}");
        foreach (var port in ports[1..]) name.Append(CultureInfo.InvariantCulture, $".{port}");
        return name.ToString();
    }

    /// <summary>The order of sockets: 1-2 before 1-10.</summary>
    public static int Compare(string left, string right)
    {
        var (l, r) = (left.Split('-', '.'), right.Split('-', '.'));
        for (var i = 0; i < Math.Min(l.Length, r.Length); i++)
        {
            var order = int.TryParse(l[i], CultureInfo.InvariantCulture, out var a) && int.TryParse(r[i], CultureInfo.InvariantCulture, out var b)
                ? a.CompareTo(b) : string.CompareOrdinal(l[i], r[i]);
            if (order != 0) return order;
        }
        return l.Length.CompareTo(r.Length);
    }
}

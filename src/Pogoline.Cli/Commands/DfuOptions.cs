using System.CommandLine;
using System.Globalization;
using Pogoline.Host.Usb;
using Pogoline.Links.Dfu;
using Pogoline.Platforms;

namespace Pogoline.Cli.Commands;

/// <summary>The options of the <c>dfu</c> commands that say which device, memory and address.</summary>
sealed class DfuOptions
{
    readonly Option<string?> _device = new("--device", "-d") { Description = "The device: vendor:product (2b04:d00d), serial number or USB port path; without it the only one there is.", HelpName = "device" };
    readonly Option<string?> _alternate = new("--alt", "-a") { Description = "The alternate setting: its number or its name; without it the only one there is.", HelpName = "number|name" };
    readonly Option<string?> _address = new("--address", "-s") { Description = "The first address (DfuSe), 0x… or decimal.", HelpName = "address" };

    public void AddTo(Command command, bool withMemory)
    {
        command.Options.Add(_device);
        if (!withMemory) return;
        command.Options.Add(_alternate);
        command.Options.Add(_address);
    }

    /// <summary>The address; null when none was given.</summary>
    public uint? Address(ParseResult parsed)
    {
        if (parsed.GetValue(_address) is not { } text) return null;
        return FlashAddress.TryParse(text, out var address) ? address.Value
            : throw new PogolineException(UnitFaults.Usage, $"'{text}' is no address.", "Write it as 0x08020000.");
    }

    /// <summary>The device that was meant.</summary>
    public async Task<DfuSighting> ChooseAsync(ParseResult parsed, IUsbBus bus, bool inDfuMode, CancellationToken stop) =>
        DfuSighting.Choose(await DfuSighting.LookAsync(bus, stop), parsed.GetValue(_device), inDfuMode);

    /// <summary>The memory that was meant.</summary>
    public DfuAlternate Alternate(ParseResult parsed, DfuDevice device)
    {
        if (parsed.GetValue(_alternate) is not { } name)
        {
            return device.Alternates is [var only] ? only : throw new PogolineException(UnitFaults.Usage, $"The device has {device.Alternates.Count} alternates: {List(device)}.", "Name one with --alt.");
        }
        var matching = byte.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? device.Alternates.Where(a => a.Number == number).ToList()
            : [.. device.Alternates.Where(a => name.Equals(a.Memory?.Name, StringComparison.OrdinalIgnoreCase) || name.Equals(a.Text, StringComparison.OrdinalIgnoreCase))];
        return matching is [var found] ? found : throw new PogolineException(UnitFaults.Usage, $"{matching.Count} alternates fit '{name}'; the device has {List(device)}.", "Give --alt with a number of these.");
    }

    /// <summary>Opens a device; block sizes above what Particle bootloaders bear are for others.</summary>
    public static ValueTask<DfuDevice> OpenAsync(DfuSighting seen, Links.IControlPipe pipe, CancellationToken stop) => DfuDevice.OpenAsync(pipe, TimeProvider.System,
        new() { MaximumBlock = PlatformCatalog.Find(seen.Device.Id) is null ? ushort.MaxValue : DfuDevice.MaximumBlock }, stop);

    static string List(DfuDevice device) => string.Join(", ", device.Alternates.Select(a => $"{a.Number} \"{a.Memory?.Name ?? a.Text}\""));
}

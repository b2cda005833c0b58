using System.Globalization;
using Pogoline.Platforms;

namespace Pogoline.Planning;

/// <summary>A plan as command lines of dfu-util, for those who want to see or do it by hand.</summary>
public static class DfuUtilCommands
{
    /// <summary>The lines of a POSIX shell script; what dfu-util cannot do stands there as a comment.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="platform">Its platform.</param>
    /// <param name="serialNumber">The device ID; null for whichever board of the platform is in DFU mode.</param>
    /// <param name="fileName">The name of a module file by its SHA-256.</param>
    public static IReadOnlyList<string> Of(Plan plan, Platform platform, string? serialNumber, Func<string, string> fileName)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(platform);
        ArgumentNullException.ThrowIfNull(fileName);
        var lines = new List<string>();
        // "-d ,V:P" names the DFU mode; "-d V:P" would let every device in DFU mode through.
        var device = $"dfu-util -d ,{platform.DfuUsb}{(serialNumber is null ? "" : $" -S {serialNumber}")} -i 0";
        for (var i = 0; i < plan.Steps.Count; i++)
        {
            var leave = i + 1 < plan.Steps.Count && plan.Steps[i + 1] is RestartStep ? ":leave" : "";
            switch (plan.Steps[i])
            {
                case EnterDfuStep:
                    lines.Add("# put the board into DFU mode: hold MODE while resetting until the LED blinks yellow");
                    break;
                case WriteStep write:
                    var file = fileName(write.Sha256);
                    if (write.Skip > 0)
                    {
                        lines.Add($"tail -c +{write.Skip + 1} {Quote(file)} > {Quote(file + ".stripped")}   # without its {write.Skip}-byte header");
                        file += ".stripped";
                    }
                    lines.Add($"{device} {Place(platform, write.Storage, write.At)}{leave} -D {Quote(file)}");
                    break;
                case EraseStep erase:
                    lines.Add($"head -c {erase.Length} /dev/zero | tr '\\0' '\\377' > blank-{erase.Length}.bin   # dfu-util erases only what it writes");
                    lines.Add($"{device} {Place(platform, erase.Storage, erase.At)}{leave} -D blank-{erase.Length}.bin");
                    break;
                case DctByteStep dct:
                    var name = $"byte-{dct.Value:x2}.bin";
                    lines.Add($"printf '\\{Convert.ToString(dct.Value, 8).PadLeft(3, '0')}' > {name}");
                    var alternate = platform.Alternates.Single(a => a.Storage == StorageKind.Dct);
                    lines.Add(string.Create(CultureInfo.InvariantCulture, $"{device} -a {alternate.Number} -s {alternate.Offset.Value + dct.Offset}{leave} -D {name}"));
                    break;
                case UpdateStep update:
                    lines.Add($"# dfu-util cannot do this: pogoline flash --{update.Route.Name()} {Quote(fileName(update.Sha256))}   # {update.Reason}");
                    break;
                case StayStep:
                    lines.Add("# the board stays in DFU mode");
                    break;
                case FactoryStep factory:
                    lines.Add($"# {string.Join(", ", factory.Fields)}: values of one board are written by 'pogoline restore --factory-data' only");
                    break;
                case RestartStep restart:
                    lines.Add($"# the board restarts: {restart.Reason}");
                    break;
            }
        }
        return lines;
    }

    static string Place(Platform platform, StorageKind storage, FlashAddress at)
    {
        var alternate = platform.Alternates.Single(a => a.Storage == storage);
        return $"-a {alternate.Number} -s {alternate.Offset + at.Value}";
    }

    static string Quote(string file) => file.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@' or '/' or '+')
        ? file : $"'{file.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}

using System.Text.Json.Serialization;
using Pogoline.Host.Usb;
using Pogoline.Programming;

namespace Pogoline.Cli.Output;

/// <summary>What <c>devices --json</c> prints.</summary>
sealed record DeviceList(int Schema, IReadOnlyList<DeviceRow> Units, IReadOnlyList<ProbeRow> Probes);

/// <summary>What <c>devices --watch --json</c> prints for every change, as a line.</summary>
sealed record DeviceEvent(int Schema, string Event, DeviceRow Unit);

/// <summary>A unit on the bus. Whether a running system listens or is in safe mode only its control requests could tell: it is <c>system</c>.</summary>
sealed record DeviceRow(string Platform, string DisplayName, string? DeviceId, string Mode, string Port, string Usb, DeviceProblem? Problem)
{
    public static DeviceRow Of(UsbSighting seen) => new(seen.Platform.Name, seen.Platform.DisplayName, seen.DeviceId,
        seen.Presence == UnitPresence.Dfu ? "dfu" : "system", seen.Device.Port, seen.Device.Id.ToString(), DeviceProblem.Of(seen.Problem));
}

/// <summary>Why a device cannot be used, and what to do.</summary>
sealed record DeviceProblem(string Code, string Message, string Remedy)
{
    public static DeviceProblem? Of(UsbProblem? problem) => problem is null ? null : new(problem.Code.Name, problem.Message, problem.Remedy);
}

/// <summary>What <c>dfu list --json</c> prints.</summary>
sealed record DfuDeviceList(int Schema, IReadOnlyList<DfuDeviceRow> Devices);

/// <summary>A device with a DFU interface.</summary>
sealed record DfuDeviceRow(string Usb, string Port, string? SerialNumber, string? Product, IReadOnlyList<DfuInterfaceRow> Interfaces, DeviceProblem? Problem);

/// <summary>A DFU interface.</summary>
sealed record DfuInterfaceRow(int Number, string Mode, string Version, int TransferSize, bool CanDownload, bool CanUpload, bool ManifestationTolerant, bool WillDetach,
    double DetachTimeoutMilliseconds, IReadOnlyList<DfuAlternateRow> Alternates);

/// <summary>An alternate setting.</summary>
sealed record DfuAlternateRow(int Number, string Text, string? Name);

/// <summary>What a <c>dfu</c> transfer did.</summary>
sealed record DfuTransferReport(int Schema, string Outcome, string Usb, string Port, int Alternate, long Bytes, string Verified, double Seconds,
    IReadOnlyList<string> Notes);

/// <summary>What <c>restore --dry-run --json</c> prints.</summary>
sealed record DryRunReport(int Schema, string Platform, string Release, IReadOnlyList<string> Commands);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DeviceList))]
[JsonSerializable(typeof(DeviceEvent))]
[JsonSerializable(typeof(DfuDeviceList))]
[JsonSerializable(typeof(DfuTransferReport))]
[JsonSerializable(typeof(DryRunReport))]
sealed partial class DeviceJson : JsonSerializerContext;

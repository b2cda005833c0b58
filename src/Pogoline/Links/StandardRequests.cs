using System.Text;

namespace Pogoline.Links;

/// <summary>The standard requests of USB 2.0 §9.4 that hosts use themselves.</summary>
public static class StandardRequests
{
    const byte DeviceIn = 0x80;
    const byte GetDescriptor = 6;
    const byte ConfigurationType = 2;
    const byte StringType = 3;
    const int ConfigurationHead = 9;
    const ushort UsEnglish = 0x0409;

    /// <summary>The first configuration descriptor with everything behind it; fewer bytes than it claims when the device gives no more.</summary>
    /// <returns>The bytes, and how the transfer ended that brought them; empty when it did not complete.</returns>
    public static async ValueTask<(TransferStatus Status, byte[] Bytes)> ReadConfigurationAsync(IControlPipe pipe, TimeSpan timeout, CancellationToken stop)
    {
        var (status, head) = await ReadDescriptorAsync(pipe, ConfigurationType, 0, 0, ConfigurationHead, timeout, stop).ConfigureAwait(false);
        if (head.Length < ConfigurationHead) return (status, head);
        var total = (ushort)(head[2] | (head[3] << 8));
        return await ReadDescriptorAsync(pipe, ConfigurationType, 0, 0, total, timeout, stop).ConfigureAwait(false);
    }

    /// <summary>A string descriptor in US English; empty for index 0 and when the device has none such.</summary>
    public static async ValueTask<string> ReadStringAsync(IControlPipe pipe, byte index, TimeSpan timeout, CancellationToken stop)
    {
        if (index == 0) return "";
        var (_, bytes) = await ReadDescriptorAsync(pipe, StringType, index, UsEnglish, byte.MaxValue, timeout, stop).ConfigureAwait(false);
        return bytes.Length < 2 || bytes[1] != StringType ? ""
            : Encoding.Unicode.GetString(bytes, 2, Math.Max(0, Math.Min(bytes[0], bytes.Length) - 2) & ~1).TrimEnd('\0');
    }

    static async ValueTask<(TransferStatus Status, byte[] Bytes)> ReadDescriptorAsync(
        IControlPipe pipe, byte type, byte index, ushort language, ushort length, TimeSpan timeout, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        var buffer = new byte[length];
        var result = await pipe.ReadAsync(new(DeviceIn, GetDescriptor, (ushort)((type << 8) | index), language, length), buffer, timeout, stop).ConfigureAwait(false);
        return (result.Status, result.IsCompleted ? buffer[..Math.Clamp(result.Count, 0, length)] : []);
    }
}

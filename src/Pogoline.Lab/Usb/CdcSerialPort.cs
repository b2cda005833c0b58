namespace Pogoline.Lab.Usb;

/// <summary>
/// The data of a board's serial port. What a host sends waits until the firmware reads it; when the buffer is full the endpoint refuses
/// more, as on a board whose application never reads.
/// </summary>
sealed class CdcSerialPort
{
    // The firmware's buffers; their size is not verified.
    const int BufferLength = 256;

    /// <summary>From the host to the firmware.</summary>
    public ByteQueue ToBoard { get; } = new(BufferLength);

    /// <summary>From the firmware to the host.</summary>
    public ByteQueue ToHost { get; } = new(BufferLength);
}

using System.Buffers.Binary;
using System.Text;
using Pogoline.Lab.Usb;

namespace Pogoline.Lab.UsbIp;

/// <summary>A device as the list and a good import describe it.</summary>
/// <param name="Number">Its number on the only bus.</param>
/// <param name="Attachment">Its descriptors.</param>
readonly record struct UsbIpDeviceRecord(int Number, UsbAttachment Attachment)
{
    /// <summary>Bytes of the record without interfaces.</summary>
    public const int Length = 312;

    const uint Bus = 1;
    const uint FullSpeed = 2;

    /// <summary>The bus ID, which stays when the board enumerates again.</summary>
    public static string BusIdOf(int number) => $"{Bus}-{number}";

    /// <summary>The number by which URBs name the device.</summary>
    public static uint DeviceIdOf(int number) => Bus << 16 | (uint)number;

    /// <summary>Bytes of the record with its interfaces.</summary>
    public int LengthWithInterfaces => Length + 4 * InterfaceCount;

    byte InterfaceCount => Attachment.Configuration.Span[4];

    /// <summary>Writes the record.</summary>
    public void Write(Span<byte> destination)
    {
        var device = Attachment.Device.Span;
        var configuration = Attachment.Configuration.Span;
        destination[..Length].Clear();
        Encoding.ASCII.GetBytes($"/sys/devices/pogoline/usb{Bus}/{BusIdOf(Number)}", destination);
        Encoding.ASCII.GetBytes(BusIdOf(Number), destination[256..]);
        BinaryPrimitives.WriteUInt32BigEndian(destination[288..], Bus);
        BinaryPrimitives.WriteUInt32BigEndian(destination[292..], (uint)Number);
        BinaryPrimitives.WriteUInt32BigEndian(destination[296..], FullSpeed);
        for (var i = 0; i < 3; i++) // vendor, product, release: little-endian in the descriptor
            BinaryPrimitives.WriteUInt16BigEndian(
                destination[(300 + 2 * i)..], BinaryPrimitives.ReadUInt16LittleEndian(device[(8 + 2 * i)..]));
        device[4..7].CopyTo(destination[306..]); // class, subclass, protocol
        destination[309] = configuration[5];
        destination[310] = device[17];
        destination[311] = InterfaceCount;
    }

    /// <summary>Writes the record, and class, subclass and protocol of every interface.</summary>
    public void WriteWithInterfaces(Span<byte> destination)
    {
        Write(destination);
        var interfaces = destination[Length..LengthWithInterfaces];
        interfaces.Clear();
        const byte InterfaceDescriptor = 4;
        var configuration = Attachment.Configuration.Span;
        for (int at = 0; at < configuration.Length; at += configuration[at])
        {
            if (configuration[at + 1] == InterfaceDescriptor && configuration[at + 3] == 0)
                configuration.Slice(at + 5, 3).CopyTo(interfaces[(4 * configuration[at + 2])..]);
        }
    }
}

using System.Buffers.Binary;
using System.Text;

namespace Pogoline.Lab.Usb;

/// <summary>The Microsoft OS 1.0 descriptors, by which Windows binds WinUSB to an interface without a driver package.</summary>
static class MicrosoftOsDescriptors
{
    /// <summary>The string index that Windows asks for.</summary>
    public const byte StringIndex = 0xEE;

    /// <summary>The string there: the signature, and behind it the vendor request, also 0xEE.</summary>
    public const string Signature = "MSFT100\u00EE";

    /// <summary>wIndex of the extended compatible ID.</summary>
    public const ushort CompatibleIdIndex = 4;

    /// <summary>wIndex of the extended properties.</summary>
    public const ushort ExtendedPropertiesIndex = 5;

    /// <summary>The extended compatible ID of one interface: WINUSB.</summary>
    public static byte[] CompatibleId(byte interfaceNumber)
    {
        var bytes = new byte[40];
        bytes[0] = (byte)bytes.Length;
        bytes[5] = 0x01; // bcdVersion 1.00
        bytes[6] = (byte)CompatibleIdIndex;
        bytes[8] = 1; // one function
        bytes[16] = interfaceNumber;
        bytes[17] = 0x01;
        "WINUSB"u8.CopyTo(bytes.AsSpan(18));
        return bytes;
    }

    /// <summary>The extended properties: the GUID by which programs find the interface.</summary>
    /// <param name="guid">With braces.</param>
    public static byte[] ExtendedProperties(string guid)
    {
        const int Header = 10, SectionFixed = 14, RegMultiSz = 7;
        var name = Encoding.Unicode.GetBytes("DeviceInterfaceGUIDs\0");
        var value = Encoding.Unicode.GetBytes(guid + "\0\0");
        var section = SectionFixed + name.Length + value.Length;
        var bytes = new byte[Header + section];
        var rest = bytes.AsSpan();
        BinaryPrimitives.WriteInt32LittleEndian(rest, bytes.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[4..], 0x0100);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[6..], ExtendedPropertiesIndex);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[8..], 1);
        rest = rest[Header..];
        BinaryPrimitives.WriteInt32LittleEndian(rest, section);
        BinaryPrimitives.WriteInt32LittleEndian(rest[4..], RegMultiSz);
        BinaryPrimitives.WriteUInt16LittleEndian(rest[8..], (ushort)name.Length);
        name.CopyTo(rest[10..]);
        rest = rest[(10 + name.Length)..];
        BinaryPrimitives.WriteInt32LittleEndian(rest, value.Length);
        value.CopyTo(rest[4..]);
        return bytes;
    }
}

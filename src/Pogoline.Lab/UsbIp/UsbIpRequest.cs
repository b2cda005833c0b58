using System.Buffers.Binary;
using Pogoline.Links;

namespace Pogoline.Lab.UsbIp;

/// <summary>What a client wants of its device.</summary>
enum UsbIpCommand : uint
{
    /// <summary>CMD_SUBMIT: carry out a transfer.</summary>
    Submit = 1,

    /// <summary>CMD_UNLINK: take a transfer back.</summary>
    Unlink = 2,
}

/// <summary>A CMD_SUBMIT or CMD_UNLINK without the data behind it.</summary>
/// <param name="Command">Which of the two.</param>
/// <param name="Sequence">The number that the reply repeats.</param>
/// <param name="Device">Which device; always the imported one.</param>
/// <param name="IsIn">Whether data goes to the host.</param>
/// <param name="Endpoint">0 to 15.</param>
/// <param name="Length">Submit: bytes of data, 0 to <see cref="MaxLength"/>.</param>
/// <param name="Setup">Submit on endpoint 0: the SETUP packet.</param>
/// <param name="Target">Unlink: the sequence number of the transfer.</param>
readonly record struct UsbIpRequest(
    UsbIpCommand Command, uint Sequence, uint Device, bool IsIn, byte Endpoint, int Length, SetupPacket Setup, uint Target)
{
    /// <summary>Bytes of the header, the same for every command and reply.</summary>
    public const int HeaderLength = 48;

    /// <summary>The longest transfer that is taken, in bytes.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Reads a header of <see cref="HeaderLength"/> bytes.</summary>
    /// <returns>False when it is no request, or one for isochronous packets, which no board has.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, out UsbIpRequest request)
    {
        static uint Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes[at..]);

        var (command, direction, endpoint) = ((UsbIpCommand)Word(source, 0), Word(source, 12), Word(source, 16));
        request = new(command, Word(source, 4), Word(source, 8), direction == 1, (byte)endpoint, 0, default, 0);
        if (direction > 1 || endpoint > 15) return false;
        switch (command)
        {
            case UsbIpCommand.Submit:
                const uint NoPackets = uint.MaxValue;
                request = request with { Length = (int)Word(source, 24), Setup = SetupPacket.Read(source[40..]) };
                return request.Length is >= 0 and <= MaxLength && Word(source, 32) is (0 or NoPackets);
            case UsbIpCommand.Unlink:
                request = request with { Target = Word(source, 20) };
                return true;
            default:
                return false;
        }
    }
}

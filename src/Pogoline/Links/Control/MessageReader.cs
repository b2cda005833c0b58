using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;

namespace Pogoline.Links.Control;

/// <summary>Reads messages that a device sent.</summary>
static class MessageReader
{
    /// <summary>The message; false when the bytes are none of that kind.</summary>
    public static bool TryRead<T>(MessageParser<T> parser, ReadOnlyMemory<byte> source, [NotNullWhen(true)] out T? message) where T : IMessage<T>
    {
        try
        {
            message = parser.ParseFrom(new ReadOnlySequence<byte>(source));
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            message = default;
            return false;
        }
    }
}

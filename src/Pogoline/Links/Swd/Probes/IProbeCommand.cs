using System.Buffers;

namespace Pogoline.Links.Swd.Probes;

/// <summary>A command of a probe, with the reply that belongs to it.</summary>
/// <typeparam name="TReply">What comes back.</typeparam>
interface IProbeCommand<TReply> where TReply : struct
{
    /// <summary>Writes the whole command.</summary>
    /// <returns>Bytes written.</returns>
    int Write(Span<byte> packet);

    /// <summary>Reads the reply.</summary>
    OperationStatus Parse(ReadOnlySpan<byte> packet, out TReply reply);
}

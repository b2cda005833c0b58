using System.Runtime.InteropServices;

namespace Pogoline.Modules;

static class MemoryStreams
{
    /// <summary>A stream over the memory, without a copy where an array lies behind it.</summary>
    public static MemoryStream AsStream(this ReadOnlyMemory<byte> memory) => MemoryMarshal.TryGetArray(memory, out var segment)
        ? new(segment.Array!, segment.Offset, segment.Count, writable: false)
        : new(memory.ToArray(), writable: false);
}

namespace Pogoline.Lab.Replay;

/// <summary>The 32-bit FNV-1a hash by which recordings stand for bytes.</summary>
static class Fnv1a
{
    public static string Of(ReadOnlySpan<byte> data)
    {
        var hash = 0x811C9DC5;
        foreach (var b in data) hash = (hash ^ b) * 0x01000193;
        return $"{hash:x8}";
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using Pogoline.Modules;

namespace Pogoline.Programming;

/// <summary>SHA-256 and CRC-32 of a module that is read block by block and not kept; the last four bytes are its CRC, big-endian.</summary>
/// <param name="length">Its bytes, at least four.</param>
sealed class ContentSum(int length) : IDisposable
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[] _stored = new byte[sizeof(uint)];
    uint _crc;
    int _done;

    /// <summary>Its bytes.</summary>
    public int Length => length;

    /// <summary>Whether the CRC over all but its last four bytes is what those say.</summary>
    public bool CrcIsRight => _done == length && _crc == BinaryPrimitives.ReadUInt32BigEndian(_stored);

    /// <summary>The SHA-256 of all of it, as 64 lower-case hex digits.</summary>
    public string Sha256 => Convert.ToHexStringLower(_hash.GetCurrentHash());

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> block)
    {
        _hash.AppendData(block);
        var covered = Math.Clamp(length - sizeof(uint) - _done, 0, block.Length);
        _crc = Crc32.Append(_crc, block[..covered]);
        var rest = block[covered..];
        rest.CopyTo(_stored.AsSpan(Math.Max(0, _done + covered - (length - sizeof(uint)))));
        _done += block.Length;
    }

    public void Dispose() => _hash.Dispose();
}

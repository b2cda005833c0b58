using System.Security.Cryptography;
using Pogoline.Lab.Dfu;
using Pogoline.Lab.Flash;
using Pogoline.Platforms;

namespace Pogoline.Lab.Replay;

/// <summary>The memories of one kind of board, used again for every scenario, and what they are expected to hold.</summary>
sealed class DfuRig
{
    readonly BoardStorage _storage;
    readonly byte[] _internal;
    readonly byte[] _external;
    readonly byte[] _dct = new byte[DctStore.Capacity];
    bool _externalLoaded = true;
    int _dctLength;

    public DfuRig(Platform platform)
    {
        Platform = platform;
        _storage = new(platform);
        _internal = new byte[_storage.Internal.Range.Length];
        _external = new byte[_storage.External?.Range.Length ?? 0];
    }

    public Platform Platform { get; }

    bool ExternalMayDiffer => _externalLoaded || _storage.External is { Erases: > 0 } or { Programmed: > 0 };

    /// <summary>A device of its own, with the content that a scenario starts from; null when the content does not fit the board.</summary>
    public DfuUsbDevice? Power(RecordedMemories content, string deviceId, DeviceOsVersion release)
    {
        _storage.Dct.Reset();
        _dctLength = _storage.Dct.Length;
        _dct.AsSpan().Fill(0xFF);
        if (!Apply(content.Dct, _dct.AsSpan(0, _dctLength), default)) return null;
        _storage.Dct.Write(0, _dct.AsSpan(0, _dctLength));

        _storage.Internal.Renew();
        _internal.AsSpan().Fill(0xFF);
        if (!Apply(content.Internal, _internal, _storage.Internal.Range.Start)) return null;
        _storage.Internal.Load(_storage.Internal.Range.Start, _internal);

        // The largest memory, which most scenarios leave alone.
        if (ExternalMayDiffer)
        {
            _storage.External?.Renew();
            _external.AsSpan().Fill(0xFF);
        }
        _externalLoaded = content.External.Count > 0;
        if (!Apply(content.External, _external, default)) return null;
        foreach (var range in content.External) _storage.External!.Load(range.Start, range.Bytes);

        return DfuUsbDevice.Create(new() { Platform = Platform, DeviceId = deviceId, BootloaderRelease = release }, _storage);
    }

    /// <summary>The first thing in which the memories are not what the scenario ends with.</summary>
    public Mismatch? Compare(DfuEnd end)
    {
        if (!Apply(end.Changed, _internal, _storage.Internal.Range.Start)) return new("changed", "ranges inside the memory", "a range outside");
        if (!Apply(end.DctChanged, _dct, default)) return new("dct_changed", "ranges inside the table", "a range outside");
        if (!Apply(end.ExternalChanged, _external, default)) return new("external_changed", "ranges inside the chip", "a range outside");
        _externalLoaded |= end.ExternalChanged.Count > 0;

        var length = end.DctFileLength ?? _dctLength;
        return Difference("changed", _internal, _storage.Internal.Cells, _storage.Internal.Range.Start)
            ?? Mismatch.Between("internal_sha256", end.InternalSha256, Convert.ToHexStringLower(SHA256.HashData(_storage.Internal.Cells)))
            ?? Mismatch.Between("dct_file_length", length, _storage.Dct.Length)
            ?? Difference("dct_changed", _dct.AsSpan(0, length), _storage.Dct.Bytes, default)
            ?? (ExternalMayDiffer && _storage.External is { } external ? Difference("external_changed", _external, external.Cells, default) : null);
    }

    static bool Apply(IReadOnlyList<RecordedRange> ranges, Span<byte> memory, FlashAddress start)
    {
        foreach (var range in ranges)
        {
            if (range.Start < start || range.Start - start > memory.Length - range.Bytes.Length) return false;
            range.Bytes.CopyTo(memory[(int)(range.Start - start)..]);
        }
        return true;
    }

    static Mismatch? Difference(string what, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, FlashAddress start)
    {
        var same = expected.CommonPrefixLength(actual);
        return same == expected.Length ? null : new(what, Excerpt(expected, same, start), Excerpt(actual, same, start));
    }

    static string Excerpt(ReadOnlySpan<byte> bytes, int at, FlashAddress start) =>
        $"{start + (uint)at}: {Convert.ToHexStringLower(bytes.Slice(at, Math.Min(16, bytes.Length - at)))}";
}

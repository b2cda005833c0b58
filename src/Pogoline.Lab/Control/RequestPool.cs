namespace Pogoline.Lab.Control;

/// <summary>
/// The memory from which a system takes request objects and small payloads while it serves an interrupt. New blocks come from the end as
/// long as there is room; after that the smallest freed block that is large enough is used whole.
/// </summary>
/// <param name="capacity">Bytes in all.</param>
sealed class RequestPool(int capacity)
{
    const int Header = 8;

    // Freed blocks in order of their place; none of them touches the end.
    readonly SortedList<int, int> _free = [];
    readonly Dictionary<int, int> _used = [];
    int _end;

    /// <summary>Takes a block.</summary>
    /// <param name="size">Bytes wanted.</param>
    /// <param name="block">Its place, for <see cref="Free"/>.</param>
    public bool TryAllocate(int size, out int block)
    {
        var length = (Header + size) / 4 * 4 + 4;
        if (capacity - _end >= length)
        {
            block = _end;
            _end += length;
        }
        else if (!TryReuse(ref length, out block)) return false;
        _used[block] = length;
        return true;
    }

    /// <summary>Gives a block back.</summary>
    public void Free(int block)
    {
        _used.Remove(block, out var length);
        _free.Add(block, length);
        while (_free.Count > 0 && _free.GetKeyAtIndex(_free.Count - 1) + _free.GetValueAtIndex(_free.Count - 1) == _end)
        {
            _end = _free.GetKeyAtIndex(_free.Count - 1);
            _free.RemoveAt(_free.Count - 1);
        }
    }

    bool TryReuse(ref int length, out int block)
    {
        block = -1;
        var best = int.MaxValue;
        foreach (var (place, size) in _free)
        {
            if (size < length || size >= best) continue;
            (block, best) = (place, size);
        }
        if (block < 0) return false;
        length = best;
        return _free.Remove(block);
    }
}

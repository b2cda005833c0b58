using Pogoline.Lab.Control;

namespace Pogoline.Lab.Boot;

/// <summary>
/// The one update that a running system can have under way, by whichever route it comes. Up to Device OS 2.x it forgets that one is open,
/// tests no size and does not care whether the area could be erased; from 3.0.0 on it is strict.
/// </summary>
/// <param name="area">Where the image is collected.</param>
/// <param name="isStrict">Device OS 3.0.0 and later.</param>
sealed class FirmwareUpdate(IUpdateArea area, bool isStrict)
{
    // What START and FINISH answered before there were result codes.
    const int OldFailure = 1;

    uint _stored;

    /// <summary>The application is told what becomes of an update: <c>begin</c>, <c>failed</c>, <c>complete</c>.</summary>
    public Action<string> Announce { get; init; } = _ => { };

    /// <summary>A reset shall follow as soon as nothing speaks against it.</summary>
    public Action RequestReset { get; init; } = () => { };

    /// <summary>Whether the application refuses updates.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>Whether one is under way.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether one is under way that came by control requests.</summary>
    public bool IsByRequests { get; private set; }

    /// <summary>Whether its size was announced.</summary>
    public bool IsSizeKnown { get; private set; }

    /// <summary>Bytes announced; the whole area when nothing was.</summary>
    public uint Size { get; private set; }

    /// <summary>What the last operation came to: 0, or an error.</summary>
    public int Result { get; private set; }

    /// <summary>Bytes still missing of those announced.</summary>
    public uint Missing => Size - _stored;

    /// <summary>The address that the firmware knows the area by.</summary>
    public uint AreaAddress => area.Address;

    /// <summary>Whether it is strict; see the class.</summary>
    public bool IsStrict => isStrict;

    /// <summary>Starts one.</summary>
    /// <param name="size">Bytes that will come; 0 when that is not known.</param>
    /// <param name="byRequests">Whether it comes by control requests.</param>
    public IEnumerable<TimeSpan> Begin(uint size, bool byRequests = false)
    {
        var isSizeKnown = size > 0;
        Result = Refusal(ref size);
        if (Result != ControlResult.Ok) yield break;
        if (!isStrict) Announce("begin");
        foreach (var busy in area.Erase(size)) yield return busy;
        if (isStrict && area.Result != ControlResult.Ok)
        {
            Result = ControlResult.FlashIo;
            yield break;
        }
        if (isStrict) Announce("begin");
        (IsOpen, IsByRequests, IsSizeKnown, Size, _stored) = (true, byRequests, isSizeKnown, size, 0);
    }

    /// <summary>Stores the next part; a failure ends the update.</summary>
    public IEnumerable<TimeSpan> Append(ReadOnlyMemory<byte> data)
    {
        foreach (var busy in Store(_stored, data)) yield return busy;
    }

    /// <summary>Stores a part anywhere; a failure ends the update.</summary>
    public IEnumerable<TimeSpan> Store(uint offset, ReadOnlyMemory<byte> data)
    {
        foreach (var busy in area.Store(offset, data)) yield return busy;
        Result = area.Result == ControlResult.Ok ? ControlResult.Ok : ControlResult.FlashIo;
        if (Result == ControlResult.Ok) _stored += (uint)data.Length;
        else Drop();
    }

    /// <summary>Judges what has been stored.</summary>
    public int Validate() => area.Validate();

    /// <summary>Ends it by carrying it out, if it is accepted; a reset is due in either case.</summary>
    /// <param name="resets">Whether the reset is asked for at once.</param>
    public IEnumerable<TimeSpan> Apply(bool resets = true)
    {
        IsOpen = IsByRequests = false;
        foreach (var busy in area.Apply()) yield return busy;
        Result = area.Result;
        Announce(Result == ControlResult.Ok ? "complete" : "failed");
        if (resets) RequestReset();
    }

    /// <summary>Drops it.</summary>
    public void Cancel()
    {
        if (!IsOpen) return;
        Drop();
    }

    // Before 3.0.0 the application hears of a failure only when the image is refused.
    void Drop()
    {
        IsOpen = IsByRequests = false;
        if (isStrict) Announce("failed");
    }

    int Refusal(ref uint size)
    {
        if (isStrict && IsOpen) return ControlResult.InvalidState;
        if (IsDisabled) return isStrict ? ControlResult.UpdatesDisabled : OldFailure;
        if (!isStrict) return ControlResult.Ok;
        if (size == 0) size = area.Length;
        return size > area.Length ? ControlResult.TooLarge : ControlResult.Ok;
    }
}

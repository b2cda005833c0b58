using Pogoline.Lab.Boot;

namespace Pogoline.Lab.Replay;

/// <summary>The flash layer of the recordings: takes everything, and answers what the recording says.</summary>
/// <param name="setup">The recording's.</param>
/// <param name="happened">Takes what it sees.</param>
sealed class RecordedUpdateArea(RecordedSetup setup, Action<string> happened) : IUpdateArea
{
    readonly List<byte> _stored = [];
    int _stores;

    public uint Length => 1_536_000;

    public uint Address => 0x80289000;

    public int Result { get; private set; }

    public IEnumerable<TimeSpan> Erase(uint length)
    {
        happened($"flash_begin length={length}");
        yield return TimeSpan.FromMilliseconds(setup.EraseMilliseconds);
        _stored.Clear();
        Result = setup.BeginSucceeds == 0 ? -1 : 0;
    }

    public IEnumerable<TimeSpan> Store(uint offset, ReadOnlyMemory<byte> data)
    {
        happened($"flash_update offset={offset} length={data.Length} fnv1a={Fnv1a.Of(data.Span)}");
        yield return TimeSpan.FromMilliseconds(setup.StoreMilliseconds);
        Result = ++_stores == setup.FailingStore ? setup.FailingStoreCode ?? -1 : offset > Length ? -1 : 0;
        if (Result == 0) _stored.AddRange(data.Span);
    }

    public int Validate()
    {
        happened("validate");
        return setup.Validate;
    }

    public IEnumerable<TimeSpan> Apply()
    {
        happened($"flash_end stored={_stored.Count} fnv1a={Fnv1a.Of(_stored.ToArray())}");
        yield return TimeSpan.FromMilliseconds(setup.FinishMilliseconds);
        Result = Math.Min(0, setup.Finish ?? 0);
    }
}

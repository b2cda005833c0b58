using System.Runtime.CompilerServices;
using Pogoline.Programming;

namespace Pogoline.Host.Usb;

/// <summary>
/// The boards of a bus as units, one after the other as they come. A board comes once for each time that it is plugged in: restarts in between
/// are not arrivals.
/// </summary>
/// <param name="finder">Finds the boards.</param>
/// <param name="time">The clock.</param>
public sealed class UsbArrivals(UsbUnitFinder finder, TimeProvider time)
{
    /// <summary>A board that restarts is back sooner; one that is away for longer after its job was unplugged.</summary>
    static readonly TimeSpan UnpluggedAfter = TimeSpan.FromSeconds(3);

    /// <summary>How often it is looked whether a board that is away is due, which nothing announces.</summary>
    static readonly TimeSpan Recheck = TimeSpan.FromMilliseconds(500);

    readonly List<Seat> _seats = [];
    readonly Lock _gate = new();
    TaskCompletionSource _released = NewSignal();

    /// <summary>The boards that are there now, and with <paramref name="watch"/> those that come later, until it is stopped.</summary>
    public async IAsyncEnumerable<UsbUnit> ListAsync(bool watch, [EnumeratorCancellation] CancellationToken stop)
    {
        while (true)
        {
            var changed = Task.WhenAny(finder.Bus.Changed, _released.Task);
            var seen = await finder.LookAsync(stop).ConfigureAwait(false);
            foreach (var unit in Welcome(seen)) yield return unit;
            if (!watch) yield break;
            try
            {
                await changed.WaitAsync(IsAnyAway() ? Recheck : Timeout.InfiniteTimeSpan, time, stop).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Looks again.
            }
        }
    }

    /// <summary>The job on a unit has ended: when it is unplugged and plugged in again, it comes again.</summary>
    public void Release(IUnit unit)
    {
        lock (_gate)
        {
            if (_seats.Find(s => s.Unit == unit) is { } seat) (seat.IsAtWork, seat.AwaySince) = (false, null);
        }
        Interlocked.Exchange(ref _released, NewSignal()).SetResult();
    }

    List<UsbUnit> Welcome(IReadOnlyList<UsbSighting> seen)
    {
        lock (_gate)
        {
            var known = new HashSet<UsbSighting>();
            foreach (var seat in _seats.ToList())
            {
                if (seat.Unit.Match(seen) is { } match)
                {
                    known.Add(match);
                    seat.AwaySince = null;
                }
                else if (!seat.IsAtWork)
                {
                    seat.AwaySince ??= time.GetTimestamp();
                    if (time.GetElapsedTime(seat.AwaySince.Value) >= UnpluggedAfter) _seats.Remove(seat);
                }
            }
            var come = seen.Where(s => !known.Contains(s)).Select(s => new UsbUnit(finder, time, s,
                followById: s.DeviceId is { } id && seen.Count(other => other.DeviceId == id) == 1)).ToList();
            _seats.AddRange(come.Select(unit => new Seat(unit)));
            return come;
        }
    }

    bool IsAnyAway()
    {
        lock (_gate) return _seats.Exists(s => s.AwaySince is not null);
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    sealed class Seat(UsbUnit unit)
    {
        public UsbUnit Unit => unit;

        public bool IsAtWork { get; set; } = true;

        public long? AwaySince { get; set; }
    }
}

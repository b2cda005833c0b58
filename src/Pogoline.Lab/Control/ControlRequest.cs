namespace Pogoline.Lab.Control;

/// <summary>Where a control request stands.</summary>
enum RequestState
{
    /// <summary>The system thread has to find memory for the payload.</summary>
    AllocationPending,

    /// <summary>There was none.</summary>
    AllocationFailed,

    /// <summary>The host sends the payload.</summary>
    ReceivingPayload,

    /// <summary>The handler has to run, or runs.</summary>
    Pending,

    /// <summary>The result waits for the host.</summary>
    Done,
}

/// <summary>One request of a host to a running system.</summary>
/// <param name="channel">The channel that it came by.</param>
/// <param name="id">Its number.</param>
/// <param name="type">What is asked.</param>
/// <param name="payloadLength">Bytes of payload.</param>
sealed class ControlRequest(ControlChannel channel, ushort id, ushort type, int payloadLength)
{
    readonly byte[] _payload = payloadLength == 0 ? [] : new byte[payloadLength];
    int _sent, _fetched;

    /// <summary>Its number, by which the host refers to it.</summary>
    public ushort Id { get; } = id;

    /// <summary>What is asked.</summary>
    public ushort Type { get; } = type;

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload => _payload;

    /// <summary>Where it stands; changed by the channel only.</summary>
    public RequestState State { get; set; }

    /// <summary>What came of it; then what the completion handler is told.</summary>
    public int Result { get; set; } = ControlResult.Unknown;

    /// <summary>What is returned to the host.</summary>
    public ReadOnlyMemory<byte> Reply { get; private set; }

    /// <summary>Runs when the request ends: the host has the result, or gave the request up.</summary>
    public Func<int, IEnumerable<TimeSpan>>? Completion { get; private set; }

    /// <summary>The place of the object in the pool.</summary>
    public int Block { get; init; }

    /// <summary>The place of the payload in the pool; null when it is not there.</summary>
    public int? PayloadBlock { get; set; }

    /// <summary>Whether the payload has memory outside of the pool.</summary>
    public bool HasHeapPayload { get; set; }

    /// <summary>Whether the host gave it up while the system thread had it.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>Bytes of payload still to come.</summary>
    public int Missing => payloadLength - _sent;

    /// <summary>Bytes of reply not fetched yet.</summary>
    public int Unfetched => Reply.Length - _fetched;

    /// <summary>What only the system thread may free, or has to be told.</summary>
    public bool NeedsSystemThread => HasHeapPayload || !Reply.IsEmpty || Completion is not null;

    /// <summary>Ends the handler's work.</summary>
    /// <param name="result">0, or an error.</param>
    /// <param name="reply">What the host gets.</param>
    /// <param name="completion">Runs when the host has it; told 0, or an error when the host gave up.</param>
    public void Finish(int result, ReadOnlyMemory<byte> reply = default, Func<int, IEnumerable<TimeSpan>>? completion = null)
    {
        if (!reply.IsEmpty && !channel.TryTakeHeap()) (result, reply, completion) = (ControlResult.NoMemory, default, null);
        (Reply, Completion) = (reply, completion);
        channel.Finish(this, result);
    }

    /// <summary>Takes the next part of the payload.</summary>
    public void Append(ReadOnlySpan<byte> part)
    {
        part.CopyTo(_payload.AsSpan(_sent));
        _sent += part.Length;
    }

    /// <summary>Gives the next part of the reply.</summary>
    public ReadOnlyMemory<byte> Fetch(int length)
    {
        var part = Reply.Slice(_fetched, length);
        _fetched += length;
        return part;
    }
}

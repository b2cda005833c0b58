namespace Pogoline.Links.Listening;

/// <summary>What the sender waits for.</summary>
enum YmodemPhase
{
    /// <summary>The first request.</summary>
    Start,

    /// <summary>The answer to the header.</summary>
    Header,

    /// <summary>The request for data after the header was acknowledged.</summary>
    DataRequest,

    /// <summary>The answer to a packet.</summary>
    Data,

    /// <summary>The answer to the end of the file.</summary>
    EndOfFile,

    /// <summary>The request for the next header after the end of the file was acknowledged.</summary>
    EndRequest,

    /// <summary>The answer to the empty header that ends the session.</summary>
    EndHeader,

    /// <summary>Nothing: the session is over.</summary>
    Over,
}

/// <summary>What a receiver says.</summary>
enum YmodemSignal
{
    /// <summary>ACK.</summary>
    Ack,

    /// <summary>NAK.</summary>
    Nak,

    /// <summary><c>C</c>, so long after the last packet that it is no request from before it.</summary>
    Request,

    /// <summary>CA CA.</summary>
    Cancel,

    /// <summary>Nothing for the time that an answer may take.</summary>
    Silence,
}

/// <summary>What the sender does next.</summary>
enum YmodemAction
{
    /// <summary>Waits on.</summary>
    Wait,

    /// <summary>Sends the header, again if it was sent before.</summary>
    SendHeader,

    /// <summary>Sends the next packet.</summary>
    SendNext,

    /// <summary>Sends the last packet again.</summary>
    Resend,

    /// <summary>Sends EOT.</summary>
    SendEndOfFile,

    /// <summary>Sends the empty header.</summary>
    SendEndHeader,

    /// <summary>Everything arrived.</summary>
    Succeed,

    /// <summary>The receiver gave up.</summary>
    FailCancelled,

    /// <summary>No answer came in time.</summary>
    FailSilent,

    /// <summary>The receiver expects another packet, or takes none.</summary>
    FailOutOfStep,
}

/// <summary>Where a sender is in a session.</summary>
/// <param name="Phase">What it waits for.</param>
/// <param name="Tries">How often what it waits an answer to was sent again.</param>
/// <param name="Stale">Answers to repeated packets that may still come.</param>
readonly record struct YmodemState(YmodemPhase Phase, int Tries = 0, int Stale = 0)
{
    /// <summary>How often anything is sent again.</summary>
    public const int MostTries = 10;

    /// <summary>What follows on what the receiver says.</summary>
    /// <param name="signal">What it says.</param>
    /// <param name="hasMore">Whether packets are left behind the last one that was sent.</param>
    /// <param name="dialect">How it speaks.</param>
    public (YmodemState State, YmodemAction Action) Next(YmodemSignal signal, bool hasMore, YmodemDialect dialect) => (Phase, signal) switch
    {
        (_, YmodemSignal.Cancel) => (new(YmodemPhase.Over), YmodemAction.FailCancelled),

        (YmodemPhase.Start, YmodemSignal.Request) => (new(YmodemPhase.Header), YmodemAction.SendHeader),
        (YmodemPhase.Start, YmodemSignal.Silence) => Again(YmodemAction.Wait, isSilent: true),

        (YmodemPhase.Header, YmodemSignal.Ack) => (new(YmodemPhase.DataRequest), YmodemAction.Wait),
        (YmodemPhase.Header, YmodemSignal.Nak) when dialect.NakMeansStored => Stored(new(YmodemPhase.DataRequest), YmodemAction.Wait),
        (YmodemPhase.Header, YmodemSignal.Nak or YmodemSignal.Request) => Again(YmodemAction.SendHeader),
        (YmodemPhase.Header, YmodemSignal.Silence) => Silent(YmodemAction.SendHeader, dialect),

        // A request that got lost is not waited for: the receiver expects data all the same.
        (YmodemPhase.DataRequest, YmodemSignal.Request or YmodemSignal.Silence) => hasMore
            ? (new(YmodemPhase.Data), YmodemAction.SendNext) : (new(YmodemPhase.EndOfFile), YmodemAction.SendEndOfFile),

        (YmodemPhase.Data, YmodemSignal.Nak) when Stale > 0 => (this with { Stale = Stale - 1 }, YmodemAction.Wait),
        (YmodemPhase.Data, YmodemSignal.Ack) => Advance(hasMore, dialect.NakMeansStored ? Tries : 0),
        (YmodemPhase.Data, YmodemSignal.Nak) when dialect.NakMeansStored => Tries > 0
            ? Advance(hasMore, 0) : (new(YmodemPhase.Over), YmodemAction.FailOutOfStep),
        (YmodemPhase.Data, YmodemSignal.Nak or YmodemSignal.Request) => Again(YmodemAction.Resend),
        (YmodemPhase.Data, YmodemSignal.Silence) => Silent(YmodemAction.Resend, dialect),

        (YmodemPhase.EndOfFile, YmodemSignal.Ack) => dialect.AwaitsRequests
            ? (new(YmodemPhase.EndRequest), YmodemAction.Wait) : (new(YmodemPhase.EndHeader), YmodemAction.SendEndHeader),
        (YmodemPhase.EndOfFile, YmodemSignal.Nak) when Stale > 0 => (this with { Stale = Stale - 1 }, YmodemAction.Wait),
        // The first NAK is the rule: the receiver makes sure that it was no damaged packet.
        (YmodemPhase.EndOfFile, YmodemSignal.Nak or YmodemSignal.Request) => Again(YmodemAction.SendEndOfFile),
        (YmodemPhase.EndOfFile, YmodemSignal.Silence) => Silent(YmodemAction.SendEndOfFile, dialect),

        (YmodemPhase.EndRequest, YmodemSignal.Request or YmodemSignal.Silence) => (new(YmodemPhase.EndHeader), YmodemAction.SendEndHeader),

        (YmodemPhase.EndHeader, YmodemSignal.Ack) => (new(YmodemPhase.Over), YmodemAction.Succeed),
        (YmodemPhase.EndHeader, YmodemSignal.Nak or YmodemSignal.Request) => Again(YmodemAction.SendEndHeader),
        (YmodemPhase.EndHeader, YmodemSignal.Silence) => Silent(YmodemAction.SendEndHeader, dialect),

        _ => (this, YmodemAction.Wait),
    };

    static (YmodemState, YmodemAction) Advance(bool hasMore, int stale) => hasMore
        ? (new(YmodemPhase.Data, 0, stale), YmodemAction.SendNext) : (new(YmodemPhase.EndOfFile, 0, stale), YmodemAction.SendEndOfFile);

    (YmodemState, YmodemAction) Stored(YmodemState next, YmodemAction action) =>
        Tries > 0 ? (next, action) : (new(YmodemPhase.Over), YmodemAction.FailOutOfStep);

    (YmodemState, YmodemAction) Silent(YmodemAction action, YmodemDialect dialect) =>
        dialect.RepeatsOnSilence ? Again(action, isSilent: true) : (new(YmodemPhase.Over), YmodemAction.FailSilent);

    (YmodemState, YmodemAction) Again(YmodemAction action, bool isSilent = false) => Tries < MostTries
        ? (this with { Tries = Tries + 1 }, action) : (new(YmodemPhase.Over), isSilent ? YmodemAction.FailSilent : YmodemAction.FailOutOfStep);
}

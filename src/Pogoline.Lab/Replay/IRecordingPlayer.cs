namespace Pogoline.Lab.Replay;

/// <summary>Plays one kind of recording against virtual boards. Used by one thread at a time.</summary>
interface IRecordingPlayer
{
    /// <summary>Whether the recording is of its kind.</summary>
    bool Plays(in Recording recording);

    /// <summary>Plays it; gives the first difference, null when there is none.</summary>
    ReplayDifference? Play(in Recording recording);
}

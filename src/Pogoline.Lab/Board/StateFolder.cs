using Pogoline.Lab.Boot;
using Pogoline.Platforms;

namespace Pogoline.Lab.Board;

/// <summary>A folder in which boards keep their memories from one run of the lab to the next, each in one named by its device ID.</summary>
/// <param name="path">The folder; it need not exist yet.</param>
/// <param name="fresh">Whether what is there is discarded.</param>
public sealed class StateFolder(string path, bool fresh = false)
{
    /// <summary>Takes up a board again; null when the folder does not know it, or shall not.</summary>
    internal BoardFiles? TryLoad(Platform platform, string deviceId) =>
        !fresh && Directory.Exists(Of(deviceId)) ? BoardFiles.Load(platform, deviceId, Of(deviceId)) : null;

    /// <summary>Keeps a new board from now on, in the place of one of the same ID.</summary>
    internal BoardFiles Create(BoardHardware hardware) => BoardFiles.Create(hardware, Of(hardware.DeviceId));

    string Of(string deviceId) => Path.Combine(Path.GetFullPath(path), deviceId);
}

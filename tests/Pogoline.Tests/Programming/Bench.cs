using Pogoline.Lab.Board;
using Pogoline.Modules;
using Pogoline.Planning;
using Pogoline.Platforms;
using Pogoline.Programming;

namespace Pogoline.Tests.Programming;

/// <summary>A virtual board with a real release on it, in front of a restore job; the clock is virtual.</summary>
sealed class Bench : IAsyncDisposable
{
    public Bench(string platform, string os, LabTiming? timing = null, ushort? ncp = null)
    {
        Clock = new(timing ?? LabTiming.None, new VirtualTime());
        var files = RealReleases.Of(platform, os).Append(RealReleases.Tinker(platform)).Select(m => m.Image).ToList();
        Board = BoardFactory.Make(PlatformCatalog.Require(platform), files, Clock, new() { NcpVersion = ncp });
        Unit = new(Board, Clock, "lab-1");
    }

    public LabClock Clock { get; }

    public VirtualBoard Board { get; }

    public VirtualUnit Unit { get; }

    public RestoreJob Job => new(Unit, Clock.HostTime, null);

    public static Goal GoalOf(string platform, string os) =>
        new() { Release = DeviceOsVersion.Parse(os), Modules = RealReleases.Of(platform, os), MayDowngrade = true };

    public static Dictionary<string, ReadOnlyMemory<byte>> ContentOf(Goal goal) =>
        goal.Modules.Append(goal.App).OfType<FirmwareModule>().ToDictionary(m => Sha256Digest.Compute(m.Image.Span).ToString(), m => m.Image);

    public Task<ProgrammingResult> RestoreAsync(string os) => Job.RunAsync(GoalOf(Unit.Platform.Name, os), CancellationToken.None).AsTask();

    /// <summary>What every memory of the board holds, but for the configuration, which the system writes at each start.</summary>
    public string FlashDigest() =>
        $"{Sha256Digest.Compute(Board.Hardware.Storage.Internal.Cells)} {(Board.Hardware.Storage.External is { } external ? Sha256Digest.Compute(external.Cells) : default)}";

    /// <summary>Whether a module lies in the flash byte for byte.</summary>
    public bool Holds(FirmwareModule module) =>
        Board.Hardware.Storage.Internal.Read(module.Range.Start, module.DeviceBytes.Length).SequenceEqual(module.DeviceBytes.Span);

    public ValueTask DisposeAsync() => Unit.DisposeAsync();
}

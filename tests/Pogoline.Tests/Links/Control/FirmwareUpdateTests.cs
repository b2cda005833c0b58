using Pogoline.Lab.Board;
using Pogoline.Links;
using Pogoline.Links.Control;
using Pogoline.Links.Control.Messages;

namespace Pogoline.Tests.Links.Control;

public class FirmwareUpdateTests
{
    [Theory, InlineData(1), InlineData(1024), InlineData(1025), InlineData(50_000)]
    public async Task The_module_arrives_in_chunks_in_order_with_several_under_way(int size)
    {
        var receiver = new Receiver();
        var progress = 0;
        await SendAsync(receiver, Image(size), bytes => progress += bytes);
        Assert.Equal(Image(size), receiver.Stored);
        Assert.Equal(size, progress);
        Assert.True(receiver.IsFinished);
        Assert.Equal(Math.Min(3, (size + 1023) / 1024), receiver.Device.MostAtOnce);
    }

    [Theory, InlineData(1), InlineData(2)]
    public async Task A_device_with_few_places_is_served_all_the_same(int slots)
    {
        var receiver = new Receiver();
        receiver.Device.Slots = slots;
        await SendAsync(receiver, Image(9000));
        Assert.Equal(Image(9000), receiver.Stored);
    }

    [Fact]
    public async Task A_chunk_that_cannot_be_stored_cancels_the_update_and_says_why()
    {
        var receiver = new Receiver { FailsAt = 3 };
        var fault = await Assert.ThrowsAsync<PogolineException>(() => SendAsync(receiver, Image(9000)));
        Assert.Contains("flash error", fault.Message, StringComparison.Ordinal);
        Assert.Equal((252, false), (receiver.Device.Handled[^1].Type, receiver.IsFinished));
    }

    [Theory, InlineData(-1340, "dependency check failed"), InlineData(-1330, "integrity check failed")]
    public async Task A_module_that_fails_validation_is_refused_in_words(int result, string words)
    {
        var receiver = new Receiver { Verdict = result };
        var fault = await Assert.ThrowsAsync<PogolineException>(() => SendAsync(receiver, Image(2000)));
        Assert.Equal(ControlFaults.Refused, fault.Code);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData(0u), InlineData(uint.MaxValue)]
    public async Task A_chunk_size_that_cannot_be_is_refused(uint size)
    {
        var receiver = new Receiver { ChunkSize = size };
        Assert.Equal(ControlFaults.Nonsense, (await Assert.ThrowsAsync<PogolineException>(() => SendAsync(receiver, Image(2000)))).Code);
    }

    [Fact]
    public async Task A_stopped_update_is_cancelled_on_the_device()
    {
        using var stop = new CancellationTokenSource();
        var receiver = new Receiver();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SendAsync(receiver, Image(9000), _ => stop.Cancel(), stop.Token));
        Assert.Equal(252, receiver.Device.Handled[^1].Type);
    }

    [Fact]
    public async Task A_cable_that_is_pulled_ends_it_at_once()
    {
        var receiver = new Receiver();
        receiver.Device.Fault = (number, _) => number > 20 ? new(TransferStatus.Gone, 0) : null;
        Assert.Equal(ControlFaults.Gone, (await Assert.ThrowsAsync<PogolineException>(() => SendAsync(receiver, Image(90_000)))).Code);
        Assert.Equal(22, receiver.Device.Setups.Count);
    }

    static async Task SendAsync(Receiver receiver, byte[] image, Action<int>? progress = null, CancellationToken stop = default) =>
        await new FirmwareUpdate(await ControlSession.OpenAsync(receiver.Device, LabClock.Immediate().HostTime, default)).SendAsync(image, progress, stop);

    static byte[] Image(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 31 + (i >> 8)))];

    /// <summary>The update handlers of a device.</summary>
    sealed class Receiver
    {
        int _chunks;

        public Receiver() => Device = new() { Handler = Handle, Pending = 1 };

        public ScriptedControlDevice Device { get; }

        public List<byte> Stored { get; } = [];

        public uint ChunkSize { get; init; } = 1024;

        public int FailsAt { get; init; } = -1;

        public int Verdict { get; init; }

        public bool IsFinished { get; private set; }

        (int, byte[]) Handle(ushort type, byte[] payload)
        {
            switch (type)
            {
                case 250:
                    return (0, Google.Protobuf.MessageExtensions.ToByteArray(new StartFirmwareUpdateReply { ChunkSize = ChunkSize }));
                case 253 when _chunks++ == FailsAt:
                    return (-219, []);
                case 253 when FailsAt >= 0 && _chunks > FailsAt:
                    return (-210, []);
                case 253:
                    Stored.AddRange(FirmwareUpdateDataRequest.Parser.ParseFrom(payload).Data);
                    return (0, []);
                case 251:
                    IsFinished = Verdict == 0;
                    return (Verdict, []);
                default:
                    return (0, []);
            }
        }
    }
}

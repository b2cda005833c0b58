using Pogoline.Links.Listening;

namespace Pogoline.Tests.Links.Listening;

/// <summary>The sender's state machine as a table: what it does on every signal in every phase.</summary>
public class YmodemStateTests
{
    // One row a phase: ACK, NAK, request, CA CA, silence.
    const string Standard = """
        Start        Start/Wait              Start/Wait             Header/SendHeader         Over/FailCancelled  Start/Wait
        Header       DataRequest/Wait        Header/SendHeader      Header/SendHeader         Over/FailCancelled  Header/SendHeader
        DataRequest  DataRequest/Wait        DataRequest/Wait       Data/SendNext             Over/FailCancelled  Data/SendNext
        Data         Data/SendNext           Data/Resend            Data/Resend               Over/FailCancelled  Data/Resend
        EndOfFile    EndRequest/Wait         EndOfFile/SendEndOfFile EndOfFile/SendEndOfFile  Over/FailCancelled  EndOfFile/SendEndOfFile
        EndRequest   EndRequest/Wait         EndRequest/Wait        EndHeader/SendEndHeader   Over/FailCancelled  EndHeader/SendEndHeader
        EndHeader    Over/Succeed            EndHeader/SendEndHeader EndHeader/SendEndHeader  Over/FailCancelled  EndHeader/SendEndHeader
        """;

    const string Device = """
        Header       DataRequest/Wait        Over/FailOutOfStep     Header/SendHeader         Over/FailCancelled  Over/FailSilent
        DataRequest  DataRequest/Wait        DataRequest/Wait       Data/SendNext             Over/FailCancelled  Data/SendNext
        Data         Data/SendNext           Over/FailOutOfStep     Data/Resend               Over/FailCancelled  Over/FailSilent
        EndOfFile    EndHeader/SendEndHeader EndOfFile/SendEndOfFile EndOfFile/SendEndOfFile  Over/FailCancelled  Over/FailSilent
        EndHeader    Over/Succeed            EndHeader/SendEndHeader EndHeader/SendEndHeader  Over/FailCancelled  Over/FailSilent
        """;

    [Theory, InlineData(Standard, false), InlineData(Device, true)]
    public void Every_signal_in_every_phase(string table, bool isDevice)
    {
        foreach (var row in table.Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
        {
            var phase = Enum.Parse<YmodemPhase>(row[0]);
            foreach (var signal in Enum.GetValues<YmodemSignal>())
            {
                var (state, action) = new YmodemState(phase).Next(signal, hasMore: true, isDevice ? YmodemDialect.DeviceOs : YmodemDialect.Standard);
                Assert.Equal($"{phase} {signal} {row[(int)signal + 1]}", $"{phase} {signal} {state.Phase}/{action}");
            }
        }
    }

    [Fact]
    public void After_the_last_packet_the_end_of_the_file_follows()
    {
        Assert.Equal(YmodemAction.SendEndOfFile, new YmodemState(YmodemPhase.Data).Next(YmodemSignal.Ack, hasMore: false, YmodemDialect.Standard).Action);
        Assert.Equal(YmodemAction.SendEndOfFile, new YmodemState(YmodemPhase.DataRequest).Next(YmodemSignal.Request, hasMore: false, YmodemDialect.Standard).Action);
    }

    [Fact]
    public void NAK_to_a_repeated_packet_means_to_a_device_that_it_has_it()
    {
        var (repeated, _) = new YmodemState(YmodemPhase.Data).Next(YmodemSignal.Request, hasMore: true, YmodemDialect.DeviceOs);
        Assert.Equal(YmodemAction.SendNext, repeated.Next(YmodemSignal.Nak, hasMore: true, YmodemDialect.DeviceOs).Action);
        var (next, _) = repeated.Next(YmodemSignal.Ack, hasMore: true, YmodemDialect.DeviceOs);
        Assert.Equal(YmodemAction.Wait, next.Next(YmodemSignal.Nak, hasMore: true, YmodemDialect.DeviceOs).Action);
    }

    [Fact]
    public void Nothing_is_sent_more_often_than_ten_times_again()
    {
        foreach (var signal in new[] { YmodemSignal.Nak, YmodemSignal.Silence })
        {
            var state = new YmodemState(YmodemPhase.Data);
            for (var i = 0; i < YmodemState.MostTries; i++) (state, _) = state.Next(signal, hasMore: true, YmodemDialect.Standard);
            Assert.Equal(YmodemPhase.Over, state.Next(signal, hasMore: true, YmodemDialect.Standard).State.Phase);
        }
    }
}

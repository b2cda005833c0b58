using Pogoline.Lab.Probes;
using Pogoline.Links.Swd.Targets;

namespace Pogoline.Tests.Swd;

public class FlashProgrammerTests
{
    public static TheoryData<string, ProbeKind, bool> Ways
    {
        get
        {
            var data = new TheoryData<string, ProbeKind, bool>();
            foreach (var kind in new[] { ProbeKind.CmsisDapV1, ProbeKind.CmsisDapV2 })
            {
                foreach (var board in new[] { "boron", "photon" })
                {
                    data.Add(board, kind, true);
                    data.Add(board, kind, false);
                }
            }
            return data;
        }
    }

    [Theory, MemberData(nameof(Ways))]
    public async Task Writes_what_differs_checks_it_and_leaves_the_rest(string board, ProbeKind kind, bool useLoader)
    {
        await using var bench = new SwdBench(board, "2.2.0", kind);
        var before = bench.Flash.ToArray();
        await using var target = await bench.ConnectAsync();
        Assert.Equal(bench.Board.Hardware.DeviceId, target.DeviceId);
        var flash = target.Definition.Flash;
        var at = bench.Board.Hardware.Platform.Components.Single(c => c.Function == ModuleFunction.UserPart).Positions[0].Start;
        var data = new byte[20_001];
        new Random(1).NextBytes(data);
        var image = new FlashImage(flash);
        image.Put(at, data);
        // A unit that is right already.
        image.Put(at + 0x20000, before.AsSpan((int)(at + 0x20000 - flash.Start), 100));

        await using (var programmer = await FlashProgrammer.StartAsync(target, new() { UseLoader = useLoader }, CancellationToken.None))
        {
            Assert.Equal(useLoader, programmer.UsesLoader);
            await programmer.KeepGapsAsync(image, CancellationToken.None);
            var different = await programmer.CompareAsync(image.Units, CancellationToken.None);
            Assert.Equal(flash.EraseUnits(AddressRange.Of(at, (uint)data.Length)), different.Select(u => u.Range));
            await programmer.WriteAsync(different, areBlank: false, CancellationToken.None);
            await programmer.VerifyAsync(image.Units, CancellationToken.None);
        }

        data.CopyTo(before.AsSpan((int)(at - flash.Start)));
        Assert.Equal(before, bench.Flash.ToArray());
    }
}

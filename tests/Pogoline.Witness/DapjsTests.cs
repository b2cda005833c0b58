using Pogoline.Lab.Probes;
using Pogoline.Tests;

namespace Pogoline.Witness;

/// <summary>dapjs, a CMSIS-DAP client of Arm's, sends what OpenOCD never does: block transfers, and its own order of everything else.</summary>
public sealed class DapjsTests
{
    // Its argument: the class of the probe's interface, HID or vendor-specific.
    const string Script = """
        const { getDeviceList } = require('usb');
        const DAPjs = require('dapjs');
        (async () => {
          const device = getDeviceList().find(d => d.deviceDescriptor.idVendor === 0x0D28);
          const core = new DAPjs.CortexM(new DAPjs.USB(device, +process.argv[2]), 1, 1000000);
          await core.connect();
          const say = (name, value) => console.log(name + ' ' + value);
          say('port', (await core.readDP(0)).toString(16));
          say('core', (await core.readMem32(0xE000ED00)).toString(16));
          await core.halt();
          say('halted', await core.isHalted());
          const words = Uint32Array.from({ length: 900 }, (_, i) => i * 0x9E3779B1 >>> 0);
          await core.writeBlock(0x20000004, words);
          const back = await core.readBlock(0x20000004, words.length);
          say('block', words.every((word, i) => word === back[i]));
          // movs r0,#0; movs r1,#10; loop: adds r0,r0,r1; subs r1,#1; bne loop; bkpt
          await core.writeBlock(0x20008000, Uint32Array.from([0x210A2000, 0x39011840, 0xBE00D1FC]));
          await core.writeCoreRegister(15, 0x20008000);
          await core.writeCoreRegister(16, 0x01000000);
          await core.resume(false);
          say('halted', await core.isHalted());
          say('sum', await core.readCoreRegister(0));
          await core.disconnect();
        })().catch(error => { console.error(error); process.exit(1); });
        """;

    [WitnessTheory(Need.Mock)]
    [InlineData("boron", ProbeKind.CmsisDapV2, "410fc241"), InlineData("photon", ProbeKind.CmsisDapV2, "412fc230"), InlineData("boron", ProbeKind.CmsisDapV1, "410fc241")]
    public async Task Moves_blocks_and_runs_a_program(string board, ProbeKind probe, string core)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, probe, null, $"{board}@2.2.0");
        var modules = string.Join(':', new[] { "dapjs@2.3.0", "usb@2.14.0" }.Select(package => Path.Combine(NpmCache.Install(package), "node_modules")));
        var script = lab.Put("client.js", System.Text.Encoding.UTF8.GetBytes(Script));
        var output = (await Runner.MockAsync(lab, "1-2", "env", $"NODE_PATH={modules}", "node", script, probe == ProbeKind.CmsisDapV1 ? "3" : "255")).Require();
        Assert.Equal(["port 2ba01477", $"core {core}", "halted true", "block true", "halted true", "sum 55"], output.Trim().Split('\n'));
    }
}

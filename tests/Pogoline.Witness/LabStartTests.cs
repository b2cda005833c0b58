using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Pogoline.Tests;

namespace Pogoline.Witness;

/// <summary>The command <c>pogoline lab start</c> as a process.</summary>
public sealed class LabStartTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("pogoline-lab-");
    readonly int _port = FreePort();

    public void Dispose() => _state.Delete(recursive: true);

    [Fact]
    public async Task Names_each_board_says_ready_and_stops_cleanly_when_told_to()
    {
        using var lab = Start("photon", "boron", "--mode", "dfu", "--state", _state.FullName);
        Assert.Matches("^1-1 photon [0-9a-f]{24} dfu$", await LineAsync(lab));
        Assert.Matches("^1-2 boron e00fce68[0-9a-f]{16} dfu$", await LineAsync(lab));
        Assert.Equal("ready", await LineAsync(lab));
        using (var refused = Start("argon"))
        {
            await refused.WaitForExitAsync().WaitAsync(Patience);
            Assert.Equal((int)ExitCode.Machine, refused.ExitCode);
            Assert.Contains("usbip-port", await refused.StandardError.ReadToEndAsync(), StringComparison.Ordinal);
        }
        using var kill = Process.Start("kill", ["-TERM", lab.Id.ToString(CultureInfo.InvariantCulture)]);
        await lab.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0, lab.ExitCode);
        Assert.Equal(2, Directory.GetDirectories(_state.FullName).Length);
    }

    [Fact]
    public async Task A_lab_that_was_killed_goes_on_where_it_was()
    {
        string id;
        using (var lab = Start("boron", "--json", "--state", _state.FullName))
        {
            using var line = JsonDocument.Parse(await LineAsync(lab));
            id = line.RootElement.GetProperty("deviceId").GetString()!;
            Assert.Equal("1-1", line.RootElement.GetProperty("busId").GetString());
            Assert.Equal("ready", await LineAsync(lab));
            lab.Kill();
            await lab.WaitForExitAsync().WaitAsync(Patience);
        }
        var internalFlash = Path.Combine(_state.FullName, id, "internal.bin");
        var cells = File.ReadAllBytes(internalFlash);
        cells[0xE0000] = 0x42;
        File.WriteAllBytes(internalFlash, cells);
        using var again = Start("boron", "--offline", "--state", _state.FullName);
        Assert.StartsWith($"1-1 boron {id}", await LineAsync(again), StringComparison.Ordinal);
        Assert.Equal("ready", await LineAsync(again));
        again.Kill();
        await again.WaitForExitAsync().WaitAsync(Patience);
        Assert.Equal(0x42, File.ReadAllBytes(internalFlash)[0xE0000]);
    }

    Process Start(params string[] arguments)
    {
        var start = PogolineProgram.Start([
            "lab", "start", "--port", _port.ToString(CultureInfo.InvariantCulture),
            "--source", Path.Combine(Firmware.Package("2.16.0"), "assets", "updates"), .. arguments,
        ]);
        return Process.Start(start)!;
    }

    static async Task<string> LineAsync(Process lab) =>
        await lab.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException(await lab.StandardError.ReadToEndAsync());

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

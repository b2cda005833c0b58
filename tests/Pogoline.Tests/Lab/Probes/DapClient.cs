using System.Buffers.Binary;
using Pogoline.Lab.Board;
using Pogoline.Lab.Probes;
using Pogoline.Links;
using Pogoline.Platforms;

namespace Pogoline.Tests.Lab.Probes;

/// <summary>The test's own words of CMSIS-DAP, over the pipe of a virtual probe.</summary>
sealed class DapClient : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    readonly IPacketPipe _pipe;

    DapClient(VirtualProbe probe) => (Probe, _pipe) = (probe, probe.Open());

    public VirtualProbe Probe { get; }

    /// <summary>A client of a probe at a board, which is connected by SWD and powered up when wanted.</summary>
    public static async Task<DapClient> ConnectAsync(VirtualProbe probe)
    {
        var client = new DapClient(probe);
        await client.CommandAsync(0x02, 1);
        await client.SwitchAsync();
        Assert.Equal(0x2BA01477u, await client.ReadDpAsync(0));
        await client.WriteDpAsync(0, 0x1E);
        await client.WriteDpAsync(4, 0x50000000);
        return client;
    }

    public static DapClient Open(VirtualProbe probe) => new(probe);

    /// <summary>A board that was never programmed, with its probe.</summary>
    public static VirtualProbe Blank(string board, ProbeKind kind = ProbeKind.CmsisDapV2, LabClock? clock = null, Pogoline.Lab.Swd.SwdTargetOptions? options = null)
    {
        var platform = PlatformCatalog.Require(board);
        clock ??= LabClock.Immediate();
        var hardware = new Pogoline.Lab.Boot.BoardHardware(platform, BoardFactory.DeviceIdOf(platform, 1), new(platform));
        var made = new VirtualBoard(hardware, clock);
        made.PowerOn();
        return new(kind, new(made, clock, options), clock);
    }

    public async Task<byte[]> CommandAsync(params byte[] command)
    {
        Assert.True((await _pipe.WriteAsync(command, Patience, CancellationToken.None)).IsCompleted);
        return await AnswerAsync();
    }

    public async Task<byte[]> AnswerAsync()
    {
        var buffer = new byte[_pipe.PacketSize];
        var result = await _pipe.ReadAsync(buffer, Patience, CancellationToken.None);
        Assert.Equal(TransferStatus.Completed, result.Status);
        return buffer[..result.Count];
    }

    public Task<TransferResult> SendAsync(params byte[] command) => SendAsync(Patience, command);

    public async Task<TransferResult> SendAsync(TimeSpan patience, params byte[] command) => await _pipe.WriteAsync(command, patience, CancellationToken.None);

    public async Task<TransferResult> TryReadAsync(TimeSpan patience) => await _pipe.ReadAsync(new byte[64], patience, CancellationToken.None);

    /// <summary>Line reset, JTAG to SWD, line reset.</summary>
    public Task SwitchAsync() => CommandAsync([0x12, 136, .. Enumerable.Repeat((byte)0xFF, 7), 0x9E, 0xE7, .. Enumerable.Repeat((byte)0xFF, 7), 0]);

    public Task ResetLineAsync() => CommandAsync([0x12, 64, .. Enumerable.Repeat((byte)0xFF, 7), 0]);

    /// <summary>One transfer: how it was acknowledged, and what was read.</summary>
    public async Task<(byte Ack, uint Value)> TransferAsync(int request, uint? value = null)
    {
        byte[] data = new byte[value is null ? 0 : 4];
        if (value is { } word) BinaryPrimitives.WriteUInt32LittleEndian(data, word);
        var answer = await CommandAsync([0x05, 0, 1, (byte)request, .. data]);
        return (answer[2], answer.Length >= 7 ? BinaryPrimitives.ReadUInt32LittleEndian(answer.AsSpan(3)) : 0);
    }

    public async Task<uint> ReadDpAsync(int address) => Require(await TransferAsync(2 | address));

    public async Task WriteDpAsync(int address, uint value) => Require(await TransferAsync(address, value));

    public async Task<uint> ReadApAsync(int port, int address)
    {
        await WriteDpAsync(8, (uint)port << 24 | (uint)address & 0xF0);
        return Require(await TransferAsync(3 | address & 0xC));
    }

    public async Task WriteApAsync(int port, int address, uint value)
    {
        await WriteDpAsync(8, (uint)port << 24 | (uint)address & 0xF0);
        Require(await TransferAsync(1 | address & 0xC, value));
    }

    public async Task<uint> ReadAsync(uint address, int size = 4)
    {
        await AimAsync(address, size);
        return Require(await TransferAsync(0xF));
    }

    public async Task WriteAsync(uint address, uint value, int size = 4)
    {
        await AimAsync(address, size);
        Require(await TransferAsync(0xD, value));
    }

    /// <summary>A write that may end in a bus error: whether it went well. The error is cleared.</summary>
    public async Task<bool> TryWriteAsync(uint address, uint value, int size = 4)
    {
        await AimAsync(address, size);
        var (ack, _) = await TransferAsync(0xD, value);
        return await SettleAsync(ack);
    }

    /// <summary>A write after which the target may be gone.</summary>
    public async Task TryWriteUncheckedAsync(uint address, uint value)
    {
        await AimAsync(address, 4);
        await TransferAsync(0xD, value);
    }

    public async Task<bool> TryReadAsync(uint address)
    {
        await AimAsync(address, 4);
        return await SettleAsync((await TransferAsync(0xF)).Ack);
    }

    async Task AimAsync(uint address, int size)
    {
        await WriteApAsync(0, 0, 0xA2000010 | (uint)(size >> 1));
        await WriteApAsync(0, 4, address);
    }

    async Task<bool> SettleAsync(byte ack)
    {
        if (ack == 1) return true;
        Assert.Equal(4, ack);
        Assert.Equal(0x20u, await ReadDpAsync(4) & 0x20);
        await WriteDpAsync(0, 0x1E);
        return false;
    }

    static uint Require((byte Ack, uint Value) transfer)
    {
        Assert.Equal(1, transfer.Ack);
        return transfer.Value;
    }

    public ValueTask DisposeAsync() => _pipe.DisposeAsync();
}

using Pogoline.Lab.Probes;
using Pogoline.Tests.Lab.Probes;

namespace Pogoline.Tests.Lab.Swd;

/// <summary>The core under debug: halting, registers, programs in RAM, faults, resets.</summary>
public sealed class CoreTests
{
    const uint Halting = 0xE000EDF0, Selector = 0xE000EDF4, Data = 0xE000EDF8, Exceptions = 0xE000EDFC, Reasons = 0xE000ED30, Reset = 0xE000ED0C;
    const uint Halted = 1 << 17, LockedUp = 1 << 19, WasReset = 1 << 25;

    [Theory]
    [InlineData("boron"), InlineData("photon")]
    public async Task Runs_a_program_in_RAM_up_to_its_breakpoint(string board)
    {
        await using var dap = await HaltedAsync(board);
        // movs r0,#0; movs r1,#10; loop: adds r0,r0,r1; subs r1,#1; bne loop; bkpt
        await LoadAsync(dap, 0x2000, 0x210A, 0x1840, 0x3901, 0xD1FC, 0xBE00);
        await RunAsync(dap);
        Assert.Equal(Halted, await dap.ReadAsync(Halting) & Halted);
        Assert.Equal(2u, await dap.ReadAsync(Reasons) & 2);
        Assert.Equal(55u, await ReadRegisterAsync(dap, 0));
        Assert.Equal(0x2000000Au, await ReadRegisterAsync(dap, 15));
    }

    [Fact]
    public async Task Steps_one_instruction()
    {
        await using var dap = await HaltedAsync("boron");
        await LoadAsync(dap, 0x2007, 0x3001, 0xE7FE);
        await WriteRegisterAsync(dap, 15, 0x20000000);
        await dap.WriteAsync(Halting, 0xA05F000D);
        Assert.Equal(7u, await ReadRegisterAsync(dap, 0));
        Assert.Equal(0x20000002u, await ReadRegisterAsync(dap, 15));
        await dap.WriteAsync(Halting, 0xA05F000D);
        Assert.Equal(8u, await ReadRegisterAsync(dap, 0));
    }

    [Fact]
    public async Task Can_be_halted_in_an_endless_loop()
    {
        await using var dap = await HaltedAsync("boron");
        await LoadAsync(dap, 0x3001, 0xE7FD); // adds r0,#1; b back
        await RunAsync(dap);
        Assert.Equal(0u, await dap.ReadAsync(Halting) & Halted);
        await dap.WriteAsync(Halting, 0xA05F0003);
        Assert.Equal(Halted, await dap.ReadAsync(Halting) & Halted);
        Assert.NotEqual(0u, await ReadRegisterAsync(dap, 0));
    }

    [Fact]
    public async Task Goes_on_when_the_word_that_it_polls_is_written()
    {
        await using var dap = await HaltedAsync("boron");
        await LoadAsync(dap, 0x6808, 0x2800, 0xD0FC, 0xBE00); // loop: ldr r0,[r1]; cmp r0,#0; beq loop; bkpt
        await WriteRegisterAsync(dap, 1, 0x20001000);
        await dap.WriteAsync(0x20001000, 0);
        await RunAsync(dap);
        Assert.Equal(0u, await dap.ReadAsync(Halting) & Halted);
        await dap.WriteAsync(0x20001000, 42);
        Assert.Equal(Halted, await dap.ReadAsync(Halting) & Halted);
        Assert.Equal(42u, await ReadRegisterAsync(dap, 0));
    }

    [Theory]
    [InlineData(0x6808, 1u << 9), InlineData(0xDE00, 1u << 16)] // ldr r0,[r1] with r1 nowhere; udf
    public async Task A_fault_locks_up_or_is_caught(int code, uint fault)
    {
        await using var dap = await HaltedAsync("boron");
        await LoadAsync(dap, (ushort)code, 0xBE00);
        await WriteRegisterAsync(dap, 1, 0x60000000);
        await RunAsync(dap);
        Assert.Equal(LockedUp, await dap.ReadAsync(Halting) & LockedUp);
        Assert.Equal(fault, await dap.ReadAsync(0xE000ED28));

        await dap.WriteAsync(Halting, 0xA05F0003);
        await dap.WriteAsync(Exceptions, 0x01000400);
        await dap.WriteAsync(Reasons, 0x1F);
        await RunAsync(dap);
        Assert.Equal(Halted, await dap.ReadAsync(Halting) & (Halted | LockedUp));
        Assert.Equal(8u, await dap.ReadAsync(Reasons));
        Assert.Equal(0x20000000u, await ReadRegisterAsync(dap, 15));
    }

    [Fact]
    public async Task Keeps_its_registers()
    {
        await using var dap = await HaltedAsync("boron");
        foreach (var number in new uint[] { 0, 7, 12, 14, 17, 18, 0x21, 0x40, 0x5F })
        {
            await WriteRegisterAsync(dap, number, 0x12340000 + number * 4);
            Assert.Equal(0x12340000 + number * 4, await ReadRegisterAsync(dap, number));
        }
        await WriteRegisterAsync(dap, 16, 0xF1000000);
        Assert.Equal(0xF1000000u, await ReadRegisterAsync(dap, 16));
        await WriteRegisterAsync(dap, 20, 0x02000001);
        Assert.Equal(await ReadRegisterAsync(dap, 18), await ReadRegisterAsync(dap, 13));
    }

    [Theory]
    [InlineData("boron", DeviceMode.Dfu), InlineData("photon", DeviceMode.Dfu), InlineData("boron", DeviceMode.Listening)]
    public async Task Halting_stops_the_firmware_and_going_on_lets_it_go_on(string board, DeviceMode mode)
    {
        await using var dap = await OnBoardAsync(board, mode);
        var made = dap.Probe.Target.Board;
        await dap.WriteAsync(Halting, 0xA05F0003);
        Assert.Equal(Halted, await dap.ReadAsync(Halting) & Halted);
        var setup = new Pogoline.Links.SetupPacket(0x80, 6, 0x0100, 0, 18);
        Assert.Equal(Pogoline.Links.TransferStatus.TimedOut, made.Transfer(made.Enumeration, setup, default, new byte[18]).Result.Status);
        await dap.WriteAsync(Halting, 0xA05F0000);
        Assert.Equal(mode, made.Mode);
        Assert.True(made.Transfer(made.Enumeration, setup, default, new byte[18]).Result.IsCompleted);
    }

    [Theory]
    [InlineData("boron"), InlineData("photon")]
    public async Task A_reset_can_be_caught_before_the_first_instruction_and_starts_the_firmware_otherwise(string board)
    {
        await using var dap = await OnBoardAsync(board, DeviceMode.Dfu);
        var made = dap.Probe.Target.Board;
        await dap.WriteAsync(Halting, 0xA05F0001);
        await dap.WriteAsync(Exceptions, 0x01000001);
        await dap.ReadAsync(Halting);
        await dap.WriteAsync(Reset, 0x05FA0004);
        Assert.Equal(Halted | WasReset, await dap.ReadAsync(Halting) & (Halted | WasReset));
        Assert.Equal(0u, await dap.ReadAsync(Halting) & WasReset);
        Assert.Equal(DeviceMode.Absent, made.Mode);
        Assert.Equal(await dap.ReadAsync(made.Hardware.Platform.Generation == 2 ? 0x08000004u : 4) & ~1u, await ReadRegisterAsync(dap, 15));
        await dap.WriteAsync(Exceptions, 0);
        // On Gen 2 the system that starts takes the pins away before the probe can ask whether the write went well.
        await dap.TryWriteUncheckedAsync(Halting, 0xA05F0001);
        Assert.Equal(DeviceMode.Listening, made.Mode);
    }

    [Fact]
    public async Task A_blank_chip_hangs_and_can_be_halted()
    {
        await using var dap = await DapClient.ConnectAsync(DapClient.Blank("boron"));
        Assert.Equal(LockedUp, await dap.ReadAsync(Halting) & LockedUp);
        await dap.WriteAsync(Halting, 0xA05F0003);
        Assert.Equal(Halted, await dap.ReadAsync(Halting) & (Halted | LockedUp));
    }

    [Fact]
    public async Task Gen_2_gives_its_pins_to_the_application_so_that_only_a_held_reset_helps()
    {
        var board = Boards.Make("photon", "2.2.0");
        Assert.Equal(DeviceMode.Listening, board.Mode);
        var probe = new VirtualProbe(ProbeKind.CmsisDapV2, new(board, Pogoline.Lab.Board.LabClock.Immediate()), Pogoline.Lab.Board.LabClock.Immediate());
        await using var dap = DapClient.Open(probe);
        await dap.CommandAsync(2, 1);
        await dap.SwitchAsync();
        Assert.Equal(7, (await dap.TransferAsync(2)).Ack);

        await dap.CommandAsync(0x10, 0, 0x80, 0, 0, 0, 0);
        await dap.SwitchAsync();
        await dap.ReadDpAsync(0);
        await dap.WriteDpAsync(4, 0x50000000);
        Assert.False(await dap.TryReadAsync(0x08000000));
        await dap.WriteAsync(Halting, 0xA05F0001);
        await dap.WriteAsync(Exceptions, 0x01000001);
        await dap.CommandAsync(0x10, 0x80, 0x80, 0, 0, 0, 0);
        Assert.Equal(Halted, await dap.ReadAsync(Halting) & Halted);
        Assert.True(await dap.TryReadAsync(0x08000000));
    }

    static async Task<DapClient> OnBoardAsync(string name, DeviceMode mode)
    {
        var board = Boards.Make(name, "2.2.0");
        if (mode == DeviceMode.Dfu) board.RequestDfu();
        Assert.Equal(mode, board.Mode);
        var clock = Pogoline.Lab.Board.LabClock.Immediate();
        return await DapClient.ConnectAsync(new(ProbeKind.CmsisDapV2, new(board, clock), clock));
    }

    static async Task<DapClient> HaltedAsync(string board)
    {
        var dap = await DapClient.ConnectAsync(DapClient.Blank(board));
        await dap.WriteAsync(Halting, 0xA05F0003);
        await dap.WriteAsync(Reasons, 0x1F);
        return dap;
    }

    static async Task LoadAsync(DapClient dap, params ushort[] code)
    {
        for (uint i = 0; i < code.Length; i++) await dap.WriteAsync(0x20000000 + i * 2, i % 2 == 0 ? code[i] : (uint)code[i] << 16, 2);
    }

    static async Task RunAsync(DapClient dap)
    {
        await WriteRegisterAsync(dap, 16, 0x01000000);
        await WriteRegisterAsync(dap, 15, 0x20000000);
        await dap.WriteAsync(Halting, 0xA05F0009);
    }

    static async Task<uint> ReadRegisterAsync(DapClient dap, uint number)
    {
        await dap.WriteAsync(Selector, number);
        return await dap.ReadAsync(Data);
    }

    static async Task WriteRegisterAsync(DapClient dap, uint number, uint value)
    {
        await dap.WriteAsync(Data, value);
        await dap.WriteAsync(Selector, 0x10000 | number);
    }
}

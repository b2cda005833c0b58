using Pogoline.Lab.Probes;

namespace Pogoline.Witness;

/// <summary>OpenOCD's own drivers program and verify the virtual targets through every virtual probe.</summary>
public sealed class OpenOcdTests
{
    const int Gen3User = 0xD4000, Gen2Sector3 = 0xC000;

    [WitnessTheory(Need.Mock | Need.OpenOcd | Need.HidApiLibUsb)]
    [InlineData("boron", ProbeKind.CmsisDapV1), InlineData("boron", ProbeKind.CmsisDapV2), InlineData("boron", ProbeKind.JLink)]
    [InlineData("boron", ProbeKind.StLinkV2), InlineData("boron", ProbeKind.StLinkV21)]
    [InlineData("photon", ProbeKind.CmsisDapV1), InlineData("photon", ProbeKind.CmsisDapV2), InlineData("photon", ProbeKind.JLink)]
    [InlineData("photon", ProbeKind.StLinkV2), InlineData("photon", ProbeKind.StLinkV21)]
    public async Task Programs_and_verifies_with_a_loader_in_RAM(string board, ProbeKind probe)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, probe, null, $"{board}@2.2.0");
        var (address, offset) = Place(board);
        var data = Random(9001);
        var file = lab.Put("image.bin", data);

        var output = (await OpenOcd.RunAsync(lab, $"init; reset halt; flash write_image erase {file} {address}; verify_image {file} {address}; reset")).Require();

        Assert.DoesNotContain("falling back", output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Error", output, StringComparison.Ordinal);
        Assert.Equal(data, File.ReadAllBytes(lab.FileOf("internal.bin")).AsSpan(offset, data.Length).ToArray());
    }

    [WitnessTheory(Need.Mock | Need.OpenOcd)]
    [InlineData("boron", ProbeKind.CmsisDapV2), InlineData("boron", ProbeKind.JLink), InlineData("photon", ProbeKind.JLink), InlineData("photon", ProbeKind.StLinkV2)]
    public async Task Programs_and_verifies_without_a_loader(string board, ProbeKind probe)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, probe, null, $"{board}@2.2.0");
        var (_, offset) = Place(board);
        var data = Random(600);
        var file = lab.Put("image.bin", data);
        var sector = board == "boron" ? offset / 4096 : 3;

        var output = (await OpenOcd.RunAsync(lab,
            $"init; reset halt; flash erase_sector 0 {sector} {sector}; flash write_bank 0 {file} {offset}; echo [flash verify_bank 0 {file} {offset}]",
            before: "set WORKAREASIZE 0")).Require();

        Assert.Contains("contents match", output, StringComparison.Ordinal);
        Assert.Equal(data, File.ReadAllBytes(lab.FileOf("internal.bin")).AsSpan(offset, data.Length).ToArray());
    }

    [WitnessFact(Need.Mock | Need.OpenOcd)]
    public async Task Programs_through_the_registers_of_an_ST_LINK()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, ProbeKind.StLinkV21, null, "boron@2.2.0");
        var file = lab.Put("image.bin", Random(5000));
        var output = (await OpenOcd.RunAsync(
            lab, $"init; reset halt; flash write_image erase {file} {Gen3User}; verify_image {file} {Gen3User}", directly: true)).Require();
        Assert.DoesNotContain("Error", output, StringComparison.Ordinal);
    }

    [WitnessTheory(Need.Mock | Need.OpenOcd)]
    [InlineData("boron", "Cortex-M4 SCS"), InlineData("photon", "Cortex-M3 SCS")]
    public async Task Reads_the_ROM_table(string board, string core)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, ProbeKind.JLink, null, $"{board}@2.2.0");
        var output = (await OpenOcd.RunAsync(lab, "init; echo [dap info]")).Require();
        foreach (var part in new[] { core, "DWT", "FPB", "ITM", "TPIU", "ETM", "Valid ROM table present" })
            Assert.Contains(part, output, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(board == "boron" ? "Nordic" : "STMicro", output, StringComparison.OrdinalIgnoreCase);
    }

    [WitnessTheory(Need.Mock | Need.OpenOcd)]
    [InlineData("boron"), InlineData("photon")]
    public async Task Debugs_a_program_in_RAM(string board)
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, ProbeKind.JLink, null, $"{board}@2.2.0");
        // movs r0,#0; movs r1,#10; loop: adds r0,r0,r1; subs r1,#1; bne loop; udf; b .
        var file = lab.Put("program.bin", [0x00, 0x20, 0x0A, 0x21, 0x40, 0x18, 0x01, 0x39, 0xFC, 0xD1, 0x00, 0xDE, 0xFE, 0xE7]);
        var output = (await OpenOcd.RunAsync(lab, $$"""
            init; reset halt; load_image {{file}} 0x20001000; reg xpsr 0x01000000; reg pc 0x20001000; step; step; step; echo [reg r0]
            bp 0x2000100a 2; resume; wait_halt; echo [reg r0]; echo [reg pc]; rbp 0x2000100a
            cortex_m vector_catch hard_err; resume; wait_halt; echo [reg pc]
            """)).Require();
        Assert.Contains("r0 (/32): 0x0000000a", output, StringComparison.Ordinal);
        Assert.Contains("r0 (/32): 0x00000037", output, StringComparison.Ordinal);
        Assert.Contains("pc (/32): 0x2000100a", output, StringComparison.Ordinal);
        Assert.Contains("breakpoint", output, StringComparison.Ordinal);
    }

    [WitnessFact(Need.Mock | Need.OpenOcd)]
    public async Task Finds_a_locked_nRF52840_and_recovers_it()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, ProbeKind.CmsisDapV2, null, "boron@2.2.0");
        Lock(lab);
        var output = (await OpenOcd.RunAsync(lab, "init; nrf52_recover; targets; halt; flash erase_check 0")).Output;
        Assert.Contains("Could not find MEM-AP to control the core", output, StringComparison.Ordinal);
        Assert.Contains("nRF52 device has AP lock engaged", output, StringComparison.Ordinal);
        Assert.Contains("device has been successfully erased and unlocked", output, StringComparison.Ordinal);
        Assert.All(File.ReadAllBytes(lab.FileOf("internal.bin")), b => Assert.Equal(0xFF, b));
        Assert.All(File.ReadAllBytes(lab.FileOf("uicr.bin")), b => Assert.Equal(0xFF, b));
    }

    [WitnessFact(Need.Mock | Need.OpenOcd)]
    public async Task Does_not_get_to_a_locked_nRF52840_through_an_ST_LINK()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, ProbeKind.StLinkV2, null, "boron@2.2.0");
        Lock(lab);
        var result = await OpenOcd.RunAsync(lab, "init");
        Assert.NotEqual(0, result.Exit);
        Assert.Contains("init mode failed (unable to connect to the target)", result.Output, StringComparison.Ordinal);
    }

    [WitnessFact(Need.Mock | Need.OpenOcd)]
    public async Task Unlocks_a_read_protected_STM32F205_which_loses_its_flash()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Dfu, ProbeKind.JLink, null, "photon@2.2.0");
        lab.Probes[0].Target.LoadOptionBytes(0x0FFF55EC);
        (await OpenOcd.RunAsync(lab, "init; reset halt; stm32f2x unlock 0; reset halt; flash info 0")).Require();
        Assert.All(File.ReadAllBytes(lab.FileOf("internal.bin")), b => Assert.Equal(0xFF, b));
    }

    [WitnessFact(Need.Mock | Need.OpenOcd)]
    public async Task Connects_to_a_running_Gen_2_application_only_under_reset()
    {
        await using var lab = await RunningLab.StartAsync(DeviceMode.Normal, ProbeKind.CmsisDapV2, null, "photon@2.2.0");
        var failed = await OpenOcd.RunAsync(lab, "init; halt");
        Assert.NotEqual(0, failed.Exit);
        var output = (await OpenOcd.RunAsync(lab, "reset_config srst_only srst_nogate connect_assert_srst; init; reset halt; mdw 0x08000000; reset")).Require();
        Assert.Contains("halted due to debug-request", output, StringComparison.Ordinal);
        Assert.Equal(DeviceMode.Normal, lab.Boards[0].Mode);
    }

    static (string Address, int Offset) Place(string board) =>
        board == "boron" ? ($"0x{Gen3User:x}", Gen3User) : ($"0x{0x08000000 + Gen2Sector3:x}", Gen2Sector3);

    static void Lock(RunningLab lab)
    {
        lab.Boards[0].Hardware.ProgramUicr(0x208, 0xFFFFFF00);
        lab.Probes[0].Target.BrownOut();
    }

    static byte[] Random(int length)
    {
        var data = new byte[length];
        new Random(length).NextBytes(data);
        return data;
    }
}

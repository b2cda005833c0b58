using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

public class ModuleReaderTests
{
    static readonly byte[] Bootloader = Firmware.Read("2.16.0", "photon-bootloader@2.2.0+lto.bin");
    static readonly byte[] SystemPart = Firmware.Read("2.16.0", "boron-system-part1@2.2.0.bin");

    [Fact]
    public void An_empty_file_is_said_to_be_empty() => Assert.Equal(ModuleFaults.Empty, ModuleReader.Read(default).FirstError!.Code);

    [Theory]
    [InlineData(499159)]
    [InlineData(300000)]
    [InlineData(600)]
    public void A_truncated_file_is_named_with_what_is_left_of_it(int length)
    {
        var result = ModuleReader.Read(SystemPart.AsMemory(0, length));
        var module = Assert.Single(result.Modules);
        Assert.True(module.IsTruncated);
        Assert.False(module.CrcOk);
        Assert.Equal(new(ModuleFunction.SystemPart, 1), module.Id);
        Assert.Equal(ModuleFaults.Truncated, result.FirstError!.Code);
        Assert.Equal($"The header at 0x200 says 499160 bytes, the file has {length}.", result.FirstError.Message);
    }

    [Fact]
    public void Any_flipped_bit_of_the_body_shows_in_the_CRC()
    {
        for (var at = 0x300; at < SystemPart.Length; at += 50_021)
        {
            var file = SystemPart.ToArray();
            file[at] ^= 0x10;
            var module = Assert.Single(ModuleReader.Read(file).Modules);
            Assert.False(module.CrcOk);
            Assert.Equal(HashRule.None, module.HashRule);
            Assert.Contains(module.Problems, problem => problem.Code == ModuleFaults.Crc && problem.Message.Contains("58d70065", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_factory_bootloader_padded_with_FF_is_the_same_module()
    {
        var padded = new byte[16384];
        Array.Fill(padded, (byte)0xFF);
        Bootloader.CopyTo(padded, 0);
        var result = ModuleReader.Read(padded);
        Assert.True(result.IsGood);
        Assert.Equal(ModuleFaults.Padded, Assert.Single(result.Problems).Code);
        Assert.Equal(Bootloader, Assert.Single(result.Modules).Image);
    }

    [Fact]
    public void Other_bytes_behind_a_module_are_worth_a_warning()
    {
        var result = ModuleReader.Read((byte[])[.. Bootloader, 1, 2, 3]);
        Assert.Equal((ModuleFaults.TrailingBytes, ProblemSeverity.Warning), (result.Problems[0].Code, result.Problems[0].Severity));
        Assert.Equal(Bootloader, Assert.Single(result.Modules).Image);
    }

    [Fact]
    public void Only_the_second_dependency_is_used_in_some_images()
    {
        var image = Build(header => header with { Dependency2 = new(new(ModuleFunction.Bootloader, 0), 101) });
        Assert.Equal([new(new(ModuleFunction.Bootloader, 0), 101)], ModuleReader.Require(image, "x").Dependencies);
    }

    [Theory]
    [InlineData(0x27000u)]
    [InlineData(0xD3F00u)]
    [InlineData(0xF4000u)]
    public void A_module_outside_the_place_of_its_part_must_not_be_written(uint start) =>
        Assert.Equal(ModuleFaults.Range, ModuleReader.Read(Build(header => header with { Start = new(start) })).FirstError!.Code);

    [Fact]
    public void An_index_that_the_platform_does_not_have_must_not_be_written() =>
        Assert.Equal(ModuleFaults.Function, ModuleReader.Read(Build(h => h with { Id = new(ModuleFunction.SystemPart, 2) })).FirstError!.Code);

    [Fact]
    public void What_is_only_unknown_is_a_warning()
    {
        Assert.Equal([ModuleFaults.PlatformUnknown], Warnings(h => h with { PlatformId = 999 }));
        Assert.Equal([ModuleFaults.Function], Warnings(h => h with { Id = new((ModuleFunction)77, 0) }));
        Assert.Equal([ModuleFaults.Flags], Warnings(h => h with { Flags = (ModuleFlags)0x40 }));

        static IEnumerable<FaultCode> Warnings(Func<ModuleHeader, ModuleHeader> change)
        {
            var result = ModuleReader.Read(Build(change));
            Assert.True(result.IsGood);
            return result.AllProblems.Select(problem => problem.Code);
        }
    }

    [Fact]
    public void Dropping_a_header_that_lies_behind_a_vector_table_is_refused()
    {
        var image = new ModuleBuilder
        {
            Header = new() { Start = new(0x30000), PlatformId = 13, Id = new(ModuleFunction.SystemPart, 1), Flags = ModuleFlags.DropModuleInfo },
            VectorTable = new byte[0x200],
            Payload = new byte[64],
        }.Build();
        Assert.Equal(ModuleFaults.Flags, ModuleReader.Read(image).FirstError!.Code);
    }

    [Fact]
    public void A_wrong_hash_under_a_right_CRC_is_a_warning()
    {
        var file = SystemPart.ToArray();
        file[^20] ^= 1;
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(^4), Crc32.Compute(file.AsSpan(..^4)));
        var result = ModuleReader.Read(file);
        Assert.True(result.IsGood);
        Assert.Equal(ModuleFaults.Hash, Assert.Single(result.AllProblems).Code);
    }

    [Fact]
    public void A_suffix_full_of_FF_is_an_error_and_the_rest_is_read_all_the_same()
    {
        var file = SystemPart.ToArray();
        file.AsSpan(^44..^4).Fill(0xFF);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(^4), Crc32.Compute(file.AsSpan(..^4)));
        var module = Assert.Single(ModuleReader.Read(file).Modules);
        Assert.Equal(ModuleFaults.Suffix, Assert.Single(module.Problems).Code);
        Assert.True(module.CrcOk);
        Assert.Null(module.Suffix);
    }

    [Fact]
    public void A_caller_that_needs_a_good_module_gets_code_facts_and_remedy()
    {
        var file = SystemPart.ToArray();
        file[0x1000] ^= 1;
        var fault = Assert.Throws<PogolineException>(() => ModuleReader.Require(file, "boron.bin"));
        Assert.Equal((ModuleFaults.Crc, ExitCode.BadInput), (fault.Code, fault.Code.Exit));
        Assert.StartsWith("boron.bin: The CRC-32 of the 499160 bytes is ", fault.Message, StringComparison.Ordinal);
        Assert.NotEmpty(fault.Remedy);
        var combined = CombinedModule.Join(ModuleReader.Require(SystemPart, "a"), ModuleReader.Require(Bootloader, "b"));
        Assert.Equal(ModuleFaults.Several, Assert.Throws<PogolineException>(() => ModuleReader.Require(combined, "two.bin")).Code);
        Assert.Equal(2, ModuleReader.RequireAll(combined, "two.bin").Count);
    }

    static byte[] Build(Func<ModuleHeader, ModuleHeader> change) => new ModuleBuilder
    {
        Header = change(new() { Start = new(0x30000), PlatformId = 13, Id = new(ModuleFunction.SystemPart, 1) }),
        Payload = new byte[1000],
    }.Build();
}

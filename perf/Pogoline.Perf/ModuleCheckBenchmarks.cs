using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using Pogoline.Modules;
using Pogoline.Tests;

namespace Pogoline.Perf;

/// <summary>What checking a module (header, CRC-32, SHA-256) costs on top of SHA-256 alone, and what it allocates.</summary>
[MemoryDiagnoser, InProcess]
public class ModuleCheckBenchmarks
{
    byte[] _file = [];

    [Params("photon-bootloader@2.2.0+lto.bin", "boron-softdevice@2.2.0.bin", "boron-system-part1@2.2.0.bin")]
    public string File { get; set; } = "";

    [GlobalSetup]
    public void Setup() => _file = Firmware.Read("2.16.0", File);

    [Benchmark(Baseline = true)]
    public byte Sha256Alone()
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(_file, digest);
        return digest[0];
    }

    [Benchmark]
    public uint Crc32Alone() => Crc32.Compute(_file);

    [Benchmark]
    public bool Check() => ModuleReader.Read(_file).IsGood;
}

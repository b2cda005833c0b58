using FsCheck;
using FsCheck.Fluent;
using Pogoline.Modules;

namespace Pogoline.Tests.Modules;

/// <summary>Modules as they may be, for properties.</summary>
static class ModuleGenerators
{
    static readonly Gen<byte> AnyByte = Gen.Choose(0, 255).Select(v => (byte)v);
    static readonly Gen<ushort> AnyWord = Gen.Choose(0, 0xFFFF).Select(v => (ushort)v);
    static readonly Gen<Sha256Digest> AnyDigest = Bytes(Sha256Digest.Size, Sha256Digest.Size).Select(bytes => new Sha256Digest(bytes));
    static readonly Gen<string> AnyName = Gen.Elements("", "a", "cat.jpg", "données-é.txt", "\u4f60\u597d", "with space", new string('x', 300));

    static readonly Gen<ModuleDependency> AnyDependency = Gen.OneOf(
        Gen.Constant(default(ModuleDependency)),
        from function in Gen.Choose(1, 12)
        from index in AnyByte
        from version in AnyWord
        select new ModuleDependency(new((ModuleFunction)function, index), version));

    public static Gen<ModuleHeader> Header { get; } =
        from start in Gen.Choose(0, 0x0FFF_0000)
        from length in Gen.Choose(1, 0x10_0000)
        from target in AnyByte
        from flags in AnyByte
        from version in AnyWord
        from platform in AnyWord
        from function in Gen.Choose(1, 255)
        from index in AnyByte
        from first in AnyDependency
        from second in AnyDependency
        select new ModuleHeader
        {
            Start = new((uint)start),
            End = new((uint)(start + length)),
            McuTarget = target,
            Flags = (ModuleFlags)flags,
            Version = version,
            PlatformId = platform,
            Id = new((ModuleFunction)function, index),
            Dependency1 = first,
            Dependency2 = second,
        };

    public static Gen<ModuleExtension> Extension { get; } = Gen.OneOf<ModuleExtension>(
        from a in AnyWord from b in AnyWord from c in AnyWord
        select (ModuleExtension)new ModuleExtension.DynamicLocation(new(a), new((uint)(b << 16)), new(c)),
        from dependency in AnyDependency from target in AnyWord select (ModuleExtension)new ModuleExtension.Dependency(dependency, target),
        from digest in AnyDigest select (ModuleExtension)new ModuleExtension.Hash(digest),
        from name in AnyName select (ModuleExtension)new ModuleExtension.Name(name),
        from digest in AnyDigest from name in AnyName select (ModuleExtension)new ModuleExtension.AssetDependency(digest, name),
        from isProtected in Gen.Elements(true, false) from certificate in Bytes(0, 40)
        select (ModuleExtension)new ModuleExtension.SecurityMode(isProtected, certificate),
        from kind in AnyByte select (ModuleExtension)new ModuleExtension.AssetType(kind),
        from type in Gen.Choose(0x15, 0xFFFE) from data in Bytes(0, 40) select (ModuleExtension)new ModuleExtension.Unknown((ushort)type, data));

    /// <summary>The parts of a module that is without blemish on its platform, so that reading finds it.</summary>
    public static Gen<ModuleBuilder> Builder { get; } =
        from offset in Gen.Elements(0, 0x200, 0x184, 0x10C, 0x20)
        from header in Header
        from prefix in Gen.ListOf(Extension)
        from suffix in Gen.ListOf(Extension)
        from payload in Bytes(0, 5000)
        from vectors in Bytes(offset, offset)
        from product in Gen.Elements<(ushort, ushort)?>(null, (0xFFFF, 0xFFFF), (12345, 7))
        from end in Gen.Elements<ModuleExtension>(new ModuleExtension.End(3), new ModuleExtension.ProductData(99, 3))
        from rule in Gen.Elements(HashRule.WholeFile, HashRule.Payload)
        select new ModuleBuilder
        {
            Header = header with
            {
                PlatformId = 13,
                Flags = ModuleFlags.None,
                Start = new(0x30000),
                Id = rule == HashRule.Payload ? new(ModuleFunction.RadioStack, 0) : new(ModuleFunction.SystemPart, 1),
                Dependency1 = Known(header.Dependency1),
                Dependency2 = Known(header.Dependency2),
            },
            VectorTable = vectors,
            PrefixExtensions = [.. prefix.Take(6)],
            SuffixExtensions = product is null ? [] : [.. suffix.Take(6), end],
            Payload = payload,
            Product = product,
            HashRule = rule,
        };

    public static Gen<byte[]> Bytes(int least, int most) =>
        from length in Gen.Choose(least, most)
        from seed in Gen.Choose(0, int.MaxValue)
        select Random(length, seed);

    static ModuleDependency Known(ModuleDependency dependency) => Enum.IsDefined(dependency.Module.Function) ? dependency : default;

    static byte[] Random(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}

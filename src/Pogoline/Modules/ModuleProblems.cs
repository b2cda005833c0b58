using Pogoline.Platforms;

namespace Pogoline.Modules;

/// <summary>The problems of modules in words.</summary>
static class ModuleProblems
{
    const string FetchAgain = "Fetch the file again from its source.";
    const string CheckSource = "Check that the file is the firmware you mean.";

    public static ModuleProblem Empty() => Error(ModuleFaults.Empty, "The file is empty.", FetchAgain);

    public static ModuleProblem NoHeader(int length) =>
        Error(ModuleFaults.NoHeader, $"No module header was found in the {length} bytes.", CheckSource);

    public static ModuleProblem Truncated(HeaderMatch match, int length) => Error(
        ModuleFaults.Truncated, $"The header at 0x{match.Offset:X} says {match.Header.ImageLength} bytes, the file has {length}.", FetchAgain);

    public static ModuleProblem Crc(uint stored, uint actual, int length) => Error(
        ModuleFaults.Crc, $"The CRC-32 of the {length} bytes is {actual:x8}, the file says {stored:x8}.", FetchAgain);

    public static ModuleProblem Hash(Sha256Digest stored) =>
        Warn(ModuleFaults.Hash, $"The stored SHA-256 {stored} matches neither the file nor its payload.", CheckSource);

    public static ModuleProblem Suffix(ReadOnlySpan<byte> image)
    {
        var size = image.Length >= 6 ? $"says {image[^6] | (image[^5] << 8)} bytes" : "is missing";
        return Error(ModuleFaults.Suffix, $"The suffix {size}, which the module of {image.Length} bytes cannot have.", CheckSource);
    }

    public static ModuleProblem Extension(string where, string? fault) => Warn(
        ModuleFaults.Extension, $"The extensions of the {where} cannot all be read. {fault ?? "They do not end with END."}", CheckSource);

    public static ModuleProblem UnknownFlags(ModuleFlags flags) =>
        Warn(ModuleFaults.Flags, $"The flags 0x{(byte)flags:X2} hold bits without a known meaning.", CheckSource);

    public static ModuleProblem FlagsWithVectorTable(ModuleFlags flags, int offset) => Error(
        ModuleFaults.Flags, $"The flags {flags} exclude a vector table, but the header lies behind one at 0x{offset:X}.", CheckSource);

    public static ModuleProblem UnknownFunction(ModuleId id) =>
        Warn(ModuleFaults.Function, $"The module function {(byte)id.Function} is not known.", CheckSource);

    public static ModuleProblem UnknownPlatform(ushort id) =>
        Warn(ModuleFaults.PlatformUnknown, $"The platform id {id} is not known.", CheckSource);

    public static ModuleProblem NoSuchPart(Platform platform, ModuleId id, bool hasFunction)
    {
        var message = $"The {platform.DisplayName} has no {id}.";
        return hasFunction ? Error(ModuleFaults.Function, message, CheckSource) : Warn(ModuleFaults.Function, message, CheckSource);
    }

    public static ModuleProblem Misplaced(Platform platform, ModuleId id, AddressRange range, IEnumerable<AddressRange> places) => Error(
        ModuleFaults.Range, $"It occupies {range}; the {platform.DisplayName} has its {id} within {string.Join(" or ", places.Distinct())}.", CheckSource);

    public static ModuleProblem Tail(ReadOnlySpan<byte> tail) => tail.IndexOfAnyExcept((byte)0xFF) < 0
        ? new(ModuleFaults.Padded, ProblemSeverity.Note, $"{tail.Length} fill bytes (FF) follow the module.", "Nothing to do; they are left out.")
        : Warn(ModuleFaults.TrailingBytes, $"{tail.Length} bytes that belong to no module follow.", CheckSource);

    public static ModuleProblem MemberMissing(int count) => Error(
        ModuleFaults.Combined, $"Module {count} of the combined file says that another one follows, but none does.", FetchAgain);

    public static ModuleProblem TooManyMembers(int count, bool more) => Error(
        ModuleFaults.Combined, $"The combined file has {(more ? "more than " : "")}{count} modules; a device takes {ModuleReader.MaximumCombined}.",
        "Send the modules one by one.");

    public static ModuleProblem Error(FaultCode code, string message, string remedy) => new(code, ProblemSeverity.Error, message, remedy);

    public static ModuleProblem Warn(FaultCode code, string message, string remedy) => new(code, ProblemSeverity.Warning, message, remedy);
}

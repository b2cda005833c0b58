namespace Pogoline.Modules;

/// <summary>Combined files: modules one behind the other, all but the last with <see cref="ModuleFlags.Combined"/>. Device OS 2.0.0 and later take them.</summary>
public static class CombinedModule
{
    /// <summary>Joins two modules into one file; the flag changes the first one's header, so its checksums are renewed.</summary>
    /// <exception cref="ArgumentException">A module has errors or is combined already.</exception>
    public static byte[] Join(FirmwareModule first, FirmwareModule second)
    {
        if (first.HasErrors || second.HasErrors) throw new ArgumentException("only modules without errors can be joined");
        if ((first.Flags | second.Flags).HasFlag(ModuleFlags.Combined)) throw new ArgumentException("a combined module cannot be joined again");
        var file = new byte[first.Image.Length + second.Image.Length];
        Reflag(first, first.Flags | ModuleFlags.Combined).CopyTo(file.AsSpan());
        second.Image.Span.CopyTo(file.AsSpan(first.Image.Length));
        return file;
    }

    /// <summary>The image of a member of a combined file as it was before: without the flag, with renewed checksums.</summary>
    /// <exception cref="ArgumentException">The module has errors.</exception>
    public static byte[] Separate(FirmwareModule member)
    {
        if (member.HasErrors) throw new ArgumentException("only a module without errors can be separated", nameof(member));
        return Reflag(member, member.Flags & ~ModuleFlags.Combined);
    }

    static byte[] Reflag(FirmwareModule module, ModuleFlags flags)
    {
        var image = module.Image.ToArray();
        if (flags == module.Flags) return image;
        (module.Header with { Flags = flags }).Write(image.AsSpan(module.HeaderOffset));
        ModuleChecksum.Seal(image, module.PayloadRange, module.HashRule == HashRule.None ? HashRule.WholeFile : module.HashRule);
        return image;
    }
}

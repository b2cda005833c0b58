namespace Pogoline.Lab.Boot;

/// <summary>A module of an update.</summary>
/// <param name="Offset">Where it begins, from the start of the OTA area.</param>
/// <param name="Module">The module.</param>
public readonly record struct UpdateMember(long Offset, ModuleImage Module);

/// <summary>What lies at the start of the OTA area: a module, or several that were joined.</summary>
/// <param name="Members">The modules in order; at least one.</param>
/// <param name="IsCut">Whether a joined module lies beyond the area.</param>
public sealed record UpdateImage(IReadOnlyList<UpdateMember> Members, bool IsCut)
{
    /// <summary>More joined modules are not looked at.</summary>
    public const int MaxMembers = 2;

    /// <summary>Reads the area; the length comes from the headers, nothing announces it.</summary>
    /// <param name="area">The OTA area, at least as long as a header.</param>
    /// <param name="generation">2 or 3.</param>
    /// <param name="followsCombined">Whether the system knows joined modules (Gen 3 from 2.0.0 on).</param>
    public static UpdateImage Read(ReadOnlySpan<byte> area, int generation, bool followsCombined)
    {
        var members = new List<UpdateMember>();
        long offset = 0;
        for (;;)
        {
            if (offset >= area.Length || !ModuleImage.TryRead(area[(int)offset..], generation, out var module))
                return new(members, IsCut: true);
            members.Add(new(offset, module));
            var isJoined = followsCombined && module.IntegrityOk && (module.Header.Flags & ModuleHeader.Combined) != 0;
            if (!isJoined || members.Count == MaxMembers) return new(members, IsCut: false);
            offset += module.Header.ImageLength;
        }
    }
}

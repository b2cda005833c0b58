using System.Diagnostics.CodeAnalysis;

namespace Pogoline.Modules;

/// <summary>Asset modules: a file of a bundle, wrapped so that Device OS 5.5.0 and later can take it.</summary>
public static class AssetModule
{
    /// <summary>Wraps a file.</summary>
    /// <param name="name">The asset's name.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="kind">See <see cref="ModuleExtension.AssetType"/>; written only when it is not 0.</param>
    public static byte[] Create(string name, ReadOnlyMemory<byte> content, byte kind = 0)
    {
        List<ModuleExtension> extensions = [new ModuleExtension.Hash(Sha256Digest.Compute(content.Span)), new ModuleExtension.Name(name)];
        if (kind != 0) extensions.Add(new ModuleExtension.AssetType(kind));
        extensions.Add(new ModuleExtension.ProductData(ModuleSuffix.NoProduct, ModuleSuffix.NoProduct));
        return new ModuleBuilder
        {
            Header = new() { Id = new(ModuleFunction.Asset, 0), Flags = ModuleFlags.DropModuleInfo },
            Payload = content,
            SuffixExtensions = extensions,
        }.Build();
    }

    /// <summary>Takes the file out of an asset module that is not compressed.</summary>
    /// <param name="module">The module.</param>
    /// <param name="name">The asset's name.</param>
    /// <param name="content">Its bytes, a slice of the module.</param>
    /// <returns>False when it is no asset, has errors or no name, or its hash is not that of the content.</returns>
    public static bool TryUnwrap(FirmwareModule module, [NotNullWhen(true)] out string? name, out ReadOnlyMemory<byte> content)
    {
        (name, content) = (null, module.Payload);
        if (module.Id.Function != ModuleFunction.Asset || module.HasErrors || module.Flags.HasFlag(ModuleFlags.Compressed)) return false;
        if (module.Extensions.OfType<ModuleExtension.Hash>().FirstOrDefault() is not { } hash) return false;
        name = hash.Value == Sha256Digest.Compute(content.Span) ? module.Extensions.OfType<ModuleExtension.Name>().FirstOrDefault()?.Value : null;
        return name is not null;
    }
}

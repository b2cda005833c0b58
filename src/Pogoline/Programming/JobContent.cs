using Pogoline.FactoryData;
using Pogoline.Modules;
using Pogoline.Planning;

namespace Pogoline.Programming;

/// <summary>The files that a job may have to write, and those of them that the unit is to hold in the end.</summary>
sealed class JobContent
{
    readonly Dictionary<string, ReadOnlyMemory<byte>> _files;

    JobContent(IReadOnlyList<FirmwareModule> modules, Dictionary<string, ReadOnlyMemory<byte>> files) => (Modules, _files) = (modules, files);

    /// <summary>No files: nothing is written.</summary>
    public static JobContent None => new([], []);

    /// <summary>The modules that the unit is to hold.</summary>
    public IReadOnlyList<FirmwareModule> Modules { get; }

    /// <summary>The values of this unit, which a plan names by their fields.</summary>
    public IReadOnlyList<FactoryValue> Factory { get; set; } = [];

    /// <summary>A file by its SHA-256.</summary>
    public ReadOnlyMemory<byte> this[string sha256] => _files[sha256];

    /// <summary>The content of a goal.</summary>
    public static JobContent Of(Goal goal)
    {
        List<FirmwareModule> modules = [.. goal.Modules.Append(goal.App).OfType<FirmwareModule>()];
        var content = new JobContent(modules, []);
        foreach (var module in modules) content._files[Sha256Digest.Compute(module.Image.Span).ToString()] = module.Image;
        content.Add(goal.Through);
        return content;
    }

    /// <summary>The content of a saved plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="files">Files by their SHA-256; what they hold is checked.</param>
    /// <exception cref="PogolineException"><see cref="PlanFaults.Content"/>.</exception>
    public static JobContent Of(Plan plan, IReadOnlyDictionary<string, ReadOnlyMemory<byte>> files)
    {
        var checkedFiles = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var planned in plan.Through.SelectMany(p => p.Modules).Concat(plan.Modules).Where(m => m.Sha256 is not null))
        {
            if (!files.TryGetValue(planned.Sha256!, out var file) || Sha256Digest.Compute(file.Span).ToString() != planned.Sha256)
            {
                throw new PogolineException(PlanFaults.Content, $"The content of {planned.Name} (SHA-256 {planned.Sha256}) is not at hand.",
                    $"Fetch the release again: pogoline releases fetch {plan.Release} --platform {plan.Platform}.");
            }
            checkedFiles[planned.Sha256!] = file;
        }
        return new([.. plan.Modules.Where(m => m.Sha256 is not null).Select(m => ModuleReader.Require(checkedFiles[m.Sha256!], m.Name))], checkedFiles);
    }

    /// <summary>Adds the files of releases to pass through.</summary>
    public void Add(IEnumerable<PassedRelease> through)
    {
        foreach (var module in through.SelectMany(p => p.Modules)) _files[Sha256Digest.Compute(module.Image.Span).ToString()] = module.Image;
    }
}

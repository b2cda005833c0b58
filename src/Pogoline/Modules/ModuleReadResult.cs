namespace Pogoline.Modules;

/// <summary>What a firmware file holds.</summary>
/// <param name="Modules">Its modules, in order; several only in a combined file.</param>
/// <param name="Problems">What is wrong with the file as such; each module has its own besides.</param>
public sealed record ModuleReadResult(IReadOnlyList<FirmwareModule> Modules, IReadOnlyList<ModuleProblem> Problems)
{
    /// <summary>The problems of the file and of its modules.</summary>
    public IEnumerable<ModuleProblem> AllProblems => Problems.Concat(Modules.SelectMany(module => module.Problems));

    /// <summary>The first problem that forbids writing; null when the file is good.</summary>
    public ModuleProblem? FirstError => AllProblems.FirstOrDefault(problem => problem.IsError);

    /// <summary>Whether all of it may be written.</summary>
    public bool IsGood => FirstError is null;
}

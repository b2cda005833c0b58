using BenchmarkDotNet.Running;
using Pogoline.Perf;
using Pogoline.Perf.Usb;

return args switch
{
    ["floor"] => await FloorTable.RunAsync(),
    ["usb", var program] => await DfuComparison.RunAsync(program) | await StartComparison.RunAsync(program),
    ["module-check", .. var rest] => ModuleCheckComparison.Run(rest),
    ["check-files", var rounds, .. var files] => ModuleCheckComparison.CheckFiles(rounds, files),
    _ => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any() ? 0 : 1,
};

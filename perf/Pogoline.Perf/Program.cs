using BenchmarkDotNet.Running;
using Pogoline.Perf;
using Pogoline.Perf.Usb;

return args switch
{
    ["hex", var program, .. var rest] => HexComparison.Run(program, rest),
    ["floor"] => await FloorTable.RunAsync(),
    ["ymodem"] => await YmodemComparison.RunAsync(),
    ["ymodem-send", var file] => await YmodemComparison.SendAsync(file),
    ["usb", var program] => await DfuComparison.RunAsync(program) | await StartComparison.RunAsync(program) | await RestoreComparison.RunAsync(program),
    ["start", var program] => await StartComparison.RunAsync(program),
    ["restore", var program] => await RestoreComparison.RunAsync(program),
    ["swd-floor"] => await SwdFloors.RunAsync(),
    ["swd", var program, .. var probes] => await SwdComparison.RunAsync(program, probes),
    ["module-check", .. var rest] => ModuleCheckComparison.Run(rest),
    ["check-files", var rounds, .. var files] => ModuleCheckComparison.CheckFiles(rounds, files),
    _ => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any() ? 0 : 1,
};

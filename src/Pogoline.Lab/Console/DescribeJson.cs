using System.Globalization;
using System.Text;
using Pogoline.Lab.Boot;
using Pogoline.Lab.Control;

namespace Pogoline.Lab.Console;

/// <summary>The description of a board that a running system gives to the console and to the cloud.</summary>
static class DescribeJson
{
    static readonly Dictionary<ModuleFunction, char> Letters = new()
    {
        [ModuleFunction.None] = 'n', [ModuleFunction.Resource] = 'r', [ModuleFunction.Bootloader] = 'b', [ModuleFunction.Monolithic] = 'm',
        [ModuleFunction.SystemPart] = 's', [ModuleFunction.UserPart] = 'u', [ModuleFunction.Ncp] = 'c', [ModuleFunction.RadioStack] = 'a',
    };

    /// <summary>The text, with its braces.</summary>
    public static string Write(IRunningSystem system)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{{\"p\":{system.PlatformId}");
        foreach (var (key, _, value) in SystemProperties.OfModem(system)) text.Append(CultureInfo.InvariantCulture, $",\"{key}\":\"{value}\"");
        return text.Append(",\"m\":[").AppendJoin(',', system.Modules.Select(Module)).Append("]}").ToString();
    }

    static string Module(SystemModule module)
    {
        var header = module.Header;
        var hash = header.Module.Function == ModuleFunction.UserPart && !module.Hash.IsEmpty ? $"\"u\":\"{Convert.ToHexString(module.Hash.Span)}\"," : "";
        var dependencies = header.Dependencies.Where(dependency => !dependency.IsEmpty).Select(dependency => $"{{{Name(dependency.Module)},\"v\":{dependency.Version}}}");
        return string.Create(CultureInfo.InvariantCulture,
            $"{{\"s\":{module.MaximumSize},\"l\":\"{(module.IsFactory ? 'f' : 'm')}\",\"vc\":{(int)ModuleChecks.Boot},\"vv\":{(int)module.Passed},{hash}{Name(header.Module)},\"v\":{header.Version},\"d\":[{string.Join(',', dependencies)}]}}");
    }

    static string Name(ModuleId module) =>
        string.Create(CultureInfo.InvariantCulture, $"\"f\":\"{Letters.GetValueOrDefault(module.Function, '_')}\",\"n\":\"{module.Index}\"");
}

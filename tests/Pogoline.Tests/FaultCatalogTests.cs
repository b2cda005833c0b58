using System.Reflection;
using System.Text;
using Pogoline.Cli.Output;

namespace Pogoline.Tests;

public class FaultCatalogTests
{
    static readonly string[] Assemblies = ["Pogoline", "Pogoline.Host", "Pogoline.Lab", "Pogoline.Cli"];

    /// <summary>Every code that is declared anywhere.</summary>
    static List<FaultCode> Declared { get; } =
    [
        .. from name in Assemblies
           from type in Assembly.Load(name).GetTypes()
           where !type.ContainsGenericParameters
           from field in type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           where field.FieldType == typeof(FaultCode)
           select (FaultCode)field.GetValue(null)!,
    ];

    [Fact]
    public void Every_code_has_a_name_of_its_own()
    {
        Assert.True(Declared.Count > 90);
        Assert.Empty(Declared.GroupBy(c => c.Name).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(Declared, code => Assert.Matches("^[a-z][a-z0-9]*(-[a-z0-9]+)*$", code.Name));
    }

    [Fact]
    public void Every_code_is_explained_as_it_is_declared_and_nothing_else_is()
    {
        var declared = Declared.Select(c => $"{c.Name} {c.Exit} {c.Cause}").Order(StringComparer.Ordinal);
        var explained = FaultCatalog.All.Select(f => $"{f.Code} {f.Exit} {f.Cause}").Order(StringComparer.Ordinal);
        Assert.True(declared.SequenceEqual(explained),
            "src/Pogoline/Data/faults.json and the declarations differ. Declared only:\n  "
            + string.Join("\n  ", declared.Except(explained)) + "\nIn the file only:\n  " + string.Join("\n  ", explained.Except(declared)));
    }

    [Fact]
    public void The_file_is_in_order_and_each_entry_says_what_happened_why_and_what_next()
    {
        Assert.Equal(FaultCatalog.All.Select(f => f.Code).Order(StringComparer.Ordinal), FaultCatalog.All.Select(f => f.Code));
        Assert.All(FaultCatalog.All, fault =>
        {
            Assert.NotEmpty(fault.Next);
            Assert.All([fault.Meaning, fault.Cause, .. fault.Next], sentence => Assert.Matches(@"^\S.{8,}[.?]$", sentence));
            Assert.InRange(fault.ExitStatus, 1, 125);
        });
    }

    [Fact]
    public void A_code_is_found_in_any_case_and_a_misspelt_one_is_guessed()
    {
        Assert.Equal("verify-mismatch", FaultCatalog.Find("VERIFY-mismatch")?.Code);
        Assert.Null(FaultCatalog.Find("verify"));
        Assert.Contains("verify-mismatch", FaultCatalog.Like("mismatch"));
        Assert.Empty(FaultCatalog.Like("-"));
    }

    /// <summary>Set <c>POGOLINE_WRITE_DOCS=1</c> to write the page anew.</summary>
    [Fact]
    public void The_page_about_errors_is_the_catalogue()
    {
        var page = Path.Combine(Repository.Root, "docs", "errors.md");
        var text = Page();
        if (Environment.GetEnvironmentVariable("POGOLINE_WRITE_DOCS") == "1") File.WriteAllText(page, text);
        Assert.Equal(text, File.ReadAllText(page), ignoreLineEndingDifferences: true);
    }

    static string Page()
    {
        var page = new StringBuilder("""
            # Errors

            Every error has a code that never changes. `pogoline explain CODE` prints what is here; `pogoline explain --json` prints all of it for
            programs. A message has the facts of the moment and the next action; this page has the rest.

            This page is made from `src/Pogoline/Data/faults.json`; a test keeps both and the code the same.

            ## Exit codes

            | code | meaning |
            | ---: | --- |

            """);
        foreach (var code in Enum.GetValues<ExitCode>()) page.Append($"| {(int)code} | {ExitCodes.Meaning(code)} |\n");
        page.Append("\n## Codes\n");
        foreach (var fault in FaultCatalog.All)
        {
            page.Append($"\n### {fault.Code}\n\n{fault.Meaning} Exit code {fault.ExitStatus}.\n\nLikely cause: {fault.Cause}\n\n");
            foreach (var action in fault.Next) page.Append($"* {action}\n");
        }
        return page.ToString();
    }
}

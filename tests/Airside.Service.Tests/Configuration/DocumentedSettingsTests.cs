using System.Reflection;
using System.Text;
using Airside.Service.Configuration;
using Airside.Service.Hosting;

namespace Airside.Service.Tests.Configuration;

/// <summary>The pages for operators match what the service does.</summary>
public sealed class DocumentedSettingsTests
{
    private const string Page = "docs/operate/configuration.md";

    [Fact]
    public async Task The_tables_of_settings_are_those_of_the_code()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf(Page));

        var current = Replace(Replace(page, "settings", Setting.All), "predecessors", Setting.Predecessors);

        await Repository.EnsureAsync(Page, current, "AIRSIDE_UPDATE_DOCS");
    }

    [Fact]
    public async Task Every_exit_code_is_documented_and_no_other()
    {
        var page = await File.ReadAllTextAsync(Repository.PathOf("docs/operate/exit-codes.md"));

        var documented = page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1].Trim()).Where(cell => int.TryParse(cell, out _)).Select(int.Parse);

        var codes = typeof(ExitCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => (int)field.GetRawConstantValue()!);
        Assert.Equal(codes.Order(), documented);
    }

    private static string Replace(string page, string name, IReadOnlyList<Setting> settings)
    {
        var (begin, end) = ($"<!-- {name}: begin, written by a test -->\n", $"<!-- {name}: end -->");
        var (from, to) = (page.IndexOf(begin, StringComparison.Ordinal), page.IndexOf(end, StringComparison.Ordinal));
        Assert.True(from >= 0 && to > from, $"{Page} has no markers for {name}.");
        return page[..(from + begin.Length)] + Table(settings) + page[to..];
    }

    private static string Table(IReadOnlyList<Setting> settings)
    {
        var table = new StringBuilder("| key | default | meaning |\n|---|---|---|\n");
        foreach (var setting in settings)
        {
            var shown = setting.Default.Length > 0 ? $"`{setting.Default}`" : "none";
            table.Append($"| `{setting.Key}` | {shown} | {setting.Description} |\n");
        }

        return table.ToString();
    }
}

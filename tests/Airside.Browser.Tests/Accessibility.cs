using System.Text.Json;
using Microsoft.Playwright;

namespace Airside.Browser.Tests;

/// <summary>Checks the accessibility of pages with axe-core.</summary>
internal static class Accessibility
{
    private static readonly string Script = Repository.PathOf("artifacts/tools/axe/node_modules/axe-core/axe.min.js");

    /// <summary>Skips the test if axe-core is not installed.</summary>
    public static void Ensure()
    {
        if (!File.Exists(Script))
        {
            Assert.Skip("reason: the npm package axe-core is not installed");
        }
    }

    /// <summary>Asserts that the current page has no serious or critical problem, in light and in dark.</summary>
    public static async Task AssertNoneAsync(WatchedPage watched)
    {
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await watched.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            Assert.Empty(await ProblemsAsync(watched));
        }
    }

    /// <summary>Returns the serious and critical problems of the page, each with its elements.</summary>
    public static async Task<IReadOnlyList<string>> ProblemsAsync(WatchedPage watched)
    {
        // The debugger runs it, so the page's policy does not apply.
        await watched.Page.EvaluateAsync(await File.ReadAllTextAsync(Script));
        var violations = await watched.Page.EvaluateAsync<JsonElement>("axe.run().then(result => result.violations)");
        return
        [
            .. violations.EnumerateArray()
                .Where(violation => violation.GetProperty("impact").GetString() is "serious" or "critical")
                .Select(violation => $"{violation.GetProperty("id")}: {violation.GetProperty("help")}: "
                    + string.Join(" ", violation.GetProperty("nodes").EnumerateArray().Take(5).Select(node => node.GetProperty("html")))),
        ];
    }
}

using System.Text.RegularExpressions;
using Airside.Service.Tests.Fixtures;
using Microsoft.Playwright;

namespace Airside.Browser.Tests;

/// <summary>Every page, light and dark, on a phone and on a wide screen.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class PageTests(Chromium chromium, OldSite site) : IClassFixture<OldSite>
{
    /// <summary>By day, both colour schemes and both widths; at night, all combinations.</summary>
    private static readonly (ColorScheme Scheme, int Width)[] Looks =
    [
        .. new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 390), (ColorScheme.Light, 390), (ColorScheme.Dark, 1280) }
            .Take(Amount.Choose(day: 2, night: 4)),
    ];

    [Theory]
    [InlineData("overview", "/", "Overview")]
    [InlineData("routes", "/routes", "Routes")]
    [InlineData("route", "/routes/LH400", "LH400")]
    [InlineData("airlines", "/airlines", "Airlines")]
    [InlineData("airline", "/airlines/{lufthansa}", "Lufthansa")]
    [InlineData("load", "/airlines/load", "Load airlines")]
    [InlineData("system", "/system", "System")]
    [InlineData("not-found", "/nothing", "Not found")]
    public async Task It_is_clean_accessible_and_fits(string name, string path, string heading)
    {
        Accessibility.Ensure();
        var list = await site.Client.JsonAsync("/api/v1/airlines?iata=LH");
        var lufthansa = list.GetProperty("airlines")[0].GetProperty("id").ToString();
        path = path.Replace("{lufthansa}", lufthansa, StringComparison.Ordinal);
        foreach (var (scheme, width) in Looks)
        {
            await using var watched = await WatchedPage.OpenAsync(
                chromium, site.Address, scheme, width, expectedStatus: name == "not-found" ? 404 : null);
            await watched.GoAsync(path);
            await watched.TextAsync("h1", heading);
            if (name == "overview")
            {
                await ShowLifeAsync(watched);
            }

            Assert.Empty(await Accessibility.ProblemsAsync(watched));
            Assert.Equal(width, await watched.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            watched.AssertClean();
            await KeepImageAsync(watched, $"{name}-{width}-{scheme.ToString().ToLowerInvariant()}.png");
        }
    }

    /// <summary>Records some transactions, so that the rates are not zero.</summary>
    private async Task ShowLifeAsync(WatchedPage watched)
    {
        await watched.TextAsync("[data-state]", "Live");
        var batch = string.Join('\n', Enumerable.Range(0, 12).Select(i => $$"""{"route":"SQ321","key":"{{Guid.NewGuid()}}"}"""));
        using var recorded = await site.Client.PostAsync("/api/v1/transactions", "application/x-ndjson", batch);
        await Assertions.Expect(watched.Find("[data-live='perSecond.now']"))
            .ToHaveTextAsync(new Regex("[1-9]", RegexOptions.None, TimeSpan.FromSeconds(10)), new() { Timeout = 60_000 });
    }

    /// <summary>Updates the documentation images only on request, so that a normal run leaves the repository unchanged.</summary>
    private static async Task KeepImageAsync(WatchedPage watched, string name)
    {
        var isWanted = Environment.GetEnvironmentVariable("AIRSIDE_UPDATE_DOCS") == "1";
        var folder = Repository.PathOf(isWanted ? "docs/images" : "artifacts/images");
        Directory.CreateDirectory(folder);
        var image = await watched.Page.ScreenshotAsync(
            new() { Path = Path.Combine(folder, name), FullPage = true, Animations = ScreenshotAnimations.Disabled });
        Assert.NotEmpty(image);
    }
}

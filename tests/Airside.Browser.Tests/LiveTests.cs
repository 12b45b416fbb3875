using System.Diagnostics;
using Airside.Service.Tests.Fixtures;
using Microsoft.Playwright;

namespace Airside.Browser.Tests;

/// <summary>The overview follows what other clients record.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class LiveTests(Chromium chromium, Site site) : IClassFixture<Site>
{
    [Fact]
    public async Task A_transaction_of_another_client_shows_by_itself_everywhere_on_the_overview()
    {
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/");
        await watched.TextAsync("[data-state]", "Live");
        var before = int.Parse(await watched.Find("[data-live=transactions]").InnerTextAsync());

        // The page itself tells of the change, because a look from outside comes only now and then.
        var shown = watched.Page.EvaluateAsync(
            """
            () => new Promise(resolve => new MutationObserver(resolve).observe(
                document.querySelector('[data-live=transactions]'), { childList: true, characterData: true, subtree: true }))
            """);
        var started = Stopwatch.GetTimestamp();
        using var response = await site.Client.RecordAsync("LV77");
        await shown.WaitAsync(TimeSpan.FromSeconds(60));
        TestContext.Current.TestOutputHelper?.WriteLine($"shown after {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms");

        await watched.TextAsync("[data-list=latest] tr", "LV77");
        await watched.TextAsync("[data-list=busiest] li", "LV77");
        await Assertions.Expect(watched.Find("[data-live=transactions]")).ToHaveTextAsync($"{before + 1}");
        await Assertions.Expect(watched.Find("#hours tbody tr:first-child .num"))
            .ToHaveTextAsync($"{before + 1}", new() { Timeout = 60_000 });
        Assert.True(await watched.Find("[data-welcome]").IsHiddenAsync() || await watched.Find("[data-welcome]").CountAsync() == 0);
        watched.AssertClean();
    }

    [Fact]
    public async Task Without_scripts_the_overview_is_complete()
    {
        using var response = await site.Client.RecordAsync("NS1");
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address, hasScript: false);
        await watched.GoAsync("/");

        await watched.TextAsync("[data-list=busiest] li", "NS1");
        await watched.TextAsync("[data-list=latest] tr", "NS1");
        await watched.TextAsync(".figure", "Transactions in all");
        Assert.Equal(24, await watched.Find("#hours .bar").CountAsync());
        Assert.Contains("UTC", await watched.Find("[data-list=latest] time").First.InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Times_are_in_the_zone_of_the_viewer_with_UTC_on_hover()
    {
        using var response = await site.Client.RecordAsync("TZ1");
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/routes/TZ1");

        var time = watched.Find("#counts time").First;
        var utc = DateTimeOffset.Parse((await time.GetAttributeAsync("datetime"))!, System.Globalization.CultureInfo.InvariantCulture);
        var berlin = TimeZoneInfo.ConvertTime(utc, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));

        Assert.Equal($"{utc:yyyy-MM-dd HH:mm:ss} UTC", await time.GetAttributeAsync("title"));
        Assert.Contains($"{berlin:HH:mm:ss}", await time.InnerTextAsync(), StringComparison.Ordinal);
    }
}

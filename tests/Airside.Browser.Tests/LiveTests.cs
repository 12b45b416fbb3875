using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Airside.Service.Tests.Fixtures;
using Microsoft.Playwright;

namespace Airside.Browser.Tests;

/// <summary>The overview follows what other clients record.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class LiveTests(Chromium chromium, Site site) : IClassFixture<Site>
{
    private const int RoundsMax = 20;

    [Fact]
    public async Task A_transaction_of_another_client_shows_by_itself_everywhere_on_the_overview()
    {
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/");
        await watched.TextAsync("[data-state]", "Live");
        var before = int.Parse(await watched.Find("[data-live=transactions]").InnerTextAsync());

        using var response = await site.Client.RecordAsync("LV77");
        await watched.TextAsync("[data-list=latest] tr", "LV77");
        await watched.TextAsync("[data-list=busiest] li", "LV77");
        await Assertions.Expect(watched.Find("[data-live=transactions]")).ToHaveTextAsync($"{before + 1}");
        await Assertions.Expect(watched.Find("#hours tbody tr:first-child .num"))
            .ToHaveTextAsync($"{before + 1}", new() { Timeout = 60_000 });
        Assert.True(await watched.Find("[data-welcome]").IsHiddenAsync() || await watched.Find("[data-welcome]").CountAsync() == 0);
        watched.AssertClean();
    }

    [Fact]
    public async Task A_transaction_of_another_client_shows_within_a_second()
    {
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/");
        await watched.TextAsync("[data-state]", "Live");

        // The machine may be busy, but not all the time: in at least one round, all five must show in time.
        var slowest = TimeSpan.MaxValue;
        for (var round = 0; round < RoundsMax && slowest > TimeSpan.FromSeconds(1); round++)
        {
            slowest = TimeSpan.Zero;
            for (var i = 0; i < 5; i++)
            {
                var took = await TimeUntilShownAsync(watched);
                slowest = took > slowest ? took : slowest;
            }

            TestContext.Current.TestOutputHelper?.WriteLine($"shown after {slowest.TotalMilliseconds:0} ms at most");
        }

        Assert.InRange(slowest, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        watched.AssertClean();
    }

    [Fact]
    public async Task After_the_service_was_away_the_page_is_live_again_with_what_it_missed()
    {
        using var directory = new TemporaryDirectory();
        await using var before = await ServiceProcess.StartAsync(directory.Path, "--Airside:DrainSeconds=0");
        var address = $"--urls={before.Address}";
        await using var watched = await WatchedPage.OpenAsync(chromium, before.Address, isOutageExpected: true);
        await watched.GoAsync("/");
        await watched.TextAsync("[data-state]", "Live");
        before.Signal(ServiceProcess.Kill);
        await watched.TextAsync("[data-state]", "Reconnecting");

        await using var after = await ServiceProcess.StartAsync(directory.Path, "--Airside:DrainSeconds=0", address);
        using var recorded = await after.Client.RecordAsync("AW1");
        await watched.TextAsync("[data-state]", "Live");
        await watched.TextAsync("[data-list=latest] tr", "AW1");
        watched.AssertClean();
    }

    [Fact]
    public async Task A_connection_that_was_lost_while_nothing_happened_is_live_again()
    {
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address, isOutageExpected: true);
        var streams = 0;
        var ids = new ConcurrentQueue<string?>();

        // The first stream ends after its first event, as if a proxy had closed it.
        await watched.Page.RouteAsync("**/api/v1/stream", async route =>
        {
            ids.Enqueue(route.Request.Headers.GetValueOrDefault("last-event-id"));
            if (Interlocked.Increment(ref streams) > 1)
            {
                await route.ContinueAsync();
                return;
            }

            using var response = await site.Client.GetAsync("/api/v1/stream", HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
            var text = new StringBuilder();
            while (!text.ToString().Contains("data: ", StringComparison.Ordinal))
            {
                text.Append(await reader.ReadLineAsync()).Append('\n');
            }

            await route.FulfillAsync(new() { ContentType = "text/event-stream", Body = text.Append('\n').ToString() });
        });
        await watched.GoAsync("/");
        await watched.TextAsync("[data-state]", "Reconnecting");
        await watched.TextAsync("[data-state]", "Live");
        Assert.Null(ids.First());
        Assert.Matches("^[0-9]+$", ids.ElementAt(1));
    }

    [Fact]
    public async Task Without_scripts_the_overview_is_complete()
    {
        using var response = await site.Client.RecordAsync("NS1");
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address, hasScript: false);
        await watched.GoAsync("/");

        await watched.TextAsync("[data-list=busiest] li", "NS1");
        await watched.TextAsync("[data-list=latest] tr", "NS1");
        await watched.TextAsync(".figure", "Total transactions");
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

    /// <summary>The page itself reports the change, because polling from outside is too coarse.</summary>
    private async Task<TimeSpan> TimeUntilShownAsync(WatchedPage watched)
    {
        await watched.Page.EvaluateAsync(
            """
            () => { window.shown = new Promise(resolve => new MutationObserver(resolve).observe(
                document.querySelector('[data-live=transactions]'), { childList: true, characterData: true, subtree: true })) }
            """);
        var started = Stopwatch.GetTimestamp();
        using var response = await site.Client.RecordAsync("LV78");
        await watched.Page.EvaluateAsync("window.shown").WaitAsync(TimeSpan.FromSeconds(60));
        return Stopwatch.GetElapsedTime(started);
    }
}

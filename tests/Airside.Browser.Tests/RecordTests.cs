using Airside.Service.Tests.Fixtures;
using Microsoft.Playwright;

namespace Airside.Browser.Tests;

/// <summary>The form that records a transaction.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class RecordTests(Chromium chromium, Site site) : IClassFixture<Site>
{
    [Theory]
    [InlineData("RC1", "booking-4711")]
    [InlineData("RC2", "ключ 予約 <b>\"'&")]
    public async Task A_transaction_is_recorded_once_and_its_repeat_says_so(string route, string key)
    {
        Accessibility.Ensure();
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync($"/routes/{route}");

        await watched.Find("input[name=key]").FillAsync(key);
        await watched.Find("button:has-text('Record')").ClickAsync();
        await watched.TextAsync("#outcome", $"Recorded. {route} now has 1. Key: {key}");
        await watched.TextAsync("#counts dd", "1");
        await watched.Find("button:has-text('Record')").ClickAsync();
        await watched.TextAsync("#outcome", "Replay");
        await Accessibility.AssertNoneAsync(watched);

        Assert.Equal(1, await site.Client.TotalAsync(route));
        watched.AssertClean();
    }

    [Fact]
    public async Task Without_a_key_one_is_made_and_a_key_of_another_route_is_refused()
    {
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/routes/RK1");
        await watched.Find("button:has-text('Record')").ClickAsync();
        await watched.TextAsync("#outcome", "Recorded.");
        var key = await watched.Find("input[name=key]").InputValueAsync();
        Assert.NotEmpty(key);

        await watched.GoAsync("/routes/RK2");
        await watched.Find("input[name=key]").FillAsync(key);
        await watched.Find("button:has-text('Record')").ClickAsync();
        await watched.TextAsync("#outcome.bad", "already recorded for route RK1");
        Assert.Equal(0, await site.Client.TotalAsync("RK2"));
        watched.AssertClean();
    }

    [Fact]
    public async Task Where_the_API_asks_for_a_key_the_page_asks_for_it_once_and_keeps_it_for_the_tab()
    {
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address, expectedStatus: 401);
        await watched.Page.RouteAsync("**/api/v1/transactions", route =>
            route.Request.Headers.GetValueOrDefault("authorization") == "Bearer ak_right"
                ? route.ContinueAsync()
                : route.FulfillAsync(new() { Status = 401, ContentType = "application/problem+json", Body = "{}" }));
        await watched.GoAsync("/routes/KY1");
        await watched.Find("button:has-text('Record')").ClickAsync();
        await watched.Find("dialog input").FillAsync("ak_wrong");
        await watched.Find("dialog button:has-text('Use this key')").ClickAsync();
        await watched.TextAsync("dialog", "not known");
        await watched.Find("dialog input").FillAsync("ak_right");
        await watched.Page.Keyboard.PressAsync("Enter");
        await watched.TextAsync("#outcome", "Recorded.");

        await watched.GoAsync("/routes/KY2");
        await watched.Find("button:has-text('Record')").ClickAsync();
        await watched.TextAsync("#outcome", "Recorded.");
        Assert.Equal(0, await watched.Find("dialog").CountAsync());
        watched.AssertClean();
    }

    [Fact]
    public async Task A_transaction_is_recorded_with_the_keyboard_alone()
    {
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/");

        await PressUntilAsync(watched, "Skip to content");
        await AssertFocusShowsAsync(watched);
        await PressUntilAsync(watched, "Routes");
        await AssertFocusShowsAsync(watched);
        await watched.Page.Keyboard.PressAsync("Enter");
        await watched.TextAsync("h1", "Routes");
        await PressUntilAsync(watched, "q");
        await watched.Page.Keyboard.TypeAsync("KB1");
        await watched.TextAsync("#results", "Open KB1");
        await PressUntilAsync(watched, "Open KB1");
        await watched.Page.Keyboard.PressAsync("Enter");
        await watched.TextAsync("h1", "KB1");
        await PressUntilAsync(watched, "key");
        await watched.Page.Keyboard.TypeAsync("by keyboard");
        await watched.Page.Keyboard.PressAsync("Enter");
        await watched.TextAsync("#outcome", "Recorded.");
        await PressUntilAsync(watched, "so far");
        await AssertFocusShowsAsync(watched);
        await watched.Page.Keyboard.PressAsync("ArrowLeft");
        Assert.DoesNotContain("so far", await FocusedAsync(watched), StringComparison.Ordinal);
        await watched.Page.Keyboard.PressAsync("End");
        Assert.Contains("so far", await FocusedAsync(watched), StringComparison.Ordinal);
        watched.AssertClean();
    }

    [Fact]
    public async Task A_bar_tells_its_value_under_the_pointer_and_with_the_focus()
    {
        using var recorded = await site.Client.RecordAsync("HV1");
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/routes/HV1");
        var bar = watched.Find("#hours .now");
        Assert.Equal("0", await OpacityAsync(bar));
        await bar.Locator(".hit").HoverAsync(new() { Force = true });
        Assert.Equal("1", await OpacityAsync(bar));
        Assert.EndsWith("· 1 so far", await bar.Locator(".tip").TextContentAsync(), StringComparison.Ordinal);
        await watched.Page.Mouse.MoveAsync(0, 0);
        await watched.Find("#days .now").FocusAsync();
        Assert.Equal("1", await OpacityAsync(watched.Find("#days .now")));
        Assert.Equal("0", await OpacityAsync(bar));
        watched.AssertClean();
    }

    private static Task<string> OpacityAsync(ILocator bar) =>
        bar.Locator(".tip").EvaluateAsync<string>("tip => getComputedStyle(tip).opacity");

    private static async Task PressUntilAsync(WatchedPage watched, string name)
    {
        for (var presses = 0; presses < 60; presses++)
        {
            await watched.Page.Keyboard.PressAsync("Tab");
            if ((await FocusedAsync(watched)).Contains(name, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"'{name}' is not reached with the Tab key.");
    }

    private static Task<string> FocusedAsync(WatchedPage watched) => watched.Page.EvaluateAsync<string>(
        "(e => e.name || e.getAttribute('aria-label') || e.textContent.trim())(document.activeElement)");

    /// <summary>Asserts an outline or, for a chart bar, a stroke.</summary>
    private static async Task AssertFocusShowsAsync(WatchedPage watched) => Assert.True(await watched.Page.EvaluateAsync<bool>(
        """
        (e => { const hit = e.querySelector('.hit');
          return hit ? getComputedStyle(hit).stroke !== 'none' : getComputedStyle(e).outlineStyle !== 'none'; })(document.activeElement)
        """));
}

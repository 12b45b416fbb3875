using System.Net;
using Airside.Service.Tests.Fixtures;
using Microsoft.Playwright;

namespace Airside.Browser.Tests;

/// <summary>The dashboard of a service that requires a key from everyone.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class KeyTests(Chromium chromium, LockedSite site) : IClassFixture<LockedSite>
{
    [Fact]
    public async Task A_page_asks_for_the_key_and_then_everything_works_until_the_tab_is_closed()
    {
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address, expectedStatus: 401);
        await watched.GoAsync("/");
        await UseAsync(watched, site.UnknownKey);
        await watched.TextAsync("[data-why]", "is unknown");
        await UseAsync(watched, "ak_mistyped");
        await watched.TextAsync("[data-why]", "checksum is wrong");
        await UseAsync(watched, site.PeopleKey);

        // The live updates, a second page, the search and the form all send the key.
        await watched.TextAsync("[data-state]", "Live");
        await watched.Find("nav >> text=Routes").ClickAsync();
        await watched.TextAsync("h1", "Routes");
        await watched.Find("input[name=q]").FillAsync("KY1");
        await watched.Find("a:has-text('Open KY1')").ClickAsync();
        await watched.TextAsync("h1", "KY1");
        await watched.Find("button:has-text('Record')").ClickAsync();
        await watched.TextAsync("#outcome", "Recorded. KY1 now has 1.");
        await watched.TextAsync("#counts dd", "1");
        await watched.Page.ReloadAsync();
        await watched.TextAsync("#counts dd", "1");
        watched.AssertClean();

        // Another tab of the same browser does not have it.
        var other = await watched.Page.Context.NewPageAsync();
        await other.GotoAsync("/");
        await Assertions.Expect(other.Locator("h1:visible")).ToHaveTextAsync("An API key is needed");
    }

    [Fact]
    public async Task A_key_that_may_not_read_opens_no_page_and_the_page_says_why()
    {
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address, expectedStatus: 401);
        await watched.GoAsync("/system");
        await UseAsync(watched, site.WriterKey);
        await watched.TextAsync("[data-why]", "The key 'writer' does not have the scope 'read'.");
    }

    [Fact]
    public async Task Without_scripts_the_page_says_what_is_needed()
    {
        // A browser with scripts disabled still does not show this; one built without scripts does.
        using var response = await site.Client.SendAsync(HttpMethod.Get, "/", ("Accept", "text/html"));
        var html = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Matches("<noscript>(?s:.*)Without JavaScript, this page cannot ask for the key(?s:.*)</noscript>", html);
    }

    [Fact]
    public async Task Asking_for_the_key_is_accessible()
    {
        Accessibility.Ensure();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await using var watched = await WatchedPage.OpenAsync(chromium, site.Address, scheme, 390, expectedStatus: 401);
            await watched.GoAsync("/");
            await watched.Find("input[name=key]:focus").WaitForAsync();
            Assert.Empty(await Accessibility.ProblemsAsync(watched));
            watched.AssertClean();
        }
    }

    [Fact]
    public async Task Programs_are_told_as_ever()
    {
        using var response = await site.Client.SendAsync(HttpMethod.Get, "/", ("Accept", "*/*"));
        await response.ProblemAsync(HttpStatusCode.Unauthorized, "key-missing");
    }

    private static async Task UseAsync(WatchedPage watched, string key)
    {
        await watched.Find("input[name=key]").FillAsync(key);
        await watched.Find("button:has-text('Open the page')").ClickAsync();
    }
}

using System.Text;
using Airside.Service.Tests.Fixtures;
using Microsoft.Playwright;

namespace Airside.Browser.Tests;

/// <summary>Searching, viewing and loading airlines.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class LoadTests(Chromium chromium, Site site) : IClassFixture<Site>
{
    private static readonly LocatorAssertionsToHaveCountOptions Patient = new() { Timeout = 60_000 };

    [Fact]
    public async Task A_file_is_shown_before_it_is_applied()
    {
        Accessibility.Ensure();
        await LoadSmallAsync();
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/airlines/load");
        var changed = AirlineFiles.Small.Replace("\"Seventh\"", "\"Seventh Heaven\"", StringComparison.Ordinal)
            .Replace("11,\"Eleventh Air\"", "12,\"Twelfth Air\"", StringComparison.Ordinal);

        await ChooseAsync(watched, changed);
        await watched.TextAsync("[data-preview]", "Twelfth Air");
        await Accessibility.AssertNoneAsync(watched);
        var preview = await watched.Find("[data-preview] tbody").InnerTextAsync();
        Assert.Contains("Eleventh Air", preview, StringComparison.Ordinal);
        Assert.Contains("name: Seventh → Seventh Heaven", preview, StringComparison.Ordinal);
        foreach (var kind in new[] { "added", "removed", "changed" })
        {
            Assert.Equal("1", await watched.Find($"[data-preview] [data-live={kind}]").InnerTextAsync());
        }

        Assert.Equal("Seventh", (await site.Client.JsonAsync("/api/v1/airlines/7")).GetProperty("name").GetString());
        await watched.Find("[data-apply]").ClickAsync();
        await watched.TextAsync("[data-status].good", "Loaded: 5 airlines");
        Assert.Equal("Seventh Heaven", (await site.Client.JsonAsync("/api/v1/airlines/7")).GetProperty("name").GetString());
        watched.AssertClean();
    }

    [Fact]
    public async Task A_file_that_takes_most_airlines_away_is_doubted_and_one_that_changes_nothing_is_not_applied()
    {
        await LoadSmallAsync();
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/airlines/load");
        await ChooseAsync(watched, "1,\"Only\",\\N,\"\",\"\",\"\",\"\",\"Y\"\n");
        await watched.TextAsync("[data-warning]", "of 5 airlines would be removed");
        await watched.Find("[data-apply]").ClickAsync();
        await watched.TextAsync("[data-status].good", "Loaded: 1 airlines are active");
        await LoadSmallAsync();
        await ChooseAsync(watched, AirlineFiles.Small);
        await watched.TextAsync("[data-status]", "Nothing would change");
        Assert.True(await watched.Find("[data-warning]").IsHiddenAsync());
        Assert.True(await watched.Find("[data-apply]").IsHiddenAsync());
        watched.AssertClean();
    }

    [Fact]
    public async Task Sending_and_loading_show_their_progress()
    {
        await LoadSmallAsync();
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        var held = new TaskCompletionSource();
        await watched.Page.RouteAsync("**/api/v1/load/airlines/preview", async route =>
        {
            await held.Task;
            await route.ContinueAsync();
        });
        await watched.GoAsync("/airlines/load");
        await watched.Find("button:has-text('Preview changes')").ClickAsync();
        await watched.Find("progress:visible").WaitForAsync();
        Assert.True(await watched.Find("button:has-text('Preview changes')").IsDisabledAsync());
        held.SetResult();
        await watched.TextAsync("[data-status]", "Nothing would change");
        Assert.True(await watched.Find("progress").IsHiddenAsync());
        watched.AssertClean();
    }

    [Fact]
    public async Task A_bad_file_changes_nothing_and_its_wrong_lines_are_listed()
    {
        Accessibility.Ensure();
        await LoadSmallAsync();
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address, expectedStatus: 422);
        await watched.GoAsync("/airlines/load");

        await ChooseAsync(
            watched,
            """
            1,"Good",\N,"","","","","Y"
            x,"Bad",\N,"","","","","Y"
            3,"",\N,"","","","","maybe"
            """);
        await watched.TextAsync("[data-errors]", "not an integer");
        await Accessibility.AssertNoneAsync(watched);
        var lines = await watched.Find("[data-errors] tbody tr td:first-child").AllInnerTextsAsync();

        Assert.Equal(["2", "3", "3"], lines.Order(StringComparer.Ordinal));
        Assert.True(await watched.Find("[data-preview]").IsHiddenAsync());
        Assert.Equal("Seventh", (await site.Client.JsonAsync("/api/v1/airlines/7")).GetProperty("name").GetString());
        watched.AssertClean();
    }

    [Fact]
    public async Task The_configured_source_is_loaded_only_as_it_was_looked_at()
    {
        await LoadSmallAsync();
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address, expectedStatus: 409);
        await File.WriteAllTextAsync(site.SourcePath, AirlineFiles.Uniform("Looked at", 3));
        await watched.GoAsync("/airlines/load");
        await watched.Find("button:has-text('Preview changes')").ClickAsync();
        await watched.TextAsync("[data-preview]", "Looked at");
        await File.WriteAllTextAsync(site.SourcePath, AirlineFiles.Uniform("Another", 3));

        await watched.Find("[data-apply]").ClickAsync();
        await watched.TextAsync("[data-status].bad", "not the ones that were previewed");
        Assert.Equal(5, (await site.Client.JsonAsync("/api/v1/airlines")).GetProperty("airlines").GetArrayLength());
        watched.AssertClean();
    }

    [Fact]
    public async Task Airlines_are_found_while_one_types_and_filtered()
    {
        await LoadSmallAsync();
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/airlines");
        Assert.Equal(5, await watched.Find("#results tbody tr").CountAsync());

        await watched.Find("input[name=q]").PressSequentiallyAsync("seVen");
        await Assertions.Expect(watched.Find("#results tbody tr")).ToHaveCountAsync(1, Patient);
        await watched.TextAsync("#results", "Seventh");
        await Assertions.Expect(watched.Find("[data-found]")).ToHaveTextAsync("1–1 of 1 airline");
        await watched.Find("input[name=q]").FillAsync("");
        await watched.Find("input[name=country]").FillAsync("Russia");
        await Assertions.Expect(watched.Find("#results tbody tr")).ToHaveCountAsync(2, Patient);
        await watched.Find("select[name=active]").SelectOptionAsync("N");
        await watched.TextAsync("#results", "No airline matches");
        Assert.Contains("active=N", watched.Page.Url, StringComparison.Ordinal);
        watched.AssertClean();
    }

    [Fact]
    public async Task Routes_are_found_by_name_designator_and_airline_and_sorted()
    {
        await site.FillAsync();
        await AirlineFiles.LoadAsync(site.Client, "1,\"Crane Air\",\\N,\"LH\",\"DLH\",\"\",\"\",\"Y\"\n");
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);
        await watched.GoAsync("/routes");
        await watched.TextAsync("#results tbody tr:first-child", "LH400");

        foreach (var (text, found) in new[] { ("lh4", "LH400 LH401"), ("crane", "LH400 LH401"), ("AR1133", "AR1133"), ("EK", "EK201") })
        {
            await watched.Find("input[name=q]").FillAsync(text);
            await Assertions.Expect(watched.Find("#results tbody tr td:first-child"))
                .ToHaveTextAsync(found.Split(' '), new() { Timeout = 60_000 });
        }

        await watched.Find("input[name=q]").FillAsync("");
        await watched.Find("select[name=sort]").SelectOptionAsync("route");
        await watched.TextAsync("#results tbody tr:first-child", "AF6");
        watched.AssertClean();
    }

    private async Task LoadSmallAsync()
    {
        await File.WriteAllTextAsync(site.SourcePath, AirlineFiles.Small);
        await AirlineFiles.LoadAsync(site.Client, AirlineFiles.Small);
    }

    private static async Task ChooseAsync(WatchedPage watched, string text)
    {
        await watched.Find("input[type=file]").SetInputFilesAsync(new FilePayload
        {
            Name = "airlines.dat",
            MimeType = "application/octet-stream",
            Buffer = Encoding.UTF8.GetBytes(text),
        });
        await watched.Find("button:has-text('Preview changes')").ClickAsync();
    }
}

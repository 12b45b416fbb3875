using System.Net;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Browser.Tests;

/// <summary>Nothing that a stranger can write runs as a script.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class HostileTests(Chromium chromium, Site site) : IClassFixture<Site>
{
    /// <summary>Texts that break out of elements, attributes, scripts and URLs of a careless page.</summary>
    private static readonly string[] Texts =
    [
        "<script>window.hacked=1</script>", "<img src=x onerror=window.hacked=1>", "\"><svg onload=window.hacked=1>",
        "' autofocus onfocus=window.hacked=1 x='", "javascript:window.hacked=1", "</title><script>window.hacked=1</script>",
        "</template><script>window.hacked=1</script>", "{{constructor.constructor('window.hacked=1')()}}", "\u2028window.hacked=1",
    ];

    [Fact]
    public async Task No_airline_route_key_or_query_runs_a_script()
    {
        await LoadAsync();
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address, expectedStatus: 400);
        string[] paths =
        [
            "/", "/routes", "/airlines", "/airlines/load", "/routes/ZQ1", "/system",
            .. Enumerable.Range(1, Texts.Length).Select(id => $"/airlines/{id}"),
            .. Texts.Select(text => $"/routes?q={Uri.EscapeDataString(text)}"),
            .. Texts.Select(text => $"/airlines?q={Uri.EscapeDataString(text)}&country={Uri.EscapeDataString(text)}"),
            .. Texts.Select(text => $"/routes?cursor={Uri.EscapeDataString(text)}"),
            .. Texts.Select(text => $"/airlines?active={Uri.EscapeDataString(text)}"),
        ];
        foreach (var path in paths)
        {
            await watched.GoAsync(path);
            Assert.Null(await watched.Page.EvaluateAsync<object?>("window.hacked"));
        }

        watched.AssertClean();
    }

    [Fact]
    public async Task No_path_that_names_nothing_runs_a_script()
    {
        foreach (var status in new[] { 400, 404 })
        {
            await using var watched = await WatchedPage.OpenAsync(chromium, site.Address, expectedStatus: status);
            foreach (var text in Texts)
            {
                var folder = status == 400 ? "/routes/" : "/airlines/";
                await watched.GoAsync(folder + Uri.EscapeDataString(text));
                Assert.Null(await watched.Page.EvaluateAsync<object?>("window.hacked"));
            }

            watched.AssertClean();
        }
    }

    [Fact]
    public async Task What_the_scripts_show_themselves_is_text()
    {
        await LoadAsync();
        await using var watched = await WatchedPage.OpenAsync(chromium, site.Address);

        // The live updates insert airline names, the preview names and fields, the form a key.
        await watched.GoAsync("/");
        await watched.TextAsync("[data-state]", "Live");
        using var recorded = await site.Client.RecordAsync("ZQ2");
        await watched.TextAsync("[data-list=latest] tr", "ZQ2");
        await watched.TextAsync("[data-list=latest] tr", Texts[0]);
        await watched.GoAsync("/airlines/load");
        await watched.Find("button:has-text('Preview changes')").ClickAsync();
        await watched.TextAsync("[data-preview]", Texts[1]);
        foreach (var text in Texts)
        {
            await watched.GoAsync("/routes/ZQ3");
            await watched.Find("input[name=key]").FillAsync($"k{text}");
            await watched.Find("button:has-text('Record')").ClickAsync();
            await watched.Find("#outcome.good, #outcome.bad").WaitForAsync();
        }

        Assert.Null(await watched.Page.EvaluateAsync<object?>("window.hacked"));
        watched.AssertClean();
    }

    private async Task LoadAsync()
    {
        var rows = Texts.Select((text, index) =>
        {
            var field = $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
            return $"{index + 1},{field},{field},\"{(index == 0 ? "ZQ" : "")}\",{field},{field},{field},\"Y\"\n";
        });
        await AirlineFiles.LoadAsync(site.Client, string.Concat(rows));
        var items = Texts.Select(text => new { route = "ZQ1", key = $"k{text}" });
        using var recorded = await site.Client.PostAsync("/api/v1/transactions", "application/json", JsonSerializer.Serialize(items));
        await recorded.JsonAsync(HttpStatusCode.OK);
    }
}

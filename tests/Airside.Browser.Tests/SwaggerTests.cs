using Airside.Service.Tests.Fixtures;
using Microsoft.Playwright;

namespace Airside.Browser.Tests;

/// <summary>The page of the API executes every operation as it opens, on the built-in sample.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class SwaggerTests(Chromium chromium)
{
    private const string Stream = "operations-Operation-GetStream";

    [Fact]
    public async Task Every_operation_succeeds_with_what_the_page_fills_in()
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(directory.Path, "--Airside:DrainSeconds=0");
        await using var watched = await WatchedPage.OpenAsync(chromium, service.Address);
        await watched.GoAsync("/docs/index.html");
        await Assertions.Expect(watched.Page.Locator(".opblock").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(watched.Find(".auth-wrapper .authorize")).ToBeVisibleAsync();

        var executed = 0;
        foreach (var operation in await watched.Page.Locator(".opblock").AllAsync())
        {
            // A stream never ends, so the page never shows its response.
            if (await operation.GetAttributeAsync("id") == Stream)
            {
                continue;
            }

            await operation.Locator(".opblock-summary-control").ClickAsync();
            await operation.Locator(".try-out__btn").ClickAsync();
            await operation.Locator(".execute").ClickAsync();
            var status = await operation.Locator(".live-responses-table .response .response-col_status").First.InnerTextAsync();
            Assert.True(status.Split('\n')[0] is "200" or "201", $"{await operation.GetAttributeAsync("id")}: {status}");
            await operation.Locator(".opblock-summary-control").ClickAsync();
            executed++;
        }

        Assert.True(executed >= 19, $"{executed} operations");
        watched.AssertClean();
    }
}

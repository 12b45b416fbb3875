using Airside.Service.Tests.Fixtures;
using Microsoft.Playwright;

namespace Airside.Browser.Tests;

/// <summary>Behind a balancer that answers 503 while its only replica restarts, which ends every EventSource for good.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class BalancerTests(Chromium chromium)
{
    [Fact]
    public async Task After_503_the_overview_and_the_lines_of_the_documentation_are_live_again()
    {
        using var directory = new TemporaryDirectory();
        var port = Ports.Free();
        await using var before = await StartAsync(directory, port);
        await using var balancer = await ProxyProcess.HaProxyAsync(PrintedCode.ConfigurationOf("haproxy", port));
        await UntilServedAsync(balancer);
        await using var watched = await WatchedPage.OpenAsync(chromium, balancer.Address, isOutageExpected: true, expectedStatus: 503);
        var refused = new TaskCompletionSource();
        watched.Page.Response += (_, response) =>
        {
            if (response.Status == 503 && response.Request.ResourceType == "eventsource")
            {
                refused.TrySetResult();
            }
        };
        await watched.GoAsync("/");
        await watched.TextAsync("[data-state]", "Live");
        await watched.Page.EvaluateAsync(
            $"() => {{ window.shown = -1; window.show = counts => {{ window.shown = counts.transactions; }}; {PrintedCode.Follow} }}");
        await UntilShownAsync(watched, 0);

        before.Signal(ServiceProcess.Terminate);
        await before.ExitCodeAsync();
        await refused.Task.WaitAsync(Waiting.TimeMax);
        await watched.TextAsync("[data-state]", "Reconnecting");
        await using var after = await StartAsync(directory, port);
        using var recorded = await after.Client.RecordAsync("BL1");

        await UntilShownAsync(watched, 1);
        await watched.TextAsync("[data-state]", "Live");
        await watched.TextAsync("[data-list=latest] tr", "BL1");
        watched.AssertClean();
    }

    [Fact]
    public async Task Below_a_path_the_overview_is_live_and_a_route_records()
    {
        using var directory = new TemporaryDirectory();
        var port = Ports.Free();
        await using var service = await StartAsync(directory, port, "--Airside:PathBase=/airside");
        await using var balancer = await ProxyProcess.NginxAsync(PrintedCode.ConfigurationOf("nginx", port).Replace(
            "location / {", "location /airside/ {", StringComparison.Ordinal));
        await using var watched = await WatchedPage.OpenAsync(chromium, balancer.Address);
        await watched.GoAsync("/airside/");
        await watched.TextAsync("[data-state]", "Live");
        await watched.GoAsync("/airside/routes/BL2");
        await watched.Find("form[data-record] button").ClickAsync();
        await watched.TextAsync("#outcome", "Recorded. BL2 now has 1.");
        await watched.GoAsync("/airside/");

        await watched.Find("[data-list=latest] a").First.ClickAsync();
        await Assertions.Expect(watched.Page).ToHaveURLAsync($"{balancer.Address}airside/routes/BL2");
        await watched.GoAsync("/airside/docs/index.html");
        await Assertions.Expect(watched.Page.Locator(".opblock").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        watched.AssertClean();
    }

    private static Task UntilShownAsync(WatchedPage watched, int transactions) => Waiting.UntilAsync(
        async () => await watched.Page.EvaluateAsync<int>("window.shown") == transactions, $"the lines to show {transactions}");

    private static Task<ServiceProcess> StartAsync(TemporaryDirectory directory, int port, params string[] settings) =>
        ServiceProcess.StartAsync(
            directory.File("data"), [$"--urls=http://127.0.0.1:{port}", "--Airside:DrainSeconds=1", .. settings]);

    private static Task UntilServedAsync(ProxyProcess balancer) => Waiting.UntilAsync(
        async () =>
        {
            using var response = await balancer.Client.GetAsync("/readyz");
            return response.IsSuccessStatusCode;
        },
        "the balancer to find the replica ready");
}

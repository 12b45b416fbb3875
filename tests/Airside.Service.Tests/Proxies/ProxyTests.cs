using System.Net;
using System.Net.Sockets;
using Airside.Service.Tests.Dashboard.Live;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Proxies;

/// <summary>Real proxies in front of the service, with the configurations of the documentation.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class ProxyTests
{
    private const string Trusting = "--Airside:Security:TrustedProxies=127.0.0.1";

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    [InlineData("vcl")]
    public async Task Counts_behind_it_are_exact_and_the_stream_comes_event_by_event(string name)
    {
        await using var service = await RunningService.StartAsync();
        await using var proxy = await StartAsync(name, PrintedCode.ConfigurationOf(name, service.Address.Port));
        await UntilServedAsync(proxy);
        await using var viewer = await StreamViewer.OpenAsync(proxy.Client, query: "?route=PX1");
        Assert.Equal(0, (await viewer.NextAsync()).Counts.GetProperty("transactions").GetInt64());
        for (var count = 1; count <= 3; count++)
        {
            // Without a body and without its length.
            using var recorded = await proxy.Client.SendAsync(HttpMethod.Post, "/save-transaction/PX1");
            await recorded.JsonAsync(HttpStatusCode.OK);

            Assert.Equal(count, await proxy.Client.TotalAsync("PX1"));
            Assert.Equal(count, (await viewer.NextAsync()).Counts.GetProperty("transactions").GetInt64());
        }
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    [InlineData("vcl")]
    public async Task The_service_knows_the_address_of_the_client_and_believes_no_client_about_it(string name)
    {
        using var directory = new TemporaryDirectory();
        await using var service = await ServiceProcess.StartAsync(directory.Path, Trusting, "--Airside:DrainSeconds=0");
        await using var proxy = await StartAsync(name, PrintedCode.ConfigurationOf(name, service.Address.Port));
        await UntilServedAsync(proxy);
        using var client = ClientAt("127.0.0.2", proxy.Address);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");

        using var loaded = await client.PostAsync("/api/v1/load/airlines", "text/csv", "1,\"One\",\\N,\"\",\"\",\"\",\"\",\"Y\"\n");
        await loaded.JsonAsync(HttpStatusCode.OK);

        await Waiting.UntilAsync(() => service.Output.Contains("127.0.0.2", StringComparison.Ordinal), "the address in the audit log");
        Assert.DoesNotContain("203.0.113.9", service.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_default_nginx_forwards_a_POST_as_HTTP_1_0_without_a_length_and_it_is_counted()
    {
        await using var service = await RunningService.StartAsync();
        await using var proxy = await ProxyProcess.NginxAsync(
            $$"""events {} http { server { listen 127.0.0.1:8080; location / { proxy_pass {{service.Address}}; } } }""");
        var (status, _) = await RawHttp.SendAsync(
            proxy.Address,
            [
                .. "POST /api/v1/routes/PX2/transactions HTTP/1.1\r\n"u8, .. "Host: localhost\r\nConnection: close\r\n\r\n"u8,
            ]);

        Assert.Equal(201, status);
        Assert.Equal(1, await proxy.Client.TotalAsync("PX2"));
        await using var viewer = await StreamViewer.OpenAsync(proxy.Client);
        Assert.Equal(1, (await viewer.NextAsync()).Counts.GetProperty("transactions").GetInt64());
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    [InlineData("vcl")]
    public async Task Below_a_path_every_page_leads_to_pages_below_the_path(string name)
    {
        await using var service = await RunningService.StartAsync(Trusting);
        await using var proxy = await StartAsync(name, ConfigurationBelowPath(name, service.Address.Port));
        await UntilServedAsync(proxy, "/airside");

        await PathPrefixTests.AssertPagesAsync(proxy.Client, "/airside", asksBelow: true);
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    [InlineData("vcl")]
    public async Task The_path_without_a_slash_leads_to_the_overview_and_a_longer_name_is_not_the_path(string name)
    {
        await using var service = await RunningService.StartAsync(Trusting);
        await using var proxy = await StartAsync(name, ConfigurationBelowPath(name, service.Address.Port));
        await UntilServedAsync(proxy, "/airside");
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = proxy.Address,
        };
        foreach (var (asked, target) in new[] { ("/airside", "/airside/"), ("/airside?a=/airside", "/airside/?a=/airside") })
        {
            using var redirected = await client.GetAsync(asked);
            Assert.Equal(HttpStatusCode.PermanentRedirect, redirected.StatusCode);
            Assert.Equal(target, redirected.Headers.Location?.OriginalString);
        }

        using var overview = await client.SendAsync(HttpMethod.Get, "/airside/?a=1", ("Accept", "text/html"));
        Assert.Equal(HttpStatusCode.OK, overview.StatusCode);
        foreach (var longer in (string[])["/airsides", "/airsidefoo", "/airsides/readyz", "/airside.readyz"])
        {
            using var other = await client.GetAsync(longer);
            Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
        }
    }

    [Theory]
    [InlineData("nginx")]
    [InlineData("haproxy")]
    [InlineData("vcl")]
    public async Task No_client_says_below_which_path_the_service_is(string name)
    {
        await using var service = await RunningService.StartAsync(Trusting);
        await using var proxy = await StartAsync(name, PrintedCode.ConfigurationOf(name, service.Address.Port));
        await UntilServedAsync(proxy);
        using var recorded = await proxy.Client.SendAsync(
            HttpMethod.Post, "/api/v1/routes/PX3/transactions", ("X-Forwarded-Prefix", "/elsewhere"));

        Assert.Equal("/api/v1/routes/PX3/transactions", recorded.Headers.Location?.ToString());
    }

    /// <summary>Returns the configuration of a proxy with the part that the page prints for a path.</summary>
    private static string ConfigurationBelowPath(string name, int port)
    {
        var (text, path) = (PrintedCode.ConfigurationOf(name, port), PrintedCode.PathOf(name));
        return name switch
        {
            "nginx" => text.Replace("location / {\n            proxy_pass http://airside;\n        }", path, StringComparison.Ordinal),
            "haproxy" => text.Replace("    http-request del-header X-Forwarded-Prefix\n", path, StringComparison.Ordinal),
            _ => text[..text.IndexOf("sub vcl_recv", StringComparison.Ordinal)] + path,
        };
    }

    private static Task<ProxyProcess> StartAsync(string name, string configuration) => name switch
    {
        "nginx" => ProxyProcess.NginxAsync(configuration),
        "haproxy" => ProxyProcess.HaProxyAsync(configuration),
        _ => ProxyProcess.VarnishAsync(configuration),
    };

    /// <summary>Waits until the proxy has found that the service is ready.</summary>
    private static Task UntilServedAsync(ProxyProcess proxy, string path = "") => Waiting.UntilAsync(
        async () =>
        {
            using var response = await proxy.Client.GetAsync($"{path}/readyz");
            return response.IsSuccessStatusCode;
        },
        "the proxy to send requests to the service");

    private static HttpClient ClientAt(string source, Uri address) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        ConnectCallback = async (context, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, address.Port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    })
    {
        BaseAddress = address,
        Timeout = TimeSpan.FromSeconds(60),
    };
}

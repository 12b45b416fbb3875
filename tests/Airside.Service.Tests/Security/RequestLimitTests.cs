using System.Net;
using Airside.Service.Security;
using Airside.Service.Tests.Fixtures;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace Airside.Service.Tests.Security;

/// <summary>Request limits. No test depends on speed: a bucket of one request per second is soon empty on any machine.</summary>
public sealed class RequestLimitTests
{
    [Fact]
    public async Task An_address_past_its_limit_gets_429_with_Retry_After_and_the_counts_are_exact()
    {
        await using var service = await RunningService.StartAsync(
            "--Airside:Security:Mode=Open", "--Airside:Security:RequestsPerSecondPerAddress=1");

        var statuses = new List<HttpStatusCode>();
        for (var request = 0; request < 100; request++)
        {
            using var response = await service.Client.RecordAsync("RL1", $"key-{request}");
            statuses.Add(response.StatusCode);
            if (response.StatusCode != HttpStatusCode.Created)
            {
                var problem = await response.ProblemAsync(HttpStatusCode.TooManyRequests, "too-many-requests");
                Assert.Contains("Airside:Security:RequestsPerSecondPerAddress", problem.Detail(), StringComparison.Ordinal);
                Assert.Matches("^[1-9][0-9]*$", response.Headers.RetryAfter!.ToString());
            }
        }

        var accepted = statuses.Count(status => status == HttpStatusCode.Created);
        Assert.InRange(accepted, 2, 99);
        await Waiting.UntilAsync(async () => await ReadAsync(service) == accepted, "the bucket has room again");
    }

    [Fact]
    public async Task Each_key_has_a_bucket_of_its_own_and_probes_have_none()
    {
        var keys = new TestKeys();
        var (one, other) = (keys.Add("one", "transactions:write"), keys.Add("other", "transactions:write"));
        await using var service = await RunningService.StartAsync(
            [.. keys.Settings, "--Airside:Security:RequestsPerSecondPerKey=1", "--Airside:Security:RequestsPerSecondPerAddress=1"]);

        await Waiting.UntilAsync(async () => await SendAsync(service, one) == HttpStatusCode.TooManyRequests, "one key is past its limit");

        Assert.Equal(HttpStatusCode.OK, await SendAsync(service, other));
        for (var probe = 0; probe < 50; probe++)
        {
            await service.Client.JsonAsync("/readyz");
        }
    }

    [Fact]
    public async Task Past_what_is_served_at_once_a_request_gets_503_at_once_and_the_others_are_served()
    {
        await using var service = await RunningService.StartAsync(
            "--Airside:Security:Mode=Open", "--Airside:Security:ConcurrentRequests=2");
        TaskCompletionSource released;
        Task<HttpStatusCode>[] held;
        HttpResponseMessage? refused;

        // A probe can take the slot of a load, which is then refused. In that case, both loads are sent again.
        for (var attempt = 1; ; attempt++)
        {
            var end = released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            held = [.. Enumerable.Range(0, 2).Select(_ => LoadAsync(service, end.Task))];
            refused = await RefusedAsync(service);
            if (refused is not null)
            {
                break;
            }

            Assert.InRange(attempt, 1, 50);
            released.SetResult();
            await Task.WhenAll(held);
        }

        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.Equal("1", refused.Headers.RetryAfter?.ToString());
        released.SetResult();

        Assert.All(await Task.WhenAll(held), status => Assert.Equal(HttpStatusCode.OK, status));
        refused.Dispose();
    }

    [Fact]
    public async Task The_limits_in_force_are_shown_and_there_are_none_for_the_people_of_this_machine()
    {
        await using var open = await RunningService.StartAsync("--Airside:Security:Mode=Open", "--Airside:Security:ConcurrentRequests=7");
        await using var local = await RunningService.StartAsync();

        var shown = (await open.Client.JsonAsync("/api/v1/info")).GetProperty("requestLimits");
        Assert.Equal(7, shown.GetProperty("concurrentRequests").GetInt32());
        var info = await local.Client.JsonAsync("/api/v1/info");
        Assert.Equal(System.Text.Json.JsonValueKind.Null, info.GetProperty("requestLimits").ValueKind);
    }

    [Theory]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    public void All_addresses_of_one_subscriber_count_as_one(string one, string other, bool isSame) => Assert.Equal(
        isSame, RequestLimits.PartitionOf(IPAddress.Parse(one)) == RequestLimits.PartitionOf(IPAddress.Parse(other)));

    [Fact]
    public async Task Only_a_trusted_proxy_is_believed_about_the_address_of_a_client()
    {
        string[] settings = ["--Airside:Security:Mode=Open", "--Airside:Security:RequestsPerSecondPerAddress=1"];
        await using var believing = await RunningService.StartAsync([.. settings, "--Airside:Security:TrustedProxies=127.0.0.0/8"]);
        await using var strict = await RunningService.StartAsync(settings);

        for (var client = 1; client <= 50; client++)
        {
            using var response = await believing.Client.SendAsync(HttpMethod.Get, "/api/v1/info", ("X-Forwarded-For", $"192.0.2.{client}"));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        await Waiting.UntilAsync(
            async () =>
            {
                using var response = await strict.Client.SendAsync(
                    HttpMethod.Get, "/api/v1/info", ("X-Forwarded-For", $"192.0.2.{Random.Shared.Next(256)}"));
                return response.StatusCode == HttpStatusCode.TooManyRequests;
            },
            "invented addresses share the bucket of the one that they come from");
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task A_client_that_drips_its_body_is_cut_off_and_records_nothing()
    {
        await using var service = await RunningService.StartAsync();
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(service.Address.Host, service.Address.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.Latin1.GetBytes(
            $"POST /api/v1/transactions HTTP/1.1\r\nHost: {service.Address.Authority}\r\nContent-Type: application/json\r\n"
            + "Content-Length: 100000\r\n\r\n["));

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var (status, text) = await RawHttp.ReadAsync(stream, deadline.Token);

        Assert.True(status == 408, text);
    }

    [Fact]
    public async Task The_server_has_every_limit_for_slow_and_greedy_clients()
    {
        await using var service = await RunningService.StartAsync();
        var limits = service.Get<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.Equal(Core.Limits.ConnectionsMax, limits.MaxConcurrentConnections);
        Assert.Equal(TimeSpan.FromSeconds(Core.Limits.RequestHeadersTimeoutSeconds), limits.RequestHeadersTimeout);
        Assert.Equal(TimeSpan.FromSeconds(Core.Limits.KeepAliveTimeoutSeconds), limits.KeepAliveTimeout);
        Assert.Equal(Core.Limits.RequestHeadersMax, limits.MaxRequestHeaderCount);
        Assert.Equal(Core.Limits.RequestHeadersBytesMax, limits.MaxRequestHeadersTotalSize);
        Assert.Equal(Core.Limits.BodyBytesPerSecondMin, limits.MinRequestBodyDataRate!.BytesPerSecond);
        Assert.Equal(Core.Limits.BodyBytesPerSecondMin, limits.MinResponseDataRate!.BytesPerSecond);
    }

    private static async Task<long> ReadAsync(RunningService service)
    {
        using var response = await service.Client.GetAsync("/api/v1/routes/RL1/transactions");
        return response.StatusCode == HttpStatusCode.OK
            ? (await response.JsonAsync(HttpStatusCode.OK)).GetProperty("transactions").GetInt64() : -1;
    }

    private static async Task<HttpStatusCode> SendAsync(RunningService service, string key)
    {
        using var response = await service.Client.SendAsync(HttpMethod.Post, "/save-transaction/RL2", ("X-Api-Key", key));
        return response.StatusCode;
    }

    /// <summary>Returns the first refusal, or null if twenty transactions were recorded.</summary>
    private static async Task<HttpResponseMessage?> RefusedAsync(RunningService service)
    {
        for (var look = 0; look < 20; look++)
        {
            var response = await service.Client.RecordAsync("CC1", "one");
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                return response;
            }

            response.Dispose();
        }

        return null;
    }

    private static async Task<HttpStatusCode> LoadAsync(RunningService service, Task released)
    {
        using var content = new HeldContent(released);
        using var response = await service.Client.PostAsync(new Uri("/api/v1/load/airlines", UriKind.Relative), content);
        return response.StatusCode;
    }

    /// <summary>An airline file that ends when the test releases it.</summary>
    private sealed class HeldContent : HttpContent
    {
        private readonly Task _released;

        public HeldContent(Task released)
        {
            _released = released;
            Headers.ContentType = new("text/csv");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(AirlineFiles.Small));
            await stream.FlushAsync();
            await _released;
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

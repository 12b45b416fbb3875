using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Airside.Core;
using Airside.Service.Hosting;
using Airside.Service.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace Airside.Service.Tests.Proxies;

/// <summary>HTTP/1.0 without a body and without a length, as nginx forwards a POST by default.</summary>
public sealed class BodylessPostTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Head = "POST /api/v1/routes/{0}/transactions HTTP/1.0\r\nHost: localhost\r\nIdempotency-Key: {1}\r\n";

    [Theory]
    [Trait("Category", "Smoke")]
    [InlineData("")]
    [InlineData("Connection: close\r\n")]
    [InlineData("Content-Length: 0\r\n")]
    [InlineData("content-length: 0\r\nX-Content-Length: 5\r\n")]
    public async Task It_is_counted_once(string header)
    {
        var key = Http.NewKey();
        var request = Bytes(string.Format(Head, "HB1", key) + header + "\r\n");
        var before = await service.Client.TotalAsync("HB1");

        Assert.Equal(201, (await RawHttp.SendAsync(service.Address, request)).Status);
        Assert.Equal(200, (await RawHttp.SendAsync(service.Address, request)).Status);
        Assert.Equal(before + 1, await service.Client.TotalAsync("HB1"));
    }

    [Fact]
    public async Task It_is_counted_however_it_is_cut_into_packets()
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(service.Address.Host, service.Address.Port, deadline.Token);
        var stream = client.GetStream();
        foreach (var one in Bytes(string.Format(Head, "HB2", Http.NewKey()) + "\r\n"))
        {
            await stream.WriteAsync(new[] { one }, deadline.Token);
        }

        Assert.Equal(201, (await RawHttp.ReadAsync(stream, deadline.Token)).Status);
    }

    [Fact]
    public async Task A_body_with_a_length_is_read()
    {
        const string Body = """[{"route":"HB3","key":"with a body"}]""";
        var (status, text) = await RawHttp.SendAsync(service.Address, Bytes(
            "POST /api/v1/transactions HTTP/1.0\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Body.Length}\r\n\r\n{Body}"));

        Assert.Equal(200, status);
        Assert.Contains("\"recorded\":1", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_is_none_is_refused_as_ever()
    {
        var (status, _) = await RawHttp.SendAsync(
            service.Address, Bytes("POST /save-transaction/HB4 HTTP/1.0\r\nHost: localhost\r\nnothing\r\n\r\n"));

        Assert.Equal(400, status);
        Assert.Equal(0, await service.Client.TotalAsync("HB4"));
    }

    [Fact]
    public async Task A_head_that_does_not_come_whole_is_left_to_the_limits_of_the_server()
    {
        var (pipe, time) = (new Pipe(), new FakeTimeProvider());
        using var reader = new FirstRequestReader(pipe.Reader, time);
        await pipe.Writer.WriteAsync(Bytes("POST / HT"));
        var reading = reader.ReadAsync();
        Assert.False(reading.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(Limits.RequestHeadersTimeoutSeconds));
        var result = await reading;

        Assert.Equal("POST / HT", Encoding.Latin1.GetString(result.Buffer));
        Assert.False(result.IsCanceled);
        reader.AdvanceTo(result.Buffer.End);
        await pipe.Writer.WriteAsync(Bytes("more"));
        Assert.Equal("more", Encoding.Latin1.GetString((await reader.ReadAsync()).Buffer));
    }

    [Fact]
    public async Task Other_requests_pass_through()
    {
        var (status, _) = await RawHttp.SendAsync(service.Address, "GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n"u8.ToArray());
        Assert.Equal(200, status);
    }

    private static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
}

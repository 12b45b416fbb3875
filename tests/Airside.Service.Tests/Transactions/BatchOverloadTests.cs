using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.RateLimiting;
using Airside.Core;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

public sealed class BatchOverloadTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Path = "/api/v1/transactions";

    private long FreePlaces => service.Get<ConcurrencyLimiter>().GetStatistics()!.CurrentAvailablePermits;

    [Fact]
    public async Task More_batches_at_once_than_the_limit_are_shed_and_others_go_on_when_one_has_ended()
    {
        var held = new List<TcpClient>();
        for (var i = 0; i < Limits.BatchRequestsMax; i++)
        {
            held.Add(await BeginBatchAsync());
        }

        // Nothing else is sent until all of them are in, because it could take one of the slots.
        await Waiting.UntilAsync(() => FreePlaces == 0, "as many batches as the limit allows");
        using var shed = await RecordBatchAsync();
        await shed.ProblemAsync(HttpStatusCode.ServiceUnavailable, "overloaded");
        Assert.Equal("1", shed.Headers.RetryAfter?.ToString());
        using var total = await service.Client.GetAsync(new Uri("/api/v1/routes/BO1/transactions", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, total.StatusCode);

        held.ForEach(client => client.Dispose());
        await Waiting.UntilAsync(() => FreePlaces == Limits.BatchRequestsMax, "the end of the batches");
        using var recorded = await RecordBatchAsync();
        Assert.Equal(HttpStatusCode.OK, recorded.StatusCode);
    }

    private Task<HttpResponseMessage> RecordBatchAsync() =>
        service.Client.PostAsync(Path, "application/json", BatchTests.Array(("a", "BO1")));

    /// <summary>Sends a batch with an incomplete body, which keeps the service waiting.</summary>
    private async Task<TcpClient> BeginBatchAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(service.Address.Host, service.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {Path} HTTP/1.1\r\nHost: {service.Address.Authority}\r\nContent-Type: application/json\r\n"
            + "Content-Length: 100\r\n\r\n["));
        return client;
    }
}

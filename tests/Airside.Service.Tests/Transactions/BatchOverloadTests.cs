using System.Net;
using System.Net.Sockets;
using System.Text;
using Airside.Core;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

public sealed class BatchOverloadTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Path = "/api/v1/transactions";

    [Fact]
    public async Task More_batches_at_once_than_the_limit_are_shed_and_others_go_on_when_one_has_ended()
    {
        var held = new List<TcpClient>();
        for (var i = 0; i < Limits.BatchRequestsMax; i++)
        {
            held.Add(await BeginBatchAsync());
        }

        await UntilAsync(HttpStatusCode.ServiceUnavailable);
        using var total = await service.Client.GetAsync(new Uri("/api/v1/routes/BO1/transactions", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, total.StatusCode);

        held.ForEach(client => client.Dispose());
        await UntilAsync(HttpStatusCode.OK);
    }

    /// <summary>Sends a batch but for its body, which keeps the service waiting for it.</summary>
    private async Task<TcpClient> BeginBatchAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(service.Address.Host, service.Address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST {Path} HTTP/1.1\r\nHost: {service.Address.Authority}\r\nContent-Type: application/json\r\n"
            + "Content-Length: 100\r\n\r\n["));
        return client;
    }

    private async Task UntilAsync(HttpStatusCode status)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        HttpStatusCode answered;
        do
        {
            using var content = new StringContent("""[{"route":"BO1","key":"a"}]""", Encoding.UTF8, "application/json");
            using var response = await service.Client.PostAsync(new Uri(Path, UriKind.Relative), content, deadline.Token);
            answered = response.StatusCode;
        }
        while (answered != status);
    }
}

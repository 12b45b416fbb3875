using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Health;

[Trait("Category", "Smoke")]
public sealed class HealthTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("/healthz", "alive")]
    [InlineData("/readyz", "ready")]
    public async Task A_service_that_runs_is_alive_and_ready(string path, string status)
    {
        using var response = await service.Client.GetAsync(path);

        Assert.Equal($$"""{"status":"{{status}}"}""", (await response.JsonAsync(HttpStatusCode.OK)).GetRawText());
    }
}

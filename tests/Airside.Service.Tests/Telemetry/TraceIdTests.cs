using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Telemetry;

/// <summary>The trace id in problem responses, by which callers and operators find the log lines.</summary>
public sealed class TraceIdTests(RunningService service) : IClassFixture<RunningService>
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";

    [Theory]
    [InlineData("00")]
    [InlineData("01")]
    public async Task It_is_that_of_the_caller(string flags)
    {
        var found = await ProblemIdAsync(("traceparent", $"00-{TraceId}-b7ad6b7169203331-{flags}"));
        Assert.Matches($"^00-{TraceId}-[0-9a-f]{{16}}-{flags}$", found);
        Assert.DoesNotContain("b7ad6b7169203331", found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [InlineData("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [InlineData("no such thing")]
    public async Task A_request_without_a_valid_one_gets_one_of_its_own_also_after_others_on_its_connection(string? traceparent)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal) { TraceId };
        for (var repeat = 0; repeat < 3; repeat++)
        {
            await ProblemIdAsync(("traceparent", $"00-{TraceId}-b7ad6b7169203331-01"));
            var own = traceparent is null ? await ProblemIdAsync() : await ProblemIdAsync(("traceparent", traceparent));
            Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-00$", own);
            Assert.True(seen.Add(own.Split('-')[1]), $"{own} was given before");
        }
    }

    [Fact]
    public async Task A_bare_status_of_routing_has_one_too()
    {
        using var response = await service.Client.GetAsync("/api/v1/no-such-thing");
        var problem = await response.ProblemAsync(HttpStatusCode.NotFound);
        Assert.Matches("^00-[0-9a-f]{32}-[0-9a-f]{16}-00$", problem.GetProperty("traceId").GetString());
    }

    private async Task<string> ProblemIdAsync(params (string Name, string Value)[] headers)
    {
        using var response = await service.Client.SendAsync(HttpMethod.Get, "/api/v1/routes/no-route/transactions", headers);
        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest);
        return problem.GetProperty("traceId").GetString()!;
    }
}

using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Compatibility;

[Trait("Category", "Smoke")]
public sealed class CompatibilityTests(RunningService service) : IClassFixture<RunningService>
{
    [Fact]
    public async Task Saving_counts_and_answers_the_total_under_the_name_of_the_route()
    {
        for (var total = 1; total <= 5; total++)
        {
            using var response = await service.Client.PostAsync(new Uri("/save-transaction/ar1133", UriKind.Relative), null);
            Assert.Equal($$"""{"AR1133":{{total}}}""", (await response.JsonAsync(HttpStatusCode.OK)).GetRawText());
        }

        Assert.Equal(5, await service.Client.TotalAsync("AR1133"));
    }

    [Theory]
    [InlineData("la0001", "LA0001", "LA1")]
    [InlineData("%20la%200002%20", "LA 0002", "LA2")]
    [InlineData("La-3", "LA-3", "LA3")]
    public async Task The_name_is_answered_as_it_was_sent_in_upper_case_and_counted_as_the_one_route(
        string sent, string echoed, string route)
    {
        using var unknown = await service.Client.GetAsync($"/get-transaction/{sent}");
        using var saved = await service.Client.PostAsync(new Uri($"/save-transaction/{sent}", UriKind.Relative), null);
        using var known = await service.Client.SendAsync(HttpMethod.Post, $"/get-transaction/{sent}");

        Assert.Equal($$"""{"{{echoed}}":0}""", (await unknown.JsonAsync(HttpStatusCode.OK)).GetRawText());
        Assert.Equal($$"""{"{{echoed}}":1}""", (await saved.JsonAsync(HttpStatusCode.OK)).GetRawText());
        Assert.Equal($$"""{"{{echoed}}":1}""", (await known.JsonAsync(HttpStatusCode.OK)).GetRawText());
        Assert.Equal(1, await service.Client.TotalAsync(route));
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    public async Task Getting_answers_the_total_and_0_for_a_route_never_seen(string method)
    {
        using var recorded = await service.Client.RecordAsync($"CM{method.Length}");
        using var known = await service.Client.SendAsync(new HttpMethod(method), $"/get-transaction/cm{method.Length}");
        using var unknown = await service.Client.SendAsync(new HttpMethod(method), "/get-transaction/CM999");

        Assert.Equal($$"""{"CM{{method.Length}}":1}""", (await known.JsonAsync(HttpStatusCode.OK)).GetRawText());
        Assert.Equal("""{"CM999":0}""", (await unknown.JsonAsync(HttpStatusCode.OK)).GetRawText());
    }

    [Fact]
    public async Task A_key_counts_once_over_the_old_and_the_new_endpoint()
    {
        var key = ("Idempotency-Key", Http.NewKey());
        using var first = await service.Client.SendAsync(HttpMethod.Post, "/save-transaction/CM1", key);
        using var other = await service.Client.SendAsync(HttpMethod.Post, "/save-transaction/CM1");
        using var repeat = await service.Client.SendAsync(HttpMethod.Post, "/save-transaction/CM1", key);
        using var newEndpoint = await service.Client.SendAsync(HttpMethod.Post, "/api/v1/routes/CM1/transactions", key);
        using var reused = await service.Client.SendAsync(HttpMethod.Post, "/save-transaction/CM2", key);

        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("""{"CM1":2}""", (await other.JsonAsync(HttpStatusCode.OK)).GetRawText());
        Assert.Equal("""{"CM1":1}""", (await repeat.JsonAsync(HttpStatusCode.OK)).GetRawText());
        Assert.Equal("true", repeat.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(HttpStatusCode.OK, newEndpoint.StatusCode);
        await reused.ProblemAsync(HttpStatusCode.UnprocessableEntity, "key-reused");
        Assert.Equal(2, await service.Client.TotalAsync("CM1"));
    }

    [Fact]
    public async Task A_key_that_is_none_is_refused()
    {
        using var response = await service.Client.SendAsync(
            HttpMethod.Post, "/save-transaction/CM77", ("Idempotency-Key", new string('k', 256)));

        await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-key");
        Assert.Equal(0, await service.Client.TotalAsync("CM77"));
    }
}

using System.Net;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

[Trait("Category", "Smoke")]
public sealed class RecordTransactionTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Replayed = "Idempotent-Replayed";

    [Fact]
    public async Task The_first_request_of_a_key_records_and_answers_201_with_the_place_of_the_total()
    {
        using var response = await service.Client.RecordAsync("RC1", "first of RC1");

        var answer = await response.JsonAsync(HttpStatusCode.Created);
        Assert.Equal("""{"route":"RC1","transactions":1,"key":"first of RC1"}""", answer.GetRawText());
        Assert.Equal("/api/v1/routes/RC1/transactions", response.Headers.Location?.ToString());
        Assert.False(response.Headers.Contains(Replayed));
        Assert.Equal(1, await service.Client.TotalAsync("RC1"));
    }

    [Fact]
    public async Task A_repeat_is_answered_with_200_and_the_first_body_even_when_the_total_has_grown_meanwhile()
    {
        using var first = await service.Client.RecordAsync("RC2", "repeated");
        using var other = await service.Client.RecordAsync("RC2", "another");
        using var repeat = await service.Client.RecordAsync("RC2", "repeated");

        Assert.Equal(2, (await other.JsonAsync(HttpStatusCode.Created)).GetProperty("transactions").GetInt64());
        Assert.Equal(HttpStatusCode.OK, repeat.StatusCode);
        Assert.Equal("true", repeat.Headers.GetValues(Replayed).Single());
        Assert.Equal(await first.Content.ReadAsStringAsync(), await repeat.Content.ReadAsStringAsync());
        Assert.Equal(2, await service.Client.TotalAsync("RC2"));
    }

    [Fact]
    public async Task Without_a_key_the_service_makes_one_that_repeats_the_transaction()
    {
        using var first = await service.Client.RecordAsync("RC3");
        using var second = await service.Client.RecordAsync("RC3");
        var made = (await first.JsonAsync(HttpStatusCode.Created)).GetProperty("key").GetString()!;
        using var repeat = await service.Client.RecordAsync("RC3", made);

        Assert.NotEqual(made, (await second.JsonAsync(HttpStatusCode.Created)).GetProperty("key").GetString());
        Assert.True(Guid.TryParse(made, out _));
        Assert.Equal(HttpStatusCode.OK, repeat.StatusCode);
        Assert.Equal(2, await service.Client.TotalAsync("RC3"));
    }

    [Fact]
    public async Task A_key_of_another_route_is_refused_with_422_and_counts_nowhere()
    {
        using var first = await service.Client.RecordAsync("RC4", "of RC4");
        using var reused = await service.Client.RecordAsync("RC5", "of RC4");

        var problem = await reused.ProblemAsync(HttpStatusCode.UnprocessableEntity, "key-reused");
        Assert.Contains("RC4", problem.Detail(), StringComparison.Ordinal);
        Assert.Contains("RC5", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(1, await service.Client.TotalAsync("RC4"));
        Assert.Equal(0, await service.Client.TotalAsync("RC5"));
    }

    [Fact]
    public async Task Lower_case_names_the_same_route_and_the_answer_has_upper_case()
    {
        using var lower = await service.Client.RecordAsync("rc6a", "lower");
        using var upper = await service.Client.RecordAsync("RC6A", "lower");

        Assert.Equal("RC6A", (await lower.JsonAsync(HttpStatusCode.Created)).GetProperty("route").GetString());
        Assert.Equal(HttpStatusCode.OK, upper.StatusCode);
        Assert.Equal(1, await service.Client.TotalAsync("rC6a"));
    }

    [Fact]
    public async Task A_route_never_seen_has_the_total_0() =>
        Assert.Equal(
            """{"route":"ZZ9999Z","transactions":0}""",
            (await service.Client.JsonAsync("/api/v1/routes/zz9999z/transactions")).GetRawText());

    [Fact]
    public async Task The_same_key_sent_by_many_at_once_counts_once_and_all_get_the_same_body()
    {
        var responses = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => service.Client.RecordAsync("RC7", "at once")));

        Assert.Single(responses, response => response.StatusCode == HttpStatusCode.Created);
        Assert.Equal(49, responses.Count(response => response.StatusCode == HttpStatusCode.OK && response.Headers.Contains(Replayed)));
        var bodies = await Task.WhenAll(responses.Select(response => response.Content.ReadAsStringAsync()));
        Assert.Single(bodies.Distinct());
        Assert.Equal(1, await service.Client.TotalAsync("RC7"));
    }

    [Fact]
    public async Task Different_keys_sent_by_many_at_once_count_once_each_and_every_total_occurs_once()
    {
        var responses = await Task.WhenAll(
            Enumerable.Range(0, 200).Select(number => service.Client.RecordAsync("RC8", $"many {number}")));

        var totals = await Task.WhenAll(responses.Select(async response =>
            (await response.JsonAsync(HttpStatusCode.Created)).GetProperty("transactions").GetInt64()));
        Assert.Equal(Enumerable.Range(1, 200).Select(total => (long)total), totals.Order());
        Assert.Equal(200, await service.Client.TotalAsync("RC8"));
    }

    [Fact]
    public async Task A_total_read_after_an_answer_includes_it()
    {
        for (var number = 1; number <= 100; number++)
        {
            using var response = await service.Client.RecordAsync("RC9");
            var answered = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
            Assert.Equal(number, answered.GetProperty("transactions").GetInt64());
            Assert.Equal(number, await service.Client.TotalAsync("RC9"));
        }
    }
}

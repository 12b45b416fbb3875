using System.Net;
using System.Text;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

public sealed class TransactionKeyHeaderTests(RunningService service) : IClassFixture<RunningService>
{
    [Theory]
    [InlineData("Idempotency-Key:", "is empty")]
    [InlineData("Idempotency-Key:   ", "is empty")]
    [InlineData("Idempotency-Key: one\ttwo", "U+0009")]
    [InlineData("Idempotency-Key: one\u0001two", "U+0001")]
    [InlineData("Idempotency-Key: one\u007ftwo", "U+007F")]
    [InlineData("Idempotency-Key: one\u00c2\u0085two", "U+0085")]
    [InlineData("Idempotency-Key: one\r\nIdempotency-Key: two", "occurs 2 times")]
    [InlineData("Idempotency-Key: same\r\nidempotency-key: same", "occurs 2 times")]
    public async Task A_key_that_is_none_is_refused_with_the_cause_and_nothing_is_recorded(string header, string cause)
    {
        var (status, text) = await RawHttp.RecordAsync(service.Address, "KY1", header);

        Assert.Equal(400, status);
        Assert.Contains("urn:airside:problem:invalid-key", text, StringComparison.Ordinal);
        Assert.Contains(cause, text.Replace("\\u002B", "+", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(0, await service.Client.TotalAsync("KY1"));
    }

    [Theory]
    [InlineData("Idempotency-Key: one\0two")]
    [InlineData("Idempotency-Key: one\u00fftwo")]
    [InlineData("Idempotency-Key: one\u00c3(two")]
    [InlineData("Idempotency-Key: half \u00ed\u00a0\u0080 pair")]
    [InlineData("Idempotency-Key: replaced \u00ef\u00bf\u00bd")]
    public async Task A_key_of_bytes_that_are_no_text_is_refused_with_400_and_nothing_is_recorded(string header)
    {
        var (status, _) = await RawHttp.RecordAsync(service.Address, "KY2", header);

        Assert.Equal(400, status);
        Assert.Equal(0, await service.Client.TotalAsync("KY2"));
    }

    [Fact]
    public async Task A_key_of_255_characters_is_taken_and_one_of_256_refused()
    {
        using var longest = await service.Client.RecordAsync("KY3", new string('k', 255));
        using var quoted = await service.Client.RecordAsync("KY3", $"\"{new string('k', 255)}\"");
        using var longer = await service.Client.RecordAsync("KY3", new string('k', 256));

        await longest.JsonAsync(HttpStatusCode.Created);
        await quoted.JsonAsync(HttpStatusCode.OK);
        var problem = await longer.ProblemAsync(HttpStatusCode.BadRequest, "invalid-key");
        Assert.Contains("256", problem.Detail(), StringComparison.Ordinal);
        Assert.Contains("255", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(1, await service.Client.TotalAsync("KY3"));
    }

    [Fact]
    public async Task A_key_of_any_script_is_taken_in_JSON_and_refused_in_the_header_with_the_way_out()
    {
        const string Key = "Ключ-予約-🛫";
        var header = "Idempotency-Key: " + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Key));

        var (refused, problem) = await RawHttp.RecordAsync(service.Address, "KY4", header);
        using var first = await BatchAsync("KY4", Key);
        using var repeat = await BatchAsync("KY4", Key);

        Assert.Equal(400, refused);
        Assert.Contains("U+041A", problem.Replace("\\u002B", "+", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("POST /api/v1/transactions", problem, StringComparison.Ordinal);
        Assert.Equal(("recorded", Key), await ItemAsync(first));
        Assert.Equal(("replayed", Key), await ItemAsync(repeat));
    }

    [Fact]
    public async Task The_quoted_string_of_the_IETF_draft_and_its_content_are_one_key_in_header_and_batch()
    {
        using var plain = await service.Client.RecordAsync("KY6", "order 7");
        using var quoted = await service.Client.RecordAsync("KY6", "\"order 7\"");
        using var batch = await BatchAsync("KY6", "\\\"order 7\\\"");
        using var together = await service.Client.PostAsync(
            "/api/v1/transactions", "application/json", """[{"route":"KY6","key":"\"both\""},{"route":"KY6","key":"both"}]""");

        await plain.JsonAsync(HttpStatusCode.Created);
        Assert.Equal("order 7", (await quoted.JsonAsync(HttpStatusCode.OK)).GetProperty("key").GetString());
        Assert.Equal(("replayed", "order 7"), await ItemAsync(batch));
        Assert.Equal(1, (await together.JsonAsync(HttpStatusCode.OK)).GetProperty("replayed").GetInt32());
        Assert.Equal(2, await service.Client.TotalAsync("KY6"));
    }

    [Theory]
    [InlineData("\"k")]
    [InlineData("\"k\"x")]
    [InlineData("\"a\\nb\"")]
    [InlineData("\"k\";v=1")]
    public async Task A_string_with_bad_quotes_or_escapes_is_refused_in_header_and_batch(string key)
    {
        using var header = await service.Client.RecordAsync("KY7", key);
        using var batch = await BatchAsync("KY7", JsonEncodedText.Encode(key).ToString());
        var ofHeader = await header.ProblemAsync(HttpStatusCode.BadRequest, "invalid-key");
        var ofBatch = await batch.ProblemAsync(HttpStatusCode.BadRequest, "invalid-batch");

        Assert.Contains("quoted string", ofHeader.Detail(), StringComparison.Ordinal);
        Assert.Contains("quoted string", ofBatch.Detail(), StringComparison.Ordinal);
        Assert.Equal(0, await service.Client.TotalAsync("KY7"));
    }

    [Fact]
    public async Task A_transaction_without_a_key_is_refused_where_keys_are_required_and_the_problem_shows_one()
    {
        await using var strict = await RunningService.StartAsync("--Airside:RequireTransactionKey=true");
        foreach (var path in new[] { "/api/v1/routes/KY8/transactions", "/save-transaction/KY8" })
        {
            using var without = await strict.Client.SendAsync(HttpMethod.Post, path);
            var problem = await without.ProblemAsync(HttpStatusCode.BadRequest, "missing-key");
            Assert.Contains("Airside:RequireTransactionKey is true", problem.Detail(), StringComparison.Ordinal);
            Assert.Contains("'Idempotency-Key: ", problem.Detail(), StringComparison.Ordinal);
        }

        using var with = await strict.Client.RecordAsync("KY8", "k");
        await with.JsonAsync(HttpStatusCode.Created);
        Assert.Equal(1, await strict.Client.TotalAsync("KY8"));
    }

    [Fact]
    public async Task Keys_that_differ_in_case_or_inner_space_are_different()
    {
        foreach (var key in new[] { "a b", "A b", "a  b", "a b c" })
        {
            using var response = await service.Client.RecordAsync("KY5", key);
            await response.JsonAsync(HttpStatusCode.Created);
        }

        Assert.Equal(4, await service.Client.TotalAsync("KY5"));
    }

    private static async Task<(string? Status, string? Key)> ItemAsync(HttpResponseMessage response)
    {
        var item = (await response.JsonAsync(HttpStatusCode.OK)).GetProperty("transactions")[0];
        return (item.GetProperty("status").GetString(), item.GetProperty("key").GetString());
    }

    /// <summary>Sends a batch of one transaction.</summary>
    /// <param name="route">Its route.</param>
    /// <param name="key">Its key, as within a JSON string.</param>
    private Task<HttpResponseMessage> BatchAsync(string route, string key) =>
        service.Client.PostAsync("/api/v1/transactions", "application/json", $$"""[{"route":"{{route}}","key":"{{key}}"}]""");
}

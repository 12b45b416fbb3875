using System.Net;
using System.Text;
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
    public async Task A_key_of_128_characters_is_taken_and_one_of_129_refused()
    {
        using var longest = await service.Client.RecordAsync("KY3", new string('k', 128));
        using var longer = await service.Client.RecordAsync("KY3", new string('k', 129));

        await longest.JsonAsync(HttpStatusCode.Created);
        var problem = await longer.ProblemAsync(HttpStatusCode.BadRequest, "invalid-key");
        Assert.Contains("129", problem.Detail(), StringComparison.Ordinal);
        Assert.Contains("128", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(1, await service.Client.TotalAsync("KY3"));
    }

    [Fact]
    public async Task A_key_of_any_script_is_taken_in_a_batch_and_refused_in_a_header()
    {
        const string Key = "Ключ-予約-🛫";
        var (status, text) = await RawHttp.RecordAsync(
            service.Address, "KY4", "Idempotency-Key: " + Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Key)));
        using var batch = await service.Client.PostAsync(
            "/api/v1/transactions", "application/json", $$"""[{"route":"KY4","key":"{{Key}}"}]""");

        Assert.Equal(400, status);
        Assert.Contains("POST /api/v1/transactions", text, StringComparison.Ordinal);
        var item = (await batch.JsonAsync(HttpStatusCode.OK)).GetProperty("transactions")[0];
        Assert.Equal("recorded", item.GetProperty("status").GetString());
        Assert.Equal(Key, item.GetProperty("key").GetString());
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
}

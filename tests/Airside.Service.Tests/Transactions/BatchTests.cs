using System.Net;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

[Trait("Category", "Smoke")]
public sealed class BatchTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Path = "/api/v1/transactions";
    private const string Json = "application/json";

    [Theory]
    [InlineData(Json)]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("Application/JSON;charset=\"UTF-8\"")]
    public async Task A_JSON_array_is_recorded_in_its_order_and_answered_per_item(string contentType)
    {
        var (first, second, third) = (Http.NewKey(), Http.NewKey(), Http.NewKey());
        var before = await service.Client.TotalAsync("BT1");

        using var response = await service.Client.PostAsync(Path, contentType, Array((first, "BT1"), (second, "bt2"), (third, "BT1")));

        var answer = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal((3, 0, 0), Counts(answer));
        var items = answer.GetProperty("transactions");
        Assert.Equal(
            $$"""{"route":"BT1","key":"{{first}}","status":"recorded","transactions":{{before + 1}}}""", items[0].GetRawText());
        Assert.Equal("BT2", items[1].GetProperty("route").GetString());
        Assert.Equal(second, items[1].GetProperty("key").GetString());
        Assert.Equal(before + 2, items[2].GetProperty("transactions").GetInt64());
        Assert.Equal(before + 2, await service.Client.TotalAsync("BT1"));
    }

    [Theory]
    [InlineData("application/x-ndjson", "\n")]
    [InlineData("application/x-ndjson; charset=utf-8", "\r\n")]
    [InlineData("application/ndjson", "\n\n  \n")]
    [InlineData("application/jsonl", "\n")]
    public async Task JSON_lines_are_recorded_like_an_array(string contentType, string lineEnd)
    {
        var (first, second) = (Http.NewKey(), Http.NewKey());

        using var response = await service.Client.PostAsync(
            Path, contentType, Item(first, "BT3") + lineEnd + Item(second, "BT3") + lineEnd);

        var answer = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal((2, 0, 0), Counts(answer));
        using var repeat = await service.Client.RecordAsync("BT3", second);
        Assert.Equal(HttpStatusCode.OK, repeat.StatusCode);
    }

    [Fact]
    public async Task A_key_twice_in_a_batch_counts_once_and_the_second_is_answered_as_the_first()
    {
        var key = Http.NewKey();

        using var response = await service.Client.PostAsync(Path, Json, Array((key, "BT4"), (Http.NewKey(), "BT4"), (key, "BT4")));

        var answer = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal((2, 1, 0), Counts(answer));
        Assert.Equal(["recorded", "recorded", "replayed"], Statuses(answer));
        Assert.Equal(1, answer.GetProperty("transactions")[2].GetProperty("transactions").GetInt64());
        Assert.Equal(2, await service.Client.TotalAsync("BT4"));
    }

    [Fact]
    public async Task A_key_reused_for_another_route_is_refused_for_its_item_alone()
    {
        var (inBatch, before) = (Http.NewKey(), Http.NewKey());
        using var recorded = await service.Client.RecordAsync("BT5", before);

        using var response = await service.Client.PostAsync(
            Path, Json, Array((inBatch, "BT5"), (inBatch, "BT6"), (before, "BT6"), (Http.NewKey(), "BT6")));

        var answer = await response.JsonAsync(HttpStatusCode.OK);
        Assert.Equal((2, 0, 2), Counts(answer));
        Assert.Equal(["recorded", "refused", "refused", "recorded"], Statuses(answer));
        var refused = answer.GetProperty("transactions")[1];
        Assert.Equal(JsonValueKind.Null, refused.GetProperty("transactions").ValueKind);
        Assert.Contains("BT5", refused.GetProperty("cause").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, await service.Client.TotalAsync("BT5"));
        Assert.Equal(1, await service.Client.TotalAsync("BT6"));
    }

    [Fact]
    public async Task A_whole_batch_that_is_repeated_is_answered_with_the_totals_of_the_first_time()
    {
        var batch = Array([.. Enumerable.Range(0, 50).Select(number => (Http.NewKey(), $"BT{number % 7 + 100}"))]);

        using var first = await service.Client.PostAsync(Path, Json, batch);
        using var repeat = await service.Client.PostAsync(Path, Json, batch);

        var (once, twice) = (await first.JsonAsync(HttpStatusCode.OK), await repeat.JsonAsync(HttpStatusCode.OK));
        Assert.Equal((50, 0, 0), Counts(once));
        Assert.Equal((0, 50, 0), Counts(twice));
        Assert.Equal(Totals(once), Totals(twice));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ten_thousand_items_are_recorded_at_once(bool asLines)
    {
        var items = Enumerable.Range(0, 10_000).Select(number => (Http.NewKey(), $"BM{1 + (number % 100)}")).ToArray();
        var before = await SumAsync();

        using var response = await service.Client.PostAsync(
            Path, asLines ? "application/x-ndjson" : Json, asLines ? Lines(items) : Array(items));

        Assert.Equal((10_000, 0, 0), Counts(await response.JsonAsync(HttpStatusCode.OK)));
        Assert.Equal(before + 10_000, await SumAsync());
    }

    [Fact]
    public async Task A_body_of_4_MiB_is_read_and_one_byte_more_is_refused_with_413()
    {
        var batch = Array((Http.NewKey(), "BT7"));
        var largest = batch + new string(' ', (4 * 1024 * 1024) - batch.Length);

        using var refused = await service.Client.PostAsync(Path, Json, largest + " ");
        Assert.Equal(0, await service.Client.TotalAsync("BT7"));
        using var taken = await service.Client.PostAsync(Path, Json, largest);

        await refused.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body-too-large");
        Assert.Equal((1, 0, 0), Counts(await taken.JsonAsync(HttpStatusCode.OK)));
    }

    [Theory]
    [InlineData("application/json", "\uFEFF[{0},{1}]")]
    [InlineData("application/json", "\uFEFF\r\n [{0},{1}]")]
    [InlineData("application/x-ndjson", "\uFEFF{0}\n{1}")]
    [InlineData("application/x-ndjson", "{0}\r\n\uFEFF{1}\r\n")]
    [InlineData("application/jsonl", "\uFEFF\n{0}\n\uFEFF\n{1}")]
    public async Task A_byte_order_mark_means_nothing(string contentType, string form)
    {
        var items = new[] { Item(Http.NewKey(), "BT8"), Item(Http.NewKey(), "BT8") };
        var body = form.Replace("{0}", items[0], StringComparison.Ordinal).Replace("{1}", items[1], StringComparison.Ordinal);

        using var response = await service.Client.PostAsync(Path, contentType, body);

        Assert.Equal((2, 0, 0), Counts(await response.JsonAsync(HttpStatusCode.OK)));
    }

    [Fact]
    public async Task Names_of_members_may_be_escaped_as_JSON_allows()
    {
        var key = Http.NewKey();

        using var response = await service.Client.PostAsync(Path, Json, $$"""[{"\u0072oute":"BT9","k\u0065y":"{{key}}"}]""");
        using var lines = await service.Client.PostAsync(
            Path, "application/x-ndjson", $$"""{"\u006B\u0065\u0079":"{{Http.NewKey()}}","rout\u0065":"\u0042T9"}""");

        Assert.Equal((1, 0, 0), Counts(await response.JsonAsync(HttpStatusCode.OK)));
        Assert.Equal((1, 0, 0), Counts(await lines.JsonAsync(HttpStatusCode.OK)));
        Assert.Equal(2, await service.Client.TotalAsync("BT9"));
    }

    internal static string Item(string key, string route) => $$"""{"route":"{{route}}","key":"{{key}}"}""";

    internal static string Array(params (string Key, string Route)[] items) =>
        $"[{string.Join(',', items.Select(item => Item(item.Key, item.Route)))}]";

    internal static string Lines(params (string Key, string Route)[] items) =>
        string.Join('\n', items.Select(item => Item(item.Key, item.Route)));

    private async Task<long> SumAsync() => (await service.Client.JsonAsync("/api/v1/routes?airline=BM&limit=1000"))
        .GetProperty("routes").EnumerateArray().Sum(route => route.GetProperty("transactions").GetInt64());

    private static (int Recorded, int Replayed, int Refused) Counts(JsonElement answer) => (
        answer.GetProperty("recorded").GetInt32(), answer.GetProperty("replayed").GetInt32(), answer.GetProperty("refused").GetInt32());

    private static IEnumerable<string?> Statuses(JsonElement answer) =>
        answer.GetProperty("transactions").EnumerateArray().Select(item => item.GetProperty("status").GetString());

    private static IEnumerable<long> Totals(JsonElement answer) =>
        answer.GetProperty("transactions").EnumerateArray().Select(item => item.GetProperty("transactions").GetInt64());
}

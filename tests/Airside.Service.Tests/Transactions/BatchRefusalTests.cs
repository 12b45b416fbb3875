using System.Net;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

public sealed class BatchRefusalTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Path = "/api/v1/transactions";
    private const string Json = "application/json";
    private const string Lines = "application/x-ndjson";

    [Theory]
    [InlineData(Json, "")]
    [InlineData(Json, " ")]
    [InlineData(Json, "[")]
    [InlineData(Json, "[{]")]
    [InlineData(Json, "{}")]
    [InlineData(Json, "\"text\"")]
    [InlineData(Json, "null")]
    [InlineData(Json, """[{"route":"BR1","key":"a"}""")]
    [InlineData(Json, """[{"route":"BR1","key":"a"}] x""")]
    [InlineData(Json, """[{"route":"BR1","key":"a"}][]""")]
    [InlineData(Json, """[{"route":"BR1","key":"a"},]""")]
    [InlineData(Json, """[{"route":"BR1","key":"a" /* no */}]""")]
    [InlineData(Json, """{"route":"BR1","key":"a"}""")]
    [InlineData(Lines, """{"route":"BR1","key":"a"}{"route":"BR1","key":"b"}""")]
    [InlineData(Lines, "{\"route\":\"BR1\",\"key\":\"a\"}\n{\"route\":\"BR1\",")]
    [InlineData(Lines, "{\"route\":\"BR1\",\"key\":\"a\"}\nnonsense")]
    public async Task A_body_that_is_not_of_its_form_is_refused_with_400(string contentType, string body)
    {
        using var response = await service.Client.PostAsync(Path, contentType, body);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "malformed-json");
        Assert.Contains("Nothing was recorded", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(0, await service.Client.TotalAsync("BR1"));
    }

    [Theory]
    [InlineData(Json, "[]")]
    [InlineData(Lines, "")]
    [InlineData(Lines, "\n \r\n\n")]
    public async Task A_batch_without_an_item_is_refused_with_400(string contentType, string body)
    {
        using var response = await service.Client.PostAsync(Path, contentType, body);

        await response.ProblemAsync(HttpStatusCode.BadRequest, "empty-batch");
    }

    [Theory]
    [InlineData("1", "not an object")]
    [InlineData("[]", "not an object")]
    [InlineData("null", "not an object")]
    [InlineData("""{"key":"a"}""", "'route' is missing")]
    [InlineData("""{"route":"BR2"}""", "'key' is missing")]
    [InlineData("""{"route":"BR2","key":null}""", "'key' is not a string")]
    [InlineData("""{"route":2,"key":"a"}""", "'route' is not a string")]
    [InlineData("""{"route":{"a":[]},"key":"a"}""", "'route' is not a string")]
    [InlineData("""{"route":"BR2","route":"BR2","key":"a"}""", "'route' occurs twice")]
    [InlineData("""{"route":"BR2","key":"a","key":"b"}""", "'key' occurs twice")]
    [InlineData("""{"route":"BR--2","key":"a"}""", "'BR--2' is not a flight route")]
    [InlineData("""{"route":"","key":"a"}""", "'' is not a flight route")]
    [InlineData("""{"route":"BR2","key":""}""", "is empty")]
    [InlineData("""{"route":"BR2","key":"a\tb"}""", "U+0009")]
    [InlineData("""{"route":"BR2","key":"a\ud800"}""", "'key' is not valid Unicode")]
    [InlineData("""{"ROUTE":"BR2","key":"a"}""", "'ROUTE' is unknown; an item has 'route' and 'key'")]
    [InlineData("""{"\ud800":1,"key":"a"}""", "A name that is not valid Unicode is unknown")]
    [InlineData("""{"route":"BR2","key":"a","seats":[1,{"route":"XX1"}]}""", "'seats' is unknown")]
    [InlineData("""{"note":null,"route":"BR2","key":"a"}""", "'note' is unknown")]
    [InlineData("""{"route":"BR2","key":"a","\u006eote":{}}""", "'note' is unknown")]
    [InlineData("""{"route":"BR2","key":"a","":1}""", "'' is unknown")]
    [InlineData("""{"route":"BR2","key":"a","Schlüssel ✈":1}""", "'Schlüssel ✈' is unknown")]
    [InlineData("""{"route":"BR2","key":"a","\u0072oute":"BR2"}""", "'route' occurs twice")]
    public async Task A_wrong_item_refuses_the_batch_and_is_named_with_its_index_and_cause(string item, string cause)
    {
        var body = $$"""[{"route":"BR2","key":"good 1"},{{item}},{"route":"BR2","key":"good 2"}]""";

        using var response = await service.Client.PostAsync(Path, Json, body);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-batch");
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(1, error.GetProperty("index").GetInt32());
        Assert.Contains(cause, error.GetProperty("cause").GetString(), StringComparison.Ordinal);
        Assert.Contains("Item 1", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(0, await service.Client.TotalAsync("BR2"));
    }

    [Theory]
    [InlineData(Json)]
    [InlineData(Lines)]
    public async Task One_bad_item_among_ten_thousand_refuses_all_and_is_named(string contentType)
    {
        var items = Enumerable.Range(0, 10_000).Select(number => (Http.NewKey(), number == 7_777 ? "BAD!" : "BR3")).ToArray();
        var body = contentType == Json ? BatchTests.Array(items) : BatchTests.Lines(items);

        using var response = await service.Client.PostAsync(Path, contentType, body);

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-batch");
        Assert.Equal(7_777, problem.GetProperty("errors")[0].GetProperty("index").GetInt32());
        Assert.Equal(0, await service.Client.TotalAsync("BR3"));
    }

    [Fact]
    public async Task At_most_a_hundred_wrong_items_are_listed()
    {
        using var response = await service.Client.PostAsync(
            Path, Json, $"[{string.Join(',', Enumerable.Repeat("0", 150))}]");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-batch");
        Assert.Equal(
            Enumerable.Range(0, 100),
            problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("index").GetInt32()));
    }

    [Theory]
    [InlineData(Json)]
    [InlineData(Lines)]
    public async Task Ten_thousand_and_one_items_are_refused_with_413(string contentType)
    {
        var items = Enumerable.Range(0, 10_001).Select(_ => (Http.NewKey(), "BR4")).ToArray();
        var body = contentType == Json ? BatchTests.Array(items) : BatchTests.Lines(items);

        using var response = await service.Client.PostAsync(Path, contentType, body);

        var problem = await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "body-too-large");
        Assert.Contains("10000", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(0, await service.Client.TotalAsync("BR4"));
    }

    [Fact]
    public async Task A_body_that_grows_past_4_MiB_without_saying_so_before_is_refused_with_413()
    {
        var (status, text) = await RawHttp.PostChunkAsync(service.Address, Path, Json, new byte[(4 * 1024 * 1024) + 1]);

        Assert.Equal(413, status);
        Assert.Contains("urn:airside:problem:body-too-large", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(100_000, "[", "]")]
    [InlineData(100_000, "{\"a\":", "}")]
    public async Task JSON_of_any_depth_is_refused_with_400_and_the_service_lives_on(int depth, string open, string close)
    {
        var deep = string.Concat(Enumerable.Repeat(open, depth)) + "0" + string.Concat(Enumerable.Repeat(close, depth));

        using var response = await service.Client.PostAsync(Path, Json, $$"""[{"route":"BR5","key":"a","more":{{deep}}}]""");

        await response.ProblemAsync(HttpStatusCode.BadRequest, "malformed-json");
        await service.Client.JsonAsync("/healthz");
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_refused_with_400()
    {
        byte[] body = [.. "[{\"route\":\"BR6\",\"key\":\"a"u8, 0xff, .. "\"}]"u8];

        using var response = await service.Client.PostAsync(Path, Json, body);

        await response.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Equal(0, await service.Client.TotalAsync("BR6"));
    }

    [Fact]
    public async Task A_body_in_UTF_16_is_called_so()
    {
        foreach (var encoding in new[] { System.Text.Encoding.Unicode, System.Text.Encoding.BigEndianUnicode })
        {
            using var response = await service.Client.PostAsync(
                Path, Json, [.. encoding.GetPreamble(), .. encoding.GetBytes("""[{"route":"BR6","key":"a"}]""")]);

            var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "malformed-json");
            Assert.Contains("UTF-16, not UTF-8", problem.Detail(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("text/csv")]
    [InlineData("application/xml")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("application/json; charset=iso-8859-1")]
    [InlineData("multipart/form-data; boundary=x")]
    public async Task Another_content_type_is_refused_with_415(string contentType)
    {
        using var response = await service.Client.PostAsync(Path, contentType, """[{"route":"BR7","key":"a"}]""");

        var problem = await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        Assert.Contains($"'{contentType}'", problem.Detail(), StringComparison.Ordinal);
        Assert.Contains(
            "application/json, application/x-ndjson, application/ndjson, application/jsonl in UTF-8", problem.Detail(),
            StringComparison.Ordinal);
        Assert.Contains("-H 'Content-Type: application/json' --data-binary @FILE", problem.Detail(), StringComparison.Ordinal);
        Assert.Equal(0, await service.Client.TotalAsync("BR7"));
    }

    [Fact]
    public async Task A_body_without_a_content_type_is_refused_with_415_that_names_what_is_read()
    {
        using var content = new ByteArrayContent([.. "[]"u8]);

        using var response = await service.Client.PostAsync(new Uri(Path, UriKind.Relative), content);

        var problem = await response.ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        Assert.Contains("application/json", problem.Detail(), StringComparison.Ordinal);
    }
}

using System.Net;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

[Trait("Category", "Smoke")]
public sealed class HistoryTests(ServiceWithAllHours all) : IClassFixture<ServiceWithAllHours>
{
    private readonly RunningService _service = all.Service;

    [Theory]
    [InlineData("", "hour")]
    [InlineData("?bucket=", "hour")]
    [InlineData("?bucket=hour", "hour")]
    [InlineData("?bucket=HOUR", "hour")]
    [InlineData("?bucket=day", "day")]
    [InlineData("?bucket=Day", "day")]
    public async Task What_was_recorded_now_stands_in_the_bucket_of_now(string query, string bucket)
    {
        var before = TimeProvider.System.GetUtcNow();
        var earlier = await _service.Client.TotalAsync("HS1");
        using var response = await _service.Client.RecordAsync("HS1", Http.NewKey());
        var history = await _service.Client.JsonAsync($"/api/v1/routes/hs1/history{query}");
        var after = TimeProvider.System.GetUtcNow();

        Assert.Equal("HS1", history.GetProperty("route").GetString());
        Assert.Equal(bucket, history.GetProperty("bucket").GetString());
        var points = Points(history);
        Assert.Equal(earlier + 1, points.Sum(point => point.Transactions));
        Assert.InRange(points[^1].Start, Floor(before, bucket), Floor(after, bucket));
        Assert.All(points, point => Assert.Equal(Floor(point.Start, bucket), point.Start));
        var shown = history.GetProperty("to").GetDateTimeOffset() - history.GetProperty("from").GetDateTimeOffset();
        Assert.Equal(bucket == "day" ? TimeSpan.FromDays(30) : TimeSpan.FromHours(24), shown);
    }

    [Theory]
    [InlineData("hour")]
    [InlineData("day")]
    public async Task The_time_asked_for_keeps_whole_buckets_and_ends_before_its_end(string bucket)
    {
        using var response = await _service.Client.RecordAsync("HS2", Http.NewKey());
        var route = await _service.Client.JsonAsync("/api/v1/routes/HS2");
        var total = route.GetProperty("transactions").GetInt64();
        var start = Floor(route.GetProperty("firstAt").GetDateTimeOffset(), bucket);
        var width = bucket == "day" ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1);
        var end = Floor(route.GetProperty("lastAt").GetDateTimeOffset(), bucket) + width;

        Assert.Equal(total, await SumAsync("HS2", bucket, start, end));
        Assert.Equal(total, await SumAsync("HS2", bucket, start.AddMinutes(59), end));
        Assert.Equal(total, await SumAsync("HS2", bucket, start, end.AddMinutes(-59)));
        Assert.Equal(0, await SumAsync("HS2", bucket, start.AddDays(-2), start));
        Assert.Equal(0, await SumAsync("HS2", bucket, end, end.AddDays(2)));
    }

    [Theory]
    [InlineData("from=2026-01-01&to=2026-01-02", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")]
    [InlineData("from=2026-01-01T10:30Z&to=2026-01-01T12:00:01Z", "2026-01-01T10:30:00Z", "2026-01-01T12:00:01Z")]
    [InlineData("from=2026-01-01T10:30:00.123Z&to=2026-01-01T11:30:00", "2026-01-01T10:30:00.123Z", "2026-01-01T11:30:00Z")]
    [InlineData("from=2026-01-01T02:00:00+02:00&to=2026-01-01T02:00:00-02:00", "2026-01-01T00:00:00Z", "2026-01-01T04:00:00Z")]
    [InlineData("from=2026-01-01T02:00:00%2B02:00&to=2026-01-01", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")]
    public async Task Moments_are_read_as_ISO_8601_and_shown_in_UTC(string query, string from, string to)
    {
        var history = await _service.Client.JsonAsync($"/api/v1/routes/HS3/history?{query}");

        Assert.Equal(from, history.GetProperty("from").GetString());
        Assert.Equal(to, history.GetProperty("to").GetString());
        Assert.Empty(Points(history));
    }

    [Fact]
    public async Task An_end_alone_gives_the_day_before_it()
    {
        var history = await _service.Client.JsonAsync("/api/v1/routes/HS4/history?to=2026-03-02T06:00:00Z");

        Assert.Equal("2026-03-01T06:00:00Z", history.GetProperty("from").GetString());
    }

    [Theory]
    [InlineData("from=yesterday", "'from'")]
    [InlineData("from=2026-13-01", "'from'")]
    [InlineData("from=2026-02-30", "'from'")]
    [InlineData("from=1969-12-31", "'from'")]
    [InlineData("from=01/02/2026", "'from'")]
    [InlineData("from=1700000000", "'from'")]
    [InlineData("to=2026-01-01T25:00Z", "'to'")]
    [InlineData("to=tomorrow", "'to'")]
    [InlineData("bucket=week", "'bucket'")]
    [InlineData("bucket=hours", "'bucket'")]
    [InlineData("from=2026-01-02&to=2026-01-01", "later than 'to'")]
    [InlineData("from=2999-01-01", "later than 'to'")]
    [InlineData("from=2020-01-01&to=2026-01-01", "10000")]
    [InlineData("from=1970-01-01&to=9999-12-31&bucket=day", "10000")]
    public async Task A_bad_parameter_is_refused_with_400_that_says_what_is_wrong(string query, string cause)
    {
        using var response = await _service.Client.GetAsync($"/api/v1/routes/HS5/history?{query}");

        var problem = await response.ProblemAsync(HttpStatusCode.BadRequest, "invalid-parameter");
        Assert.Contains(cause, problem.Detail(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exactly_ten_thousand_hours_or_days_are_given()
    {
        await _service.Client.JsonAsync("/api/v1/routes/HS6/history?from=1970-01-01&to=1971-02-21T16:00:00Z");
        await _service.Client.JsonAsync("/api/v1/routes/HS6/history?from=1970-01-01&to=1997-05-19&bucket=day");
        using var hour = await _service.Client.GetAsync("/api/v1/routes/HS6/history?from=1970-01-01&to=1971-02-21T17:00:00Z");
        using var day = await _service.Client.GetAsync("/api/v1/routes/HS6/history?from=1970-01-01&to=1997-05-20&bucket=day");

        await hour.ProblemAsync(HttpStatusCode.BadRequest, "invalid-parameter");
        await day.ProblemAsync(HttpStatusCode.BadRequest, "invalid-parameter");
    }

    [Theory]
    [InlineData("from=1970-01-01&to=1970-01-01")]
    [InlineData("to=1970-01-01")]
    [InlineData("from=9999-12-31&to=9999-12-31T23:59:59.9999999Z")]
    public async Task The_ends_of_time_are_no_fault(string query) =>
        Assert.Empty(Points(await _service.Client.JsonAsync($"/api/v1/routes/HS7/history?{query}")));

    private async Task<long> SumAsync(string route, string bucket, DateTimeOffset from, DateTimeOffset to) =>
        Points(await _service.Client.JsonAsync(
            $"/api/v1/routes/{route}/history?bucket={bucket}&from={from:yyyy-MM-dd'T'HH:mm:ss'Z'}&to={to:yyyy-MM-dd'T'HH:mm:ss'Z'}"))
            .Sum(point => point.Transactions);

    private static DateTimeOffset Floor(DateTimeOffset moment, string bucket) => bucket == "day"
        ? new DateTimeOffset(moment.UtcDateTime.Date, TimeSpan.Zero)
        : new DateTimeOffset(moment.UtcDateTime.Date.AddHours(moment.UtcDateTime.Hour), TimeSpan.Zero);

    private static List<(DateTimeOffset Start, long Transactions)> Points(JsonElement history) =>
    [
        .. history.GetProperty("history").EnumerateArray()
            .Select(point => (point.GetProperty("start").GetDateTimeOffset(), point.GetProperty("transactions").GetInt64())),
    ];
}

/// <summary>A service that keeps its hours for a century.</summary>
public sealed class ServiceWithAllHours : IAsyncLifetime
{
    public RunningService Service { get; private set; } = new();

    public async ValueTask InitializeAsync() => Service = await RunningService.StartAsync("--Airside:HourlyHistoryDays=36500");

    public ValueTask DisposeAsync() => Service.DisposeAsync();
}

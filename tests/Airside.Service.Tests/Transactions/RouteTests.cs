using System.Net;
using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Transactions;

public sealed class RouteTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Airlines =
        "10,\"Old Ten\",\\N,\"TE\",\"OTN\",\"\",\"Nowhere\",\"N\"\n11,\"New Ten\",\\N,\"TE\",\"NTN\",\"TENNER\",\"Somewhere\",\"Y\"\n";

    [Fact]
    public async Task A_route_shows_its_total_and_its_first_and_last_time()
    {
        var before = TimeProvider.System.GetUtcNow();
        using var first = await service.Client.RecordAsync("QQ1", Http.NewKey());
        var once = await service.Client.JsonAsync("/api/v1/routes/QQ1");
        using var second = await service.Client.RecordAsync("QQ1", Http.NewKey());
        var twice = await service.Client.JsonAsync("/api/v1/routes/qq1");
        var after = TimeProvider.System.GetUtcNow();

        Assert.Equal(1, once.GetProperty("transactions").GetInt64());
        Assert.Equal(2, twice.GetProperty("transactions").GetInt64());
        Assert.Equal("QQ1", twice.GetProperty("route").GetString());
        var (firstAt, lastAt) = (twice.GetProperty("firstAt").GetDateTimeOffset(), twice.GetProperty("lastAt").GetDateTimeOffset());
        Assert.Equal(once.GetProperty("firstAt").GetDateTimeOffset(), firstAt);
        Assert.Equal(once.GetProperty("firstAt").GetDateTimeOffset(), once.GetProperty("lastAt").GetDateTimeOffset());
        Assert.InRange(firstAt, before.AddMilliseconds(-1), after);
        Assert.InRange(lastAt, firstAt, after);
        Assert.Equal(TimeSpan.Zero, lastAt.Offset);
    }

    [Fact]
    public async Task A_route_shows_the_airline_of_its_designator_and_an_active_one_before_a_closed_one()
    {
        using var load = await service.Client.PostAsync("/api/v1/load/airlines", "text/csv", Airlines);
        await load.JsonAsync(HttpStatusCode.OK);
        using var response = await service.Client.RecordAsync("TE100", Http.NewKey());

        var byIata = (await service.Client.JsonAsync("/api/v1/routes/TE100")).GetProperty("airline");
        var byIcao = (await service.Client.JsonAsync("/api/v1/routes/OTN100")).GetProperty("airline");
        var listed = (await service.Client.JsonAsync("/api/v1/routes?airline=TE")).GetProperty("routes")[0].GetProperty("airline");

        Assert.Equal((await service.Client.JsonAsync("/api/v1/airlines/11")).GetRawText(), byIata.GetRawText());
        Assert.Equal(byIata.GetRawText(), listed.GetRawText());
        Assert.Equal(10, byIcao.GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task A_route_never_seen_has_the_total_0_and_no_times()
    {
        var route = await service.Client.JsonAsync("/api/v1/routes/9Z42");

        Assert.Equal(
            """{"route":"9Z42","airline":null,"transactions":0,"firstAt":null,"lastAt":null}""", route.GetRawText());
        Assert.Equal(JsonValueKind.Null, route.GetProperty("airline").ValueKind);
    }
}

using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Airlines;

/// <summary>A search ignores case and accents and shows airlines with exactly that code first.</summary>
[Trait("Category", "Smoke")]
public sealed class AirlineSearchTests(AirlineSearchTests.Loaded loaded) : IClassFixture<AirlineSearchTests.Loaded>
{
    private const string File =
        "1,\"Gala Air\",\\N,\"XG\",\"XGA\",\"\",\"Chile\",\"Y\"\n"
        + "2,\"Łódź Wings\",\"Größte Ærø\",\"XL\",\"XLW\",\"\",\"Türkiye\",\"Y\"\n"
        + "3,\"Garuda\",\\N,\"GA\",\"GIA\",\"INDONESIA\",\"Indonesia\",\"Y\"\n"
        + "4,\"Aerolíneas Ñandú\",\\N,\"XN\",\"XNA\",\"Đặng İstanbul\",\"España\",\"Y\"\n"
        + "5,\"Gamma\",\\N,\"XM\",\"GAM\",\"\",\"Chile\",\"N\"\n"
        + "6,\"Old Garuda\",\\N,\"ga\",\"XOG\",\"\",\"Chile\",\"N\"\n"
        + "7,\"Aerovi\u0301as Combined\",\\N,\"XC\",\"XCA\",\"\",\"Chile\",\"N\"\n";

    [Theory]
    [InlineData("lodz", "2")]
    [InlineData("ŁÓDŹ", "2")]
    [InlineData("grosste aero", "2")]
    [InlineData("GRÖSSTE", "2")]
    [InlineData("turkiye", "2")]
    [InlineData("aerolineas nandu", "4")]
    [InlineData("AEROLÍNEAS", "4")]
    [InlineData("dang istanbul", "4")]
    [InlineData("espana", "4")]
    [InlineData("aerovías", "7")]
    [InlineData("AEROVIAS", "7")]
    [InlineData("ga", "3,6,1,5")]
    [InlineData("GA", "3,6,1,5")]
    [InlineData("gam", "5")]
    [InlineData("gia", "3")]
    [InlineData("garuda", "3,6")]
    [InlineData("chile\0", "")]
    public async Task A_search_finds_texts_without_case_and_accents_and_exact_codes_first(string text, string ids)
    {
        var query = Uri.EscapeDataString(text);

        Assert.Equal(ids, Ids(await loaded.Service.Client.JsonAsync($"/api/v1/airlines?q={query}")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Pages_of_a_search_show_exact_codes_first_and_each_airline_once(int limit)
    {
        var found = new List<string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await loaded.Service.Client.JsonAsync($"/api/v1/airlines?q=ga&limit={limit}&cursor={cursor}");
            found.Add(Ids(page));
            cursor = page.TryGetProperty("nextCursor", out var next) ? next.GetString() : null;
        }

        Assert.Equal("3,6,1,5", string.Join(',', found));
    }

    [Fact]
    public async Task The_pages_for_people_search_alike()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/airlines?q=ga");
        request.Headers.Add("Accept", "text/html");
        using var response = await loaded.Service.Client.SendAsync(request);
        var page = await response.Content.ReadAsStringAsync();

        var places = new[] { "/airlines/3\"", "/airlines/6\"", "/airlines/1\"", "/airlines/5\"" }
            .Select(link => page.IndexOf(link, StringComparison.Ordinal)).ToArray();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    private static string Ids(System.Text.Json.JsonElement list) =>
        string.Join(',', list.GetProperty("airlines").EnumerateArray().Select(airline => airline.GetProperty("id")));

    public sealed class Loaded : IAsyncLifetime
    {
        public RunningService Service { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await Service.InitializeAsync();
            await AirlineFiles.LoadAsync(Service.Client, File);
        }

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}

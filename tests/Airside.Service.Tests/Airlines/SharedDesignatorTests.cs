using System.Text.Json;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Airlines;

/// <summary>Airlines that share a designator: the response lists them and says why one was chosen; a setting decides otherwise.</summary>
public sealed class SharedDesignatorTests
{
    private const string File =
        "1,\"Closed\",\\N,\"QA\",\"QAA\",\"\",\"\",\"N\"\n"
        + "2,\"Open\",\\N,\"QA\",\"QAB\",\"\",\"\",\"Y\"\n"
        + "3,\"First\",\\N,\"QB\",\"QBX\",\"\",\"\",\"Y\"\n"
        + "4,\"Second\",\\N,\"qb\",\"QBX\",\"\",\"\",\"Y\"\n"
        + "5,\"Former\",\\N,\"QC\",\"\",\"\",\"\",\"N\"\n"
        + "6,\"Past\",\\N,\"QC\",\"\",\"\",\"\",\"N\"\n"
        + "7,\"Alone\",\\N,\"QD\",\"QDX\",\"\",\"\",\"Y\"\n";

    [Fact]
    public async Task A_route_lists_all_airlines_of_its_designator_and_why_one_was_chosen()
    {
        await using var service = await RunningService.StartAsync();
        await AirlineFiles.LoadAsync(service.Client, File);

        await AssertSharedAsync(service.Client, "QA1", "2,1", "Only Open is active.");
        await AssertSharedAsync(service.Client, "QB1", "3,4", "Of those that are active, First has the lowest id.");
        await AssertSharedAsync(service.Client, "QBX1", "3,4", "Of those that are active, First has the lowest id.");
        await AssertSharedAsync(service.Client, "QC1", "5,6", "None of them is active, and Former has the lowest id.");
        await AssertSharedAsync(service.Client, "QD1", null, "");
        await AssertSharedAsync(service.Client, "QE1", null, "");
    }

    [Fact]
    public async Task The_page_of_a_route_says_why_its_airline_was_chosen()
    {
        await using var service = await RunningService.StartAsync();
        await AirlineFiles.LoadAsync(service.Client, File);

        using var shared = await service.Client.SendAsync(HttpMethod.Get, "/routes/QA1", ("Accept", "text/html"));
        using var alone = await service.Client.SendAsync(HttpMethod.Get, "/routes/QD1", ("Accept", "text/html"));

        var page = await shared.Content.ReadAsStringAsync();
        Assert.Contains("2 airlines share the designator QA", page, StringComparison.Ordinal);
        Assert.Contains("Only Open is active.", page, StringComparison.Ordinal);
        Assert.Contains("/airlines/1\"", page, StringComparison.Ordinal);
        Assert.DoesNotContain("share the designator", await alone.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Airside:Airlines:Designators=QB=4, qc = 6,QD=3,QE=99,QA=98")]
    [InlineData(
        "--Airside:Airlines:Designators:QB=4", "--Airside:Airlines:Designators:qc=6", "--Airside:Airlines:Designators:QD=3",
        "--Airside:Airlines:Designators:QE=99", "--Airside:Airlines:Designators:QA=98")]
    public async Task The_setting_assigns_a_designator_to_an_airline(params string[] settings)
    {
        using var directory = new TemporaryDirectory();
        await using (var service = await RunningService.StartOverAsync(directory.Path, settings))
        {
            await AirlineFiles.LoadAsync(service.Client, File);
            await AssertAssignedAsync(service.Client);
        }

        await using var restarted = await RunningService.StartOverAsync(directory.Path, settings);
        await AssertAssignedAsync(restarted.Client);
        Assert.Contains("QB=4", await restarted.Client.GetStringAsync("/config"), StringComparison.Ordinal);
    }

    private static async Task AssertAssignedAsync(HttpClient client)
    {
        await AssertSharedAsync(client, "QB1", "4,3", "The setting Airside:Airlines:Designators assigns QB to Second.");
        await AssertSharedAsync(client, "QC1", "6,5", "The setting Airside:Airlines:Designators assigns QC to Past.");
        await AssertSharedAsync(client, "QD1", "3,7", "The setting Airside:Airlines:Designators assigns QD to First.");
        await AssertSharedAsync(client, "QBX1", "3,4", "Of those that are active, First has the lowest id.");
        await AssertSharedAsync(client, "QA1", "2,1", "assigns QA to the airline 98, but there is none.");
        await AssertSharedAsync(client, "QE1", null, "");
    }

    private static async Task AssertSharedAsync(HttpClient client, string route, string? ids, string reason)
    {
        var response = await client.JsonAsync($"/api/v1/routes/{route}");
        if (ids is null)
        {
            Assert.False(response.TryGetProperty("sharedDesignator", out _));
            return;
        }

        var shared = response.GetProperty("sharedDesignator");
        var airlines = shared.GetProperty("airlines").EnumerateArray().ToArray();
        Assert.Equal(ids, string.Join(',', airlines.Select(airline => airline.GetProperty("id"))));
        Assert.Equal(response.GetProperty("airline").GetRawText(), airlines[0].GetRawText());
        Assert.Equal(route[..^1], shared.GetProperty("designator").GetString());
        Assert.Contains(reason, shared.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Contains("Airside:Airlines:Designators", shared.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Number, airlines[0].GetProperty("id").ValueKind);
    }
}

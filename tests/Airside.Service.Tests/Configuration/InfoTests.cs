using System.Reflection;
using System.Text.Json;
using Airside.Core;
using Airside.Service.Tests.Fixtures;

namespace Airside.Service.Tests.Configuration;

[Trait("Category", "Smoke")]
public sealed class InfoTests
{
    [Fact]
    public async Task Every_limit_is_shown_with_its_value()
    {
        await using var service = await RunningService.StartAsync();
        var shown = (await service.Client.JsonAsync("/api/v1/info")).GetProperty("limits")
            .EnumerateObject().ToDictionary(limit => limit.Name, limit => limit.Value.GetInt64());

        var expected = typeof(Limits).GetFields(BindingFlags.Public | BindingFlags.Static).ToDictionary(
            field => char.ToLowerInvariant(field.Name[0]) + field.Name[1..], field => Convert.ToInt64(field.GetValue(null)));
        Assert.Equal(expected.OrderBy(pair => pair.Key, StringComparer.Ordinal), shown.OrderBy(pair => pair.Key, StringComparer.Ordinal));
        Assert.Equal(255, shown["transactionKeyLengthMax"]);
    }

    [Theory]
    [InlineData(null, 48)]
    [InlineData("--Airside:KeyWindowHours=1", 1)]
    [InlineData("--airside:keywindowhours=744", 744)]
    public async Task The_key_window_is_the_configured_one(string? setting, int hours)
    {
        await using var service = await RunningService.StartAsync(setting is null ? [] : [setting]);

        Assert.Equal(hours, (await service.Client.JsonAsync("/api/v1/info")).GetProperty("keyWindowHours").GetDouble());
    }

    [Fact]
    public async Task Name_version_store_and_the_sample_are_shown()
    {
        await using var service = await RunningService.StartAsync();
        var info = await service.Client.JsonAsync("/api/v1/info");

        Assert.Equal("Airside", info.GetProperty("name").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+", info.GetProperty("version").GetString());
        Assert.NotEmpty(info.GetProperty("commit").GetString()!);
        Assert.Equal("embedded", info.GetProperty("store").GetString());
        var airlines = info.GetProperty("airlines");
        Assert.Equal("sample", airlines.GetProperty("source").GetString());
        Assert.Equal(JsonValueKind.True, airlines.GetProperty("isSample").ValueKind);
        var list = (await service.Client.JsonAsync("/api/v1/airlines")).GetProperty("airlines");
        Assert.Equal(list.GetArrayLength(), airlines.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task How_the_service_is_is_shown_without_anything_that_watches_it()
    {
        await using var service = await RunningService.StartAsync("--Airside:LedgerCheckSeconds=1");
        using var recorded = await service.Client.RecordAsync("IN1");
        await Waiting.UntilAsync(
            async () => (await StateAsync(service)).GetProperty("ledgerDifferences").ValueKind == JsonValueKind.Number, "a check");
        var state = await StateAsync(service);

        Assert.Equal("healthy", state.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, state.GetProperty("fault").ValueKind);
        Assert.Equal(0, state.GetProperty("queueLength").GetInt32());
        Assert.True(state.GetProperty("commits").GetInt64() > 0);
        Assert.True(state.GetProperty("commitMedianMs").GetDouble() > 0);
        Assert.Equal(0, state.GetProperty("ledgerDifferences").GetInt64());
        var page = await service.Client.GetStringAsync("/system");
        Assert.Contains("checked, consistent", page, StringComparison.Ordinal);
    }

    private static async Task<JsonElement> StateAsync(RunningService service) =>
        (await service.Client.JsonAsync("/api/v1/info")).GetProperty("state");
}

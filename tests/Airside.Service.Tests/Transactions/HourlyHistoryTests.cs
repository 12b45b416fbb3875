using System.Net;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Configuration;
using Airside.Service.Tests.Fixtures;
using Airside.Service.Transactions;
using Airside.Stores.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Service.Tests.Transactions;

/// <summary>Transactions are kept by hour for some time, then by day.</summary>
public sealed class HourlyHistoryTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Hours_before_those_that_are_kept_are_refused_with_the_earliest_and_days_are_not()
    {
        await using var service = await RunningService.StartAsync("--Airside:HourlyHistoryDays=5");
        var earliest = HistoryRange.Floor(TimeProvider.System.GetUtcNow(), HistoryBucket.Day).AddDays(-5);
        using var refused = await service.Client.GetAsync($"/api/v1/routes/HH1/history?from={earliest.AddSeconds(-1):s}Z");

        var problem = await refused.ProblemAsync(HttpStatusCode.BadRequest, "invalid-parameter");
        Assert.Contains($"{earliest:s}Z", problem.Detail(), StringComparison.Ordinal);
        Assert.Contains("Airside:HourlyHistoryDays", problem.Detail(), StringComparison.Ordinal);
        Assert.Contains("bucket=day", problem.Detail(), StringComparison.Ordinal);

        // The day after, in case midnight has passed.
        await service.Client.JsonAsync($"/api/v1/routes/HH1/history?from={earliest.AddDays(1):s}Z");
        await service.Client.JsonAsync($"/api/v1/routes/HH1/history?bucket=day&from={earliest.AddYears(-1):s}Z");
    }

    [Fact]
    public async Task Hours_before_imported_days_are_refused_with_the_earliest_though_the_setting_would_keep_them()
    {
        var day = HistoryRange.Floor(TimeProvider.System.GetUtcNow(), HistoryBucket.Day).AddDays(-20);
        var route = FlightRoute.Parse("HH1");
        await using (var store = EmbeddedStore.Open(
            _directory.Path, TimeSpan.FromHours(48), TimeProvider.System, NullLogger.Instance))
        {
            var id = new string('a', 64);
            ArchiveEntry[] entries = [new RouteEntry(new RouteSummary(route, 5, day, day.AddHours(3))), new DayEntry(route, day, 5)];
            await store.Archive.BeginImportAsync(id, CancellationToken.None);
            await store.Archive.ImportAsync(id, 0, entries, CancellationToken.None);
            await store.Archive.FinishImportAsync(id, CancellationToken.None);
        }

        await using var service = await RunningService.StartOverAsync(_directory.Path);
        using var refused = await service.Client.GetAsync($"/api/v1/routes/HH1/history?from={day:s}Z");

        var problem = await refused.ProblemAsync(HttpStatusCode.BadRequest, "invalid-parameter");
        Assert.Contains($"the earliest hour is {day.AddDays(1):s}Z", problem.Detail(), StringComparison.Ordinal);
        Assert.Contains("Airside:HourlyHistoryDays", problem.Detail(), StringComparison.Ordinal);
        await service.Client.JsonAsync($"/api/v1/routes/HH1/history?from={day.AddDays(1):s}Z");
        await service.Client.JsonAsync($"/api/v1/routes/HH1/history?bucket=day&from={day:s}Z");
    }

    [Theory]
    [InlineData("48", "4")]
    [InlineData("49", "5")]
    [InlineData("744", "33")]
    public async Task Hours_are_kept_two_days_longer_than_keys(string keyWindowHours, string days)
    {
        var key = $"--Airside:KeyWindowHours={keyWindowHours}";
        await using var service = await RunningService.StartAsync(key, $"--Airside:HourlyHistoryDays={days}");
        var tooFew = int.Parse(days) - 1;
        var refused = await Assert.ThrowsAsync<InvalidSettingsException>(
            () => RunningService.StartAsync(key, $"--Airside:HourlyHistoryDays={tooFew}"));
        Assert.Contains(
            $"Airside:HourlyHistoryDays is '{tooFew}'; it must be a whole number from {days} to 36500",
            refused.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_service_turns_hours_into_days_ten_minutes_after_its_start_and_then_every_hour()
    {
        var time = new FakeTimeProvider(Noon);
        await using var store = EmbeddedStore.Open(_directory.Path, TimeSpan.FromHours(48), time, NullLogger.Instance);
        await RecordAsync(store, "first");
        time.SetUtcNow(Noon.AddDays(1));
        await RecordAsync(store, "second");
        time.SetUtcNow(Noon.AddDays(6));
        using var rollUp = new HistoryRollUp(store, new HourlyHistory(4, time), time, NullLogger<HistoryRollUp>.Instance);
        await rollUp.StartAsync(CancellationToken.None);

        time.Advance(TimeSpan.FromMilliseconds(Limits.RollUpFirstMs - 1));
        Assert.Equal([Noon, Noon.AddDays(1)], await HoursAsync(store));
        await UntilAsync(time, TimeSpan.FromMinutes(1), async () => (await HoursAsync(store)).SequenceEqual([Noon.AddDays(1)]));
        await UntilAsync(time, TimeSpan.FromHours(1), async () => (await HoursAsync(store)).Count == 0);
        await rollUp.StopAsync(CancellationToken.None);
        var days = await store.Ledger.HistoryAsync(
            FlightRoute.Parse("HH1"), Noon.AddDays(-1), Noon.AddDays(9), HistoryBucket.Day, CancellationToken.None);
        Assert.Equal([new HistoryPoint(Noon.AddHours(-12), 1), new HistoryPoint(Noon.AddHours(12), 1)], days);
    }

    /// <summary>Advances the time step by step until a condition holds: the service may begin to wait at any moment.</summary>
    private static Task UntilAsync(FakeTimeProvider time, TimeSpan step, Func<Task<bool>> condition) => Waiting.UntilAsync(
        () =>
        {
            time.Advance(step);
            return condition();
        },
        "hours that became days");

    private static async Task RecordAsync(EmbeddedStore store, string key) => await store.Ledger.RecordAsync(
        new[] { new Transaction(FlightRoute.Parse("HH1"), TransactionKey.Parse(key)) }, new RecordOutcome[1], CancellationToken.None);

    private static async Task<List<DateTimeOffset>> HoursAsync(EmbeddedStore store)
    {
        var points = await store.Ledger.HistoryAsync(
            FlightRoute.Parse("HH1"), Noon.AddDays(-1), Noon.AddDays(9), HistoryBucket.Hour, CancellationToken.None);
        return [.. points.Select(point => point.Start)];
    }
}

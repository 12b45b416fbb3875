using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Tests.Contract;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>Replicas with wrong clocks, and DynamoDB responses with a wrong time.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class ClockTests(SharedDynamoDb server) : IAsyncLifetime
{
    private static readonly TimeSpan TenYears = TimeSpan.FromDays(3_653);
    private static readonly TimeSpan Longer = TimeSpan.FromHours(1);

    private readonly DynamoDbTestStore _store = new(server);

    private DateTimeOffset Now => _store.Time.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        await _store.OpenAsync();
        foreach (var network in _store.Networks)
        {
            network.Date = () => Now;
        }

        await UntilTimeIsKnownAsync();
    }

    public async ValueTask DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task A_replica_that_is_ten_years_ahead_for_one_transaction_records_it_at_the_time_of_the_store()
    {
        _store.Clocks[0].Ahead = TenYears;
        Assert.False(await IsReplayAsync(0, "ahead"));
        Assert.Contains("ahead of the store clock", _store.Replicas[0].Clock?.Fault, StringComparison.Ordinal);
        _store.Clocks[0].Ahead = TimeSpan.Zero;
        Assert.Null(_store.Replicas[0].Clock?.Fault);

        await AssertRememberedForTheWindowAsync("ahead");
    }

    [Fact]
    public async Task Replicas_ten_minutes_apart_across_midnight_count_each_key_once_and_in_the_hour_of_the_store()
    {
        _store.Clocks[0].Ahead = TimeSpan.FromMinutes(10);
        await AdvanceAsync(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(5));
        Assert.False(await IsReplayAsync(0, "before, by the one ahead"));
        Assert.True(await IsReplayAsync(1, "before, by the one ahead"));
        Assert.False(await IsReplayAsync(1, "before"));
        Assert.True(await IsReplayAsync(0, "before"));
        await AdvanceAsync(TimeSpan.FromMinutes(6));
        Assert.False(await IsReplayAsync(0, "after, by the one ahead"));
        Assert.False(await IsReplayAsync(1, "after"));
        Assert.True(await IsReplayAsync(0, "before"));
        Assert.True(await IsReplayAsync(1, "after, by the one ahead"));

        Assert.NotNull(_store.Replicas[0].Clock?.Fault);
        Assert.Null(_store.Replicas[1].Clock?.Fault);
        var hours = await _store.Replicas[1].Ledger.HistoryAsync(
            FlightRoute.Parse("AR1133"), TestTime.Start, TestTime.Start.AddDays(3), HistoryBucket.Hour, CancellationToken.None);
        Assert.Equal(
            [new HistoryPoint(TestTime.Start.AddHours(23), 2), new HistoryPoint(TestTime.Start.AddHours(24), 2)], hours);
    }

    [Fact]
    public async Task An_answer_or_two_with_a_wrong_date_change_nothing()
    {
        var wrong = 2;
        _store.Networks[0].Date = () => Interlocked.Decrement(ref wrong) >= 0 ? Now + TenYears : Now;
        Assert.False(await IsReplayAsync(0, "meanwhile"));

        await Waiting.UntilAsync(() => Volatile.Read(ref wrong) < -10, "the watch to have looked");
        Assert.Null(_store.Replicas[0].Clock?.Fault);
        await AssertRememberedForTheWindowAsync("meanwhile");
    }

    /// <summary>During an import, each request polls the store itself.</summary>
    [Fact]
    public async Task Requests_that_look_do_not_make_a_date_that_is_wrong_for_a_moment_count_as_lasting()
    {
        await _store.Replicas[1].Archive.BeginImportAsync("import", CancellationToken.None);
        await Waiting.UntilAsync(() => _store.Replicas[0].Ledger.WriteFault is not null, "the import to be noticed");
        var wrong = 3;
        _store.Networks[0].Date = () => Interlocked.Decrement(ref wrong) >= 0 ? Now + TenYears : Now;
        while (Volatile.Read(ref wrong) > 0)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => IsReplayAsync(0, "meanwhile"));
        }

        Assert.Null(_store.Replicas[0].Clock?.Fault);
    }

    [Fact]
    public async Task Dates_that_are_ten_years_ahead_for_long_are_told_and_what_was_recorded_then_counts_from_when_it_is_noticed()
    {
        _store.Networks[0].Date = () => Now + TenYears;
        await Waiting.UntilAsync(() => _store.Replicas[0].Clock?.Fault is not null, "the difference to be told");
        Assert.False(await IsReplayAsync(0, "ahead"));
        _store.Networks[0].Date = () => Now;
        await Waiting.UntilAsync(() => _store.Replicas[0].Clock?.Fault is null, "the clocks to agree");
        Assert.True(await IsReplayAsync(1, "ahead"));

        Assert.InRange((await Archived.KeysAsync(_store.Replicas[1])).Single().RecordedAt, TestTime.Start, Now);
        await AssertRememberedForTheWindowAsync("ahead");
    }

    private async Task AssertRememberedForTheWindowAsync(string key)
    {
        await AdvanceAsync(_store.Replicas[0].Ledger.KeyWindow);
        Assert.True(await IsReplayAsync(0, key));
        Assert.True(await IsReplayAsync(1, key));
        await AdvanceAsync(Longer);
        Assert.Empty(await Archived.KeysAsync(_store.Replicas[1]));
        Assert.False(await IsReplayAsync(1, key));
    }

    private async Task<bool> IsReplayAsync(int replica, string key)
    {
        var outcomes = new RecordOutcome[1];
        await _store.Replicas[replica].Ledger.RecordAsync(
            new[] { new Transaction(FlightRoute.Parse("AR1133"), TransactionKey.Parse(key)) }, outcomes, CancellationToken.None);
        return outcomes[0].IsReplay;
    }

    /// <summary>Advances the calendar for all. Elapsed time is real, so it looks like a step until responses confirm it.</summary>
    private async Task AdvanceAsync(TimeSpan time)
    {
        _store.Time.Advance(time);
        await UntilTimeIsKnownAsync();
    }

    private Task UntilTimeIsKnownAsync() => Waiting.UntilAsync(
        () => _store.Replicas.Zip(_store.Clocks).All(
            replica => (replica.First.Clock?.Difference - replica.Second.Ahead)?.Duration() < TimeSpan.FromMinutes(1)),
        "the replicas to know the time of the store");
}

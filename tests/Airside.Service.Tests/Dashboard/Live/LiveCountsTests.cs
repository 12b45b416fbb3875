using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Streaming;
using Airside.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Service.Tests.Dashboard.Live;

/// <summary>The counts while the hours of the store take long to read.</summary>
public sealed class LiveCountsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 14, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Hour = Noon.AddHours(-1);

    private readonly FakeTimeProvider _time = new(Noon.AddMinutes(-10));
    private readonly SlowLedger _ledger = new();
    private readonly MeterFactory _meters = new();
    private readonly CurrentCatalog _catalog;
    private readonly LiveCounts _counts;

    public LiveCountsTests()
    {
        _catalog = new CurrentCatalog(
            new NoAirlines(), new CatalogMetrics(_meters), _time, AirsideOptions.Read(new ConfigurationBuilder().Build()));
        _counts = new LiveCounts(_ledger, _catalog, _time, NullLogger<LiveCounts>.Instance);
    }

    public async ValueTask InitializeAsync() => await _catalog.OpenAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await _counts.DisposeAsync();
        _catalog.Dispose();
        _meters.Dispose();
    }

    [Fact]
    public async Task The_first_read_waits_as_long_as_a_request_may_and_the_next_one_has_them()
    {
        var first = _counts.ReadAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMilliseconds(Limits.StoreTimeoutMs));
        var told = await Assert.ThrowsAsync<StoreUnavailableException>(() => first);
        Assert.Contains(nameof(Limits.StoreTimeoutMs), told.Message, StringComparison.Ordinal);

        _ledger.Answer([(Hour, 3)], transactions: 10);
        Assert.Equal(3, (await _counts.ReadAsync(CancellationToken.None)).Hours[^1].Transactions);
        Assert.Equal(1, _ledger.HourReads);
    }

    [Fact]
    public async Task While_the_hours_are_read_again_the_last_ones_are_shown()
    {
        _ledger.Answer([(Hour, 3)], transactions: 10);
        await _counts.ReadAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(20));

        var meanwhile = await _counts.ReadAsync(CancellationToken.None);
        Assert.Equal(new HistoryPoint(Hour, 3), meanwhile.Hours[^1]);
        _ledger.Answer([(Hour, 4), (Noon, 2)], transactions: 13);
        _ledger.Transactions = 14;
        await Waiting.UntilAsync(
            async () => (await _counts.ReadAsync(CancellationToken.None)).Hours[^1].Start == Noon, "the hours that are read again");

        // Since the hours were read, one more transaction has been recorded.
        var after = await _counts.ReadAsync(CancellationToken.None);
        Assert.Equal([new HistoryPoint(Hour, 4), new HistoryPoint(Noon, 3)], after.Hours.TakeLast(2));
        Assert.Equal(2, _ledger.HourReads);
    }

    [Fact]
    public async Task Hours_from_before_a_pause_are_not_shown_as_the_present_ones()
    {
        _ledger.Answer([(Hour, 3)], transactions: 10);
        await _counts.ReadAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromHours(15));
        _ledger.Transactions = 99;

        var waits = _counts.ReadAsync(CancellationToken.None);
        _ledger.Answer([(Noon.AddHours(14), 2)], transactions: 99);
        Assert.Equal(new HistoryPoint(Noon.AddHours(14), 2), (await waits).Hours[^1]);
    }

    [Fact]
    public async Task The_current_hour_is_exact_though_the_hours_were_read_later_than_the_totals()
    {
        // Between the two reads, five transactions were recorded.
        _ledger.Answer([(Hour, 8)], transactions: 15);
        Assert.Equal(3, (await _counts.ReadAsync(CancellationToken.None)).Hours[^1].Transactions);
    }

    [Fact]
    public async Task A_failed_read_of_the_hours_is_told_and_tried_again_after_a_pause()
    {
        _ledger.Fail();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _counts.ReadAsync(CancellationToken.None));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => _counts.ReadAsync(CancellationToken.None));
        Assert.Equal(1, _ledger.HourReads);

        _time.Advance(TimeSpan.FromMilliseconds(Limits.ReadingPauseMs));
        _ledger.Answer([(Hour, 3)], transactions: 10);
        Assert.Equal(3, (await _counts.ReadAsync(CancellationToken.None)).Hours[^1].Transactions);
    }

    [Fact]
    public async Task A_failed_read_of_the_hours_again_reaches_no_one_while_the_last_ones_may_be_shown()
    {
        _ledger.Answer([(Hour, 3)], transactions: 10);
        await _counts.ReadAsync(CancellationToken.None);
        _time.Advance(TimeSpan.FromMinutes(20));
        _ledger.Fail();
        for (var reads = 0; reads < 2; reads++)
        {
            Assert.Equal(new HistoryPoint(Hour, 3), (await _counts.ReadAsync(CancellationToken.None)).Hours[^1]);
            await _ledger.TakenAsync();
        }

        Assert.Equal(2, _ledger.HourReads);
    }
}

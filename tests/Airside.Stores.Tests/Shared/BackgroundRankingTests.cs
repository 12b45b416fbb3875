using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.Shared;

/// <summary>When the ranking of a shared store is read, and who waits for it.</summary>
public sealed class BackgroundRankingTests : IAsyncDisposable
{
    private const int Many = 10;
    private static readonly TimeSpan Due = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan DueOfMany = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan HangAfter = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new(TestTime.Start);
    private readonly SemaphoreSlim _begun = new(0);
    private readonly BackgroundWork _work;
    private readonly BackgroundRanking _ranking;
    private TaskCompletionSource<long> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _reads;
    private int _routes = 1;

    public BackgroundRankingTests()
    {
        _work = new BackgroundWork("ranking", _time, NullLogger.Instance);
        _ranking = new BackgroundRanking(
            ReadStoreAsync,
            new RankingAge(routes => routes < Many ? Due : DueOfMany),
            (LongestWait, "Airside:Some:TimeoutMs"),
            _time,
            _work);
    }

    public async ValueTask DisposeAsync()
    {
        _answer.TrySetResult(0);
        await _ranking.DisposeAsync();
        _begun.Dispose();
    }

    [Fact]
    public async Task While_nobody_asks_nothing_is_read_and_the_first_one_after_a_pause_waits()
    {
        Assert.Equal(0, _reads);
        var first = ReadAsync();
        await AnswerAsync(1);
        Assert.Equal((1, TestTime.Start), await first);

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(1, _reads);
        var second = ReadAsync();
        await AnswerAsync(2);
        Assert.Equal((2, TestTime.Start.AddHours(1)), await second);
    }

    [Fact]
    public async Task When_a_refresh_is_due_nobody_waits_for_it_and_it_is_one_for_all()
    {
        await ReadFirstAsync();
        _time.Advance(Due);
        for (var reader = 0; reader < 10; reader++)
        {
            Assert.Equal((1, TestTime.Start), await ReadAsync());
        }

        await AnswerAsync(2);
        await Waiting.UntilAsync(async () => (await ReadAsync()).Total == 2, "the refresh");
        Assert.Equal(2, _reads);
        Assert.Equal(TestTime.Start + Due, (await ReadAsync()).AsOf);
    }

    [Fact]
    public async Task Past_its_greatest_age_it_is_not_returned_even_if_a_refresh_is_under_way_for_as_long()
    {
        await ReadFirstAsync();
        _time.Advance(Due);
        Assert.Equal(1, (await ReadAsync()).Total);
        await _begun.WaitAsync(HangAfter);

        // The refresh that is under way began too long ago, too.
        _time.Advance(2 * Due);
        var waits = ReadAsync();
        var alsoWaits = ReadAsync();
        Complete(2);
        await AnswerAsync(3);
        Assert.Equal((3, TestTime.Start + (3 * Due)), await waits);
        Assert.Equal(3, (await alsoWaits).Total);
        Assert.Equal(3, _reads);
    }

    [Fact]
    public async Task Who_waits_too_long_is_told_why_and_the_read_goes_on_for_the_next()
    {
        var waits = ReadAsync();
        await _begun.WaitAsync(HangAfter);
        _time.Advance(LongestWait);
        var told = await Assert.ThrowsAsync<StoreUnavailableException>(() => waits);
        Assert.Contains("Airside:Some:TimeoutMs", told.Message, StringComparison.Ordinal);
        Assert.Contains($"{LongestWait.TotalMilliseconds} ms", told.Message, StringComparison.Ordinal);

        var next = ReadAsync();
        Complete(1);
        await AnswerAsync(2);
        Assert.Equal(2, (await next).Total);
    }

    [Fact]
    public async Task A_first_read_that_takes_long_is_one_for_all_because_it_finds_many_routes()
    {
        _routes = Many;
        var first = ReadAsync();
        await _begun.WaitAsync(HangAfter);
        _time.Advance(LongestWait - Step);
        var second = ReadAsync();
        Complete(1);

        Assert.Equal((Many, TestTime.Start), await first);
        Assert.Equal((Many, TestTime.Start), await second.WaitAsync(HangAfter));
        Assert.Equal(1, _reads);
    }

    [Fact]
    public async Task Two_reads_of_the_store_take_no_longer_for_a_request_than_one_may()
    {
        var first = ReadAsync();
        await _begun.WaitAsync(HangAfter);
        _time.Advance(2 * Due);
        var second = ReadAsync();
        _time.Advance(Step);
        Complete(1);
        await first;
        await _begun.WaitAsync(HangAfter);
        _time.Advance(LongestWait - Step);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => second);
    }

    [Fact]
    public async Task A_failure_reaches_who_waits_and_it_is_tried_again_after_a_pause()
    {
        var first = ReadAsync();
        await _begun.WaitAsync(HangAfter);
        Fail("the server is away");
        for (var reader = 0; reader < 10; reader++)
        {
            var told = await Assert.ThrowsAsync<StoreUnavailableException>(() => first.WaitAsync(HangAfter));
            Assert.Equal("the server is away", told.Message);
            first = ReadAsync();
        }

        await Assert.ThrowsAsync<StoreUnavailableException>(() => first.WaitAsync(HangAfter));
        Assert.Equal(1, _reads);

        _time.Advance(TimeSpan.FromMilliseconds(Limits.ReadingPauseMs));
        var second = ReadAsync();
        await AnswerAsync(1);
        Assert.Equal(1, (await second).Total);

        // In the background a failure reaches nobody until the ranking is too old.
        _time.Advance(Due);
        Assert.Equal(1, (await ReadAsync()).Total);
        await _begun.WaitAsync(HangAfter);
        Fail("the server is away");
        await Waiting.UntilAsync(() => _work.Fault is not null, "the failure");
        Assert.Equal(1, (await ReadAsync()).Total);
        Assert.Equal(3, _reads);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1_000, 2_000)]
    [InlineData(2_500, 5_000)]
    [InlineData(4_000, 5_000)]
    [InlineData(100_000, 125_000)]
    public void Its_greatest_age_leaves_time_for_a_refresh(int dueMs, int greatestMs) => Assert.Equal(
        TimeSpan.FromMilliseconds(greatestMs), new RankingAge(_ => TimeSpan.FromMilliseconds(dueMs)).WaitAfter(1));

    private async Task ReadFirstAsync()
    {
        var first = ReadAsync();
        await AnswerAsync(1);
        await first;
    }

    private async Task<(long Total, DateTimeOffset AsOf)> ReadAsync() =>
        await _ranking.ReadAsync((routes, asOf) => (routes.Transactions, asOf), CancellationToken.None);

    /// <summary>Waits until the store is read, and answers.</summary>
    private async Task AnswerAsync(long total)
    {
        Assert.True(await _begun.WaitAsync(HangAfter));
        Complete(total);
    }

    private void Complete(long total) => Take().SetResult(total);

    private void Fail(string message) => Take().SetException(new StoreUnavailableException(message));

    /// <summary>Returns what the read that has begun waits for; the next one waits for another.</summary>
    private TaskCompletionSource<long> Take() => Interlocked.Exchange(
        ref _answer, new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task<StoredRoutes> ReadStoreAsync(StoredRoutes? routes, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        var answer = Volatile.Read(ref _answer).Task;
        _begun.Release();
        var total = await answer;
        return StoredRoutes.From(
            [.. Enumerable.Range(1, _routes).Select(number => new StoredRoute(FlightRoute.Parse($"AR{number}"), total, 0, 0))]);
    }
}

using System.Threading.Channels;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Testing;

namespace Airside.Service.Tests.Dashboard.Live;

/// <summary>A ledger whose totals are there at once, and whose hours when the test says so.</summary>
internal sealed class SlowLedger : ITransactionLedger
{
    private readonly Channel<LedgerHours?> _answers = Channel.CreateUnbounded<LedgerHours?>();

    public long Transactions { get; set; } = 10;

    public int HourReads { get; private set; }

    public TimeSpan KeyWindow => TimeSpan.FromHours(48);

    public string? WriteFault => null;

    /// <summary>Answers the read of the hours that waits or comes next.</summary>
    public void Answer((DateTimeOffset Start, long Transactions)[] hours, long transactions) => _answers.Writer.TryWrite(
        new LedgerHours([.. hours.Select(hour => new HistoryPoint(hour.Start, hour.Transactions))], transactions));

    /// <summary>Lets the read of the hours fail that waits or comes next.</summary>
    public void Fail() => _answers.Writer.TryWrite(null);

    /// <summary>Waits until every answer is taken.</summary>
    public Task TakenAsync() => Waiting.UntilAsync(() => _answers.Reader.Count == 0, "reads of the hours");

    public ValueTask<LedgerOverview> OverviewAsync(int limit, DateTimeOffset activeSince, CancellationToken cancellationToken) =>
        ValueTask.FromResult(new LedgerOverview(Transactions, 1, 1, [], [], [], activeSince, TimeSpan.FromSeconds(5)));

    public async ValueTask<LedgerHours> HoursOfAllAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        HourReads++;
        return await _answers.Reader.ReadAsync(cancellationToken) ?? throw new StoreUnavailableException("away");
    }

    public ValueTask RecordAsync(
        ReadOnlyMemory<Transaction> batch, Memory<RecordOutcome> outcomes, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<long> TotalAsync(FlightRoute route, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>Whether a route cannot be read.</summary>
    public bool IsAway { get; set; }

    public async ValueTask<RouteSummary?> RouteAsync(FlightRoute route, CancellationToken cancellationToken) =>
        IsAway
            ? throw new StoreUnavailableException("away")
            : new RouteSummary(route, 7, DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

    public ValueTask<IReadOnlyList<RouteSummary>> TopAsync(int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<RouteList> RoutesAsync(RouteQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<IReadOnlyList<HistoryPoint>> HistoryAsync(
        FlightRoute route, DateTimeOffset from, DateTimeOffset to, HistoryBucket bucket, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public ValueTask<DateTimeOffset> HoursSinceAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task RollUpAsync(DateTimeOffset before, CancellationToken cancellationToken) => throw new NotSupportedException();
}

using Airside.Core.Transactions;

namespace Airside.Archives;

/// <summary>Adds up the ledger entries of one route, and compares them.</summary>
/// <param name="route">The route.</param>
/// <param name="keysSince">The key of every transaction since then is remembered.</param>
/// <param name="now">
/// The current time. A future hour was recorded under a wrong clock, so it does not show whether its keys are remembered.
/// </param>
internal sealed class RouteCheck(FlightRoute route, DateTimeOffset keysSince, DateTimeOffset now)
{
    private readonly Dictionary<DateTimeOffset, (long Transactions, long Keys)> _hours = [];
    private RouteSummary? _summary;
    private (DateTimeOffset Start, HistoryBucket Bucket)? _first;
    private (DateTimeOffset Start, HistoryBucket Bucket)? _last;
    private long _sum;
    private long _keys;

    public FlightRoute Route { get; } = route;

    /// <summary>
    /// Adds an entry of the route: its total first, then its days and hours in order, then its keys. Returns a difference from the entries
    /// before it, or null.
    /// </summary>
    public LedgerDifference? Add(ArchiveEntry entry)
    {
        switch (entry)
        {
            case RouteEntry total:
                _summary = total.Summary;
                return null;
            case DayEntry day:
                Add(day.Day, HistoryBucket.Day, day.Transactions);
                return null;
            case HourEntry hour:
                Add(hour);
                return null;
            case KeyEntry key:
                Add(key);
                return Check(key);
            default:
                return null;
        }
    }

    /// <summary>Returns the differences between all entries of the route.</summary>
    public IEnumerable<LedgerDifference> End()
    {
        var total = _summary?.Total ?? 0;
        if (_sum != total)
        {
            yield return Difference("total, by the sum of its days and hours", _sum, total);
        }

        if (_keys > total)
        {
            yield return Difference("keys in the window", $"at most {total}", _keys);
        }

        if (_summary is not null && !IsIn(_first, _summary.FirstAt))
        {
            yield return Difference("first transaction, by its first hour", DisplayOf(_first?.Start), DisplayOf(_summary.FirstAt));
        }

        if (_summary is not null && !IsIn(_last, _summary.LastAt))
        {
            yield return Difference("last transaction, by its last hour", DisplayOf(_last?.Start), DisplayOf(_summary.LastAt));
        }

        foreach (var (hour, (transactions, keys)) in _hours.OrderBy(pair => pair.Key))
        {
            var isWhole = hour >= keysSince && hour <= now;
            if (isWhole ? keys != transactions : keys > transactions)
            {
                var expected = isWhole ? $"{keys}" : $"at least {keys}";
                yield return Difference($"transactions of the hour {DisplayOf(hour)}, by its keys", expected, transactions);
            }
        }
    }

    /// <summary>Adds a day or hour. Of a day that also has hours, the day counts as the first and last one: it contains them.</summary>
    private void Add(DateTimeOffset start, HistoryBucket bucket, long transactions)
    {
        _sum += transactions;
        if (_first is null || start < _first.Value.Start)
        {
            _first = (start, bucket);
        }

        if (_last is null || start >= EndOf(_last.Value))
        {
            _last = (start, bucket);
        }
    }

    private void Add(HourEntry hour)
    {
        Add(hour.Hour, HistoryBucket.Hour, hour.Transactions);
        if (IsInWindow(hour.Hour))
        {
            _hours[hour.Hour] = (hour.Transactions, 0);
        }
    }

    private void Add(KeyEntry key)
    {
        _keys++;
        var hour = HourOf(key.RecordedAt);
        if (IsInWindow(hour))
        {
            var (transactions, keys) = _hours.GetValueOrDefault(hour);
            _hours[hour] = (transactions, keys + 1);
        }
    }

    /// <summary>Returns whether an hour is in the window, at least in part.</summary>
    private bool IsInWindow(DateTimeOffset hour) => hour.AddHours(1) > keysSince;

    private LedgerDifference? Check(KeyEntry key)
    {
        // Two keys may have the same total: a store that counts a busy route in several places gives each key the total of its place.
        if (key.Total > (_summary?.Total ?? 0))
        {
            return Difference($"total returned for the key '{key.Key}'", $"at most {_summary?.Total ?? 0}", key.Total);
        }

        return _summary is not null && (key.RecordedAt < _summary.FirstAt || key.RecordedAt > _summary.LastAt)
            ? Difference(
                $"time of the key '{key.Key}'", $"{DisplayOf(_summary.FirstAt)} to {DisplayOf(_summary.LastAt)}", DisplayOf(key.RecordedAt))
            : null;
    }

    private static bool IsIn((DateTimeOffset Start, HistoryBucket Bucket)? part, DateTimeOffset moment) =>
        part is { } found && HistoryRange.Floor(moment, found.Bucket) == found.Start;

    private static DateTimeOffset EndOf((DateTimeOffset Start, HistoryBucket Bucket) part) =>
        HistoryRange.Around(part.Start, part.Start.AddTicks(1), part.Bucket).End;

    private static DateTimeOffset HourOf(DateTimeOffset moment) => HistoryRange.Floor(moment, HistoryBucket.Hour);

    private static string DisplayOf(DateTimeOffset? moment) => moment?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'") ?? "none";

    private LedgerDifference Difference(string what, object expected, object found) => new(Route, what, $"{expected}", $"{found}");
}

using Airside.Core.Transactions;

namespace Airside.Core.Archives;

/// <summary>Adds up what a ledger says of one route, and compares it.</summary>
/// <param name="route">The route.</param>
/// <param name="keysSince">Of every transaction since then the key is remembered.</param>
/// <param name="now">
/// The present time. An hour that lies ahead was recorded under a wrong clock, so it does not say whether its keys are remembered.
/// </param>
internal sealed class RouteCheck(FlightRoute route, DateTimeOffset keysSince, DateTimeOffset now)
{
    private readonly Dictionary<DateTimeOffset, (long Transactions, long Keys)> _hours = [];
    private RouteSummary? _summary;
    private DateTimeOffset? _firstHour;
    private DateTimeOffset? _lastHour;
    private long _hourSum;
    private long _keys;

    /// <summary>The route.</summary>
    public FlightRoute Route { get; } = route;

    /// <summary>
    /// Takes an entry of the route: its total first, then its hours in their order, then its keys. Gives what does not agree with those
    /// before it, or null.
    /// </summary>
    public LedgerDifference? Add(ArchiveEntry entry)
    {
        switch (entry)
        {
            case RouteEntry total:
                _summary = total.Summary;
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

    /// <summary>What does not agree in all entries of the route together.</summary>
    public IEnumerable<LedgerDifference> End()
    {
        var total = _summary?.Total ?? 0;
        if (_hourSum != total)
        {
            yield return Difference("total, by the sum of its hours", _hourSum, total);
        }

        if (_keys > total)
        {
            yield return Difference("keys in the window", $"at most {total}", _keys);
        }

        if (_summary is not null && _firstHour != HourOf(_summary.FirstAt))
        {
            yield return Difference("first transaction, by its first hour", Shown(_firstHour), Shown(_summary.FirstAt));
        }

        if (_summary is not null && _lastHour != HourOf(_summary.LastAt))
        {
            yield return Difference("last transaction, by its last hour", Shown(_lastHour), Shown(_summary.LastAt));
        }

        foreach (var (hour, (transactions, keys)) in _hours.OrderBy(pair => pair.Key))
        {
            var isWhole = hour >= keysSince && hour <= now;
            if (isWhole ? keys != transactions : keys > transactions)
            {
                var expected = isWhole ? $"{keys}" : $"at least {keys}";
                yield return Difference($"transactions of the hour {Shown(hour)}, by its keys", expected, transactions);
            }
        }
    }

    private void Add(HourEntry hour)
    {
        _hourSum += hour.Transactions;
        _firstHour ??= hour.Hour;
        _lastHour = hour.Hour;
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

    /// <summary>Whether an hour lies in the window, at least in part.</summary>
    private bool IsInWindow(DateTimeOffset hour) => hour.AddHours(1) > keysSince;

    private LedgerDifference? Check(KeyEntry key)
    {
        // Two keys may have one total: a store that counts a hot route in several places gives each the total of its place.
        if (key.Total > (_summary?.Total ?? 0))
        {
            return Difference($"total that the key '{key.Key}' is answered with", $"at most {_summary?.Total ?? 0}", key.Total);
        }

        return _summary is not null && (key.RecordedAt < _summary.FirstAt || key.RecordedAt > _summary.LastAt)
            ? Difference($"time of the key '{key.Key}'", $"{Shown(_summary.FirstAt)} to {Shown(_summary.LastAt)}", Shown(key.RecordedAt))
            : null;
    }

    private static DateTimeOffset HourOf(DateTimeOffset moment) => HistoryRange.Floor(moment, HistoryBucket.Hour);

    private static string Shown(DateTimeOffset? moment) => moment?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'") ?? "none";

    private LedgerDifference Difference(string what, object expected, object found) => new(Route, what, $"{expected}", $"{found}");
}

using System.Text;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Tests.Embedded;

/// <summary>Compares all that a ledger knows with a model.</summary>
internal static class LedgerComparison
{
    /// <summary>Returns how a ledger differs from a model, or null.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="model">The model.</param>
    /// <param name="keyCutoff">
    /// Keys recorded before this moment must be forgotten and all others known, as right after recovery; null to skip the keys.
    /// </param>
    /// <param name="dayHour">Hours before this one may have become days, but need not have.</param>
    public static string? Difference(
        JournaledLedger ledger, LedgerModel model, DateTimeOffset? keyCutoff, long dayHour = long.MinValue)
    {
        var routes = ledger.Routes.Routes.ToDictionary(counts => counts.Route);
        if (!routes.Keys.ToHashSet().SetEquals(model.Routes.Keys))
        {
            return $"it has the routes {string.Join(' ', routes.Keys.Order())}, not {string.Join(' ', model.Routes.Keys.Order())}";
        }

        foreach (var (route, expected) in model.Routes)
        {
            if (RouteDifference(routes[route], expected, dayHour) is { } difference)
            {
                return difference;
            }
        }

        return keyCutoff is { } cutoff ? KeyDifference(ledger, model, cutoff) : null;
    }

    private static string? RouteDifference(RouteCounts counts, RouteModel expected, long dayHour)
    {
        var summary = new RouteSummary(counts.Route, expected.Total, expected.FirstAt, expected.LastAt);
        if (counts.Summary() != summary)
        {
            return $"it says {counts.Summary()}, not {summary}";
        }

        var hours = expected.Hours.Select(hour => new HourCount(HourCount.HourOf(hour.Key), hour.Value)).ToArray();
        if (!counts.Days(long.MinValue, long.MaxValue).SequenceEqual(RouteHistory.DaysOf(hours)))
        {
            return $"the days of {counts.Route} are {string.Join(' ', counts.Days(long.MinValue, long.MaxValue))}, not those of "
                + string.Join(' ', expected.Hours);
        }

        var found = counts.Hours(dayHour, long.MaxValue);
        return found.SequenceEqual(hours.SkipWhile(hour => hour.Hour < dayHour))
            ? null
            : $"the hours of {counts.Route} are {string.Join(' ', found)}, not {string.Join(' ', expected.Hours)}";
    }

    private static string? KeyDifference(JournaledLedger ledger, LedgerModel model, DateTimeOffset cutoff)
    {
        var expected = model.Recorded.Where(pair => pair.Value.At >= cutoff).ToList();
        if (ledger.KeyCount != expected.Count)
        {
            return $"it knows {ledger.KeyCount} keys, not {expected.Count}";
        }

        foreach (var (key, recorded) in expected)
        {
            var bytes = Encoding.UTF8.GetBytes(key.ToString());
            if (!ledger.Keys.TryFind(ledger.Keys.Hash(bytes), bytes, out var route, out var total))
            {
                return $"it does not know the key {key}";
            }

            if (route != recorded.Route.Packed || total != recorded.Total)
            {
                return $"it takes the key {key} for transaction {total} of 0x{route:x}, not for {recorded}";
            }
        }

        return null;
    }
}

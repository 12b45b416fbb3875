using System.Text;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;

namespace Airside.Stores.Tests.Embedded;

/// <summary>Compares all that a ledger knows with a model.</summary>
internal static class LedgerComparison
{
    /// <summary>Says how a ledger differs from a model, or gives null.</summary>
    /// <param name="ledger">The ledger.</param>
    /// <param name="model">The model.</param>
    /// <param name="keyCutoff">
    /// Keys recorded before this moment must be forgotten and all others known, as right after recovery; null where the keys are
    /// not compared.
    /// </param>
    public static string? Difference(JournaledLedger ledger, LedgerModel model, DateTimeOffset? keyCutoff)
    {
        var routes = ledger.Routes.Routes.ToDictionary(counts => counts.Route);
        if (!routes.Keys.ToHashSet().SetEquals(model.Routes.Keys))
        {
            return $"it has the routes {string.Join(' ', routes.Keys.Order())}, not {string.Join(' ', model.Routes.Keys.Order())}";
        }

        foreach (var (route, expected) in model.Routes)
        {
            if (RouteDifference(routes[route], expected) is { } difference)
            {
                return difference;
            }
        }

        return keyCutoff is { } cutoff ? KeyDifference(ledger, model, cutoff) : null;
    }

    private static string? RouteDifference(RouteCounts counts, RouteModel expected)
    {
        var summary = new RouteSummary(counts.Route, expected.Total, expected.FirstAt, expected.LastAt);
        if (counts.Summary() != summary)
        {
            return $"it says {counts.Summary()}, not {summary}";
        }

        var hours = counts.Hours(long.MinValue, long.MaxValue).Select(hour => (hour.Hour, hour.Transactions));
        return hours.SequenceEqual(expected.Hours.Select(hour => (hour.Key.ToUnixTimeSeconds() / 3600, hour.Value)))
            ? null
            : $"the hours of {counts.Route} are {string.Join(' ', hours)}, not {string.Join(' ', expected.Hours)}";
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

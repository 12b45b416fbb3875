using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Browser.Tests;

/// <summary>A data directory with a month of transactions, so that charts have something to show.</summary>
internal static class PastDays
{
    private const int Days = 30;

    private static readonly (string Route, int PerHour)[] Routes =
    [
        ("LH400", 18), ("BA117", 15), ("AF6", 13), ("EK201", 12), ("DL1", 10), ("QF1", 9), ("SQ321", 7), ("KL641", 6), ("LH401", 5),
        ("JL5", 4), ("AR1133", 3), ("UA934", 2),
    ];

    /// <summary>Records a month that ends at the current hour, with quiet nights and busy evenings.</summary>
    public static async Task RecordAsync(string dataDirectory)
    {
        var now = HistoryRange.Floor(TimeProvider.System.GetUtcNow(), HistoryBucket.Hour);
        var clock = new FakeTimeProvider(now.AddDays(-Days));
        await using var store = EmbeddedStore.Open(dataDirectory, TimeSpan.FromHours(1), clock, NullLogger<EmbeddedStore>.Instance);
        await store.OpenAsync(CancellationToken.None);
        for (var hour = -24 * Days; hour <= 0; hour++)
        {
            var time = now.AddHours(hour);
            clock.SetUtcNow(time);
            var ofDay = 1 + (0.8 * Math.Sin((time.Hour - 11) * Math.PI / 12)) + (0.15 * Math.Sin(hour * 0.7));
            var keys = $"{time:yyyy-MM-dd HH} ";
            var batch = Routes.SelectMany(route => Enumerable.Range(0, (int)(route.PerHour * ofDay)).Select(i =>
                new Transaction(FlightRoute.Parse(route.Route), TransactionKey.Parse($"{route.Route} {keys}{i.ToString()}")))).ToArray();
            await store.Ledger.RecordAsync(batch, new RecordOutcome[batch.Length], CancellationToken.None);
        }
    }
}

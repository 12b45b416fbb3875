using Airside.Core.Transactions;

namespace Airside.Bench;

/// <summary>Transactions as clients send them: version 7 UUIDs as keys, 5,000 routes.</summary>
internal static class Workload
{
    private const int RoutesUsed = 5_000;

    private static readonly FlightRoute[] AllRoutes = Routes(RoutesUsed);

    /// <summary>Returns different routes of many airlines, at most 9,999.</summary>
    public static FlightRoute[] Routes(int count) =>
        [.. Enumerable.Range(1, count).Select(i => FlightRoute.Parse($"{(char)('A' + (i % 26))}{(char)('A' + (i / 26 % 26))}{i}"))];

    public static Transaction[] Create(int count)
    {
        var random = new Random(1);
        var transactions = new Transaction[count];
        for (var i = 0; i < count; i++)
        {
            transactions[i] = new Transaction(AllRoutes[random.Next(RoutesUsed)], TransactionKey.Create(TimeProvider.System));
        }

        return transactions;
    }
}

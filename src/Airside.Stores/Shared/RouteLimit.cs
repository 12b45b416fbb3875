using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Shared;

/// <summary>The limit of routes of a store that many processes share.</summary>
internal static class RouteLimit
{
    /// <summary>Creates the refusal of transactions whose routes are new and have no room.</summary>
    /// <param name="routesMax">The limit.</param>
    /// <param name="indexes">Their positions in the batch, ascending.</param>
    public static RoutesLimitException Exceeded(int routesMax, IReadOnlyList<int> indexes) => new(
        $"The store is full: {nameof(Limits.RoutesMax)} is {routesMax}, and it has as many routes. Transactions of known routes are still "
        + "recorded. Find out whether a client sends made-up routes, and revoke its key.",
        indexes);
}

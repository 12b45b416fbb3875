using System.Collections.Concurrent;
using Airside.Core;
using Airside.Core.Transactions;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>
/// Keeps the routes within their limit: a batch reserves places for its new routes, in one write, before anything of it is recorded. A
/// batch without new routes costs nothing here.
/// </summary>
internal sealed class RoutePlaces(DynamoDbTable table, DynamoDbMonitor monitor, RememberedRoutes remembered, int routesMax)
{
    /// <summary>Reserves a place for each new route of a batch; for none if some have no room.</summary>
    /// <exception cref="StoreUnavailableException">The table cannot be read or written.</exception>
    public async Task<Reservation> ReserveAsync(BatchRecording recording, IReadOnlyCollection<IGrouping<FlightRoute, int>> routes)
    {
        var created = await NewAsync(routes);
        if (created.Count == 0)
        {
            return Reservation.None;
        }

        if (await TryReserveAsync(created.Count, monitor.State.Routes))
        {
            return new Reservation([.. created.Select(route => route.Key)], Reservation.None.Refused);
        }

        while (true)
        {
            // The count first: a route whose place another process has just taken may exist by now.
            var count = await CountAsync();
            created = await WithoutKnownAsync(created, recording);
            var room = (int)Math.Clamp(routesMax - (count.Routes ?? 0), 0, created.Count);
            if (created.Count > room)
            {
                // Not remembered, or made-up routes would drive out those that exist.
                created.ForEach(route => remembered.Forget(route.Key));
                return new Reservation([], created.Skip(room).SelectMany(route => route).ToHashSet());
            }

            if (created.Count == 0 || await TryReserveAsync(created.Count, count))
            {
                return new Reservation([.. created.Select(route => route.Key)], Reservation.None.Refused);
            }
        }
    }

    /// <summary>Gives back the places that were not needed, because another process created the route or the batch failed before.</summary>
    public async Task ReleaseAsync(Reservation reservation, BatchRecording recording)
    {
        var unused = reservation.Routes.Count(route => !recording.MayHaveCreated(route));
        if (unused == 0 || monitor.Outage is not null)
        {
            return;
        }

        try
        {
            // Sent once: giving them back twice would exceed the limit. What is lost, the next recount finds.
            var request = AddRequest(-unused);
            await table.SendOnceAsync((client, token) => client.UpdateItemAsync(request, token), table.RequestBudget(), default);
        }
        catch (Exception exception) when (DynamoDbFaults.IsOne(exception))
        {
            // The outcome of the batch does not depend on it.
        }
    }

    /// <summary>Returns the routes that are new as far as this process knows, in batch order. Routes never seen are read.</summary>
    private async Task<List<IGrouping<FlightRoute, int>>> NewAsync(IReadOnlyCollection<IGrouping<FlightRoute, int>> routes)
    {
        var states = routes.ToDictionary(route => route.Key, route => remembered.Find(route.Key));
        var unread = states.Where(state => state.Value is null).Select(state => state.Key).ToArray();
        if (unread.Length > 0)
        {
            await monitor.EnsureWritableAsync(CancellationToken.None);
            var read = new ConcurrentDictionary<FlightRoute, RouteState>();
            await Parallel.ForEachAsync(
                unread,
                new ParallelOptions { MaxDegreeOfParallelism = Limits.DynamoDbTransactionsMax },
                async (route, _) => read[route] = await remembered.KnownAsync(route, table.RequestBudget()));
            foreach (var (route, state) in read)
            {
                states[route] = state;
            }
        }

        return [.. routes.Where(route => states[route.Key]!.IsNew)];
    }

    /// <summary>Leaves out the routes that exist by now, and the transactions whose keys are known: their repeats need no place.</summary>
    private async Task<List<IGrouping<FlightRoute, int>>> WithoutKnownAsync(
        List<IGrouping<FlightRoute, int>> routes, BatchRecording recording)
    {
        var existing = new HashSet<FlightRoute>();
        foreach (var item in await GetAllAsync(routes.Select(route => TableLayout.ShardItem(route.Key, 0))))
        {
            var route = TableLayout.RouteOf(item);
            remembered.Remember(route, RouteState.From(item));
            existing.Add(route);
        }

        var positions = routes.Where(route => !existing.Contains(route.Key)).SelectMany(route => route).Order().ToArray();
        var items = await GetAllAsync(positions.Select(position => TableLayout.ItemOf(recording.KeyAt(position))));
        var known = items.Select(KeyItem.From).Where(recording.IsRemembered).Select(item => item.Key).ToHashSet();
        return [.. positions.Where(position => !known.Contains(recording.KeyAt(position))).GroupBy(recording.RouteAt)];
    }

    /// <summary>Returns the items with these keys, in no particular order.</summary>
    private async Task<IReadOnlyCollection<Dictionary<string, AttributeValue>>> GetAllAsync(
        IEnumerable<Dictionary<string, AttributeValue>> keys)
    {
        var found = new ConcurrentBag<Dictionary<string, AttributeValue>>();
        await Parallel.ForEachAsync(
            keys.Chunk(Limits.DynamoDbReadItemsMax),
            new ParallelOptions { MaxDegreeOfParallelism = Limits.DynamoDbItemsMax / Limits.DynamoDbReadItemsMax },
            async (chunk, _) =>
            {
                foreach (var item in await table.GetManyAsync(chunk, table.RequestBudget(), CancellationToken.None))
                {
                    found.Add(item);
                }
            });
        return found;
    }

    private async Task<bool> TryReserveAsync(int places, RouteCount seen)
    {
        var room = routesMax - places;
        if (room < (seen.Routes ?? 0))
        {
            return false;
        }

        var request = AddRequest(places);
        request.ConditionExpression = "attribute_not_exists(#routes) OR #routes <= :room";
        request.ExpressionAttributeValues[":room"] = TableLayout.Number(room);
        return await table.UpdateAsync(request, table.RequestBudget(), CancellationToken.None) is not null;
    }

    private UpdateItemRequest AddRequest(int places) => new()
    {
        TableName = table.Name,
        Key = RouteCount.Key,
        UpdateExpression = "ADD #routes :places",
        ExpressionAttributeNames = new() { ["#routes"] = RouteCount.RoutesAttribute },
        ExpressionAttributeValues = new() { [":places"] = TableLayout.Number(places) },
    };

    private async Task<RouteCount> CountAsync() =>
        await table.GetAsync(RouteCount.Key, table.RequestBudget(), CancellationToken.None) is { } item
            ? RouteCount.From(item)
            : RouteCount.None;
}

/// <summary>The places that a batch has for its new routes.</summary>
/// <param name="Routes">New routes, each with a place.</param>
/// <param name="Refused">Positions of the distinct keys whose routes have no room; then no route has a place.</param>
internal sealed record Reservation(IReadOnlyCollection<FlightRoute> Routes, IReadOnlySet<int> Refused)
{
    public static readonly Reservation None = new([], new HashSet<int>());
}

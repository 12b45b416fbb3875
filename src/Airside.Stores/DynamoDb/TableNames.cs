using Airside.Core;
using Airside.Stores.Shared;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>Whether routes and keys in the table have the names of this version. An item says so once all of them were read.</summary>
internal sealed class TableNames(DynamoDbTable table, RouteReader reader, DynamoDbArchive archive)
{
    private const long Version = 1;

    /// <summary>Refuses a table whose names were not read. One without routes has none.</summary>
    /// <exception cref="StoreUnavailableException">Earlier versions wrote the table, and it was not migrated since.</exception>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        if (await IsMarkedAsync(cancellationToken))
        {
            return;
        }

        if ((await reader.FirstAsync(designator: null, after: null, limit: 1, cancellationToken)).Count > 0)
        {
            throw new StoreUnavailableException(
                $"The table '{table.Name}' is not prepared for this version: its names of routes and keys were not looked at. "
                + "Run: Airside.Service migrate");
        }

        await MarkAsync(cancellationToken);
    }

    /// <summary>
    /// Reads the names. Keys only the first time, because that reads the table; routes each time, because a version that keeps other
    /// spellings may have recorded in between.
    /// </summary>
    /// <returns>What was done, one sentence each.</returns>
    /// <exception cref="StoreUnavailableException">Some have to be converted.</exception>
    public async Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken)
    {
        var names = new EarlierNames();
        var routes = await reader.RoutesAsync(designator: null, firstOfPartition: null, cancellationToken);
        foreach (var (route, _) in routes)
        {
            names.Add(route);
        }

        var isMarked = await IsMarkedAsync(cancellationToken);
        await foreach (var key in isMarked ? AsyncEnumerable.Empty<KeyItem>() : archive.KeysAsync(cancellationToken))
        {
            names.Add(key.Key);
        }

        if (names.Any)
        {
            throw names.Refusal($"The table '{table.Name}'");
        }

        if (isMarked)
        {
            return [];
        }

        await MarkAsync(cancellationToken);
        return routes.Count == 0 ? [] : [$"The names of routes and keys in the table '{table.Name}' were read; none has to be converted."];
    }

    private async Task<bool> IsMarkedAsync(CancellationToken cancellationToken) =>
        await table.GetAsync(TableLayout.NamesItem(), table.BackgroundBudget(), cancellationToken) is not null;

    private async Task MarkAsync(CancellationToken cancellationToken)
    {
        var item = new Dictionary<string, AttributeValue>(TableLayout.NamesItem()) { [TableLayout.Version] = TableLayout.Number(Version) };
        var request = new PutItemRequest { TableName = table.Name, Item = item };
        await table.AskAsync((client, token) => client.PutItemAsync(request, token), table.BackgroundBudget(), cancellationToken);
    }
}

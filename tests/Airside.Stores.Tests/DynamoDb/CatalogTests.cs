using System.Globalization;
using Airside.Core;
using Airside.Core.Airlines;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>The catalog in parts, and how it reaches other replicas.</summary>
[Trait("Category", "Tool")]
public sealed class CatalogTests(SharedDynamoDb server) : IAsyncLifetime
{
    private readonly DynamoDbTestStore _store = new(server);

    private IAirlineStore Airlines => _store.Replicas[0].Airlines;

    private IAirlineStore OtherAirlines => _store.Replicas[1].Airlines;

    public async ValueTask InitializeAsync() => await _store.OpenAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_new_catalog_reaches_the_other_replica()
    {
        var first = Catalog(1);
        await Airlines.ReplaceAsync(first, CancellationToken.None);
        Assert.Equal(first.Version, (await SoonAsync(OtherAirlines.NextAsync(null, CancellationToken.None))).Version);

        // The same airlines loaded again are a new catalog, because users see when it was loaded.
        _store.Time.Advance(TimeSpan.FromMinutes(1));
        var again = Catalog(1);
        var next = OtherAirlines.NextAsync(first, CancellationToken.None);
        await Airlines.ReplaceAsync(again, CancellationToken.None);
        Assert.Equal((again.Version, again.LoadedAt), await VersionAsync(next));
        Assert.NotEqual(first.LoadedAt, again.LoadedAt);
    }

    [Fact]
    public async Task Who_has_just_saved_a_catalog_is_not_given_the_one_before()
    {
        await Airlines.ReplaceAsync(Catalog(1), CancellationToken.None);
        await Airlines.NextAsync(null, CancellationToken.None);
        for (var load = 2; load < 5; load++)
        {
            var catalog = Catalog(load);
            await Airlines.ReplaceAsync(catalog, CancellationToken.None);
            using var stopping = new CancellationTokenSource(TimeSpan.FromMilliseconds(Limits.StoreMonitorMs / 5));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Airlines.NextAsync(catalog, stopping.Token));
        }
    }

    [Fact]
    public async Task Nothing_next_is_given_while_the_catalog_stays()
    {
        var catalog = Catalog(1);
        await Airlines.ReplaceAsync(catalog, CancellationToken.None);
        using var stopping = new CancellationTokenSource();
        var next = OtherAirlines.NextAsync(catalog, stopping.Token);
        await Task.Delay(3 * Limits.StoreMonitorMs);

        Assert.False(next.IsCompleted);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
    }

    [Fact]
    public async Task A_catalog_of_many_parts_comes_back_whole_and_the_parts_of_old_ones_are_removed()
    {
        var loads = new List<AirlineCatalog>();
        for (var load = 1; load <= 3; load++)
        {
            loads.Add(Catalog(load));
            await Airlines.ReplaceAsync(loads[^1], CancellationToken.None);
            Assert.Equal(loads[^1].Airlines, (await OtherAirlines.LoadAsync(CancellationToken.None))!.Airlines);
            _store.Time.Advance(TimeSpan.FromDays(1));
        }

        // The previous one is kept for those still reading it.
        var kept = await PartsAsync();
        Assert.Equal(2, kept.Select(part => part.Split('#')[0]).Distinct().Count());
        Assert.True(kept.Count > 2, $"The catalogs have {kept.Count} parts in all, so that none has several.");
    }

    [Fact]
    public async Task A_load_that_breaks_off_leaves_the_old_catalog_in_force()
    {
        await Airlines.ReplaceAsync(Catalog(1), CancellationToken.None);
        _store.Networks[0].Treat = request =>
            request.Operation == "PutItem" && request.Body.Contains("\"state\"", StringComparison.Ordinal)
                ? throw new HttpRequestException("The connection was cut by the test.")
                : request.SendAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Airlines.ReplaceAsync(Catalog(2), CancellationToken.None));
        Assert.Equal(Catalog(1).Version, (await OtherAirlines.LoadAsync(CancellationToken.None))!.Version);

        // A later load removes what the failed one left.
        _store.Networks[0].Treat = null;
        _store.Time.Advance(TimeSpan.FromDays(1));
        await Airlines.ReplaceAsync(Catalog(3), CancellationToken.None);
        Assert.Equal(2, (await PartsAsync()).Select(part => part.Split('#')[0]).Distinct().Count());
    }

    [Fact]
    public async Task A_missing_part_is_damage()
    {
        await Airlines.ReplaceAsync(Catalog(1), CancellationToken.None);
        using var client = _store.Client();
        await client.DeleteItemAsync(_store.Settings.Table, Key((await PartsAsync())[^1]));

        var damaged = await Assert.ThrowsAsync<StoreDamagedException>(() => OtherAirlines.LoadAsync(CancellationToken.None));
        Assert.Contains("is missing", damaged.Message);
    }

    [Fact]
    public async Task Content_of_another_version_is_damage()
    {
        await Airlines.ReplaceAsync(Catalog(1), CancellationToken.None);
        using var client = _store.Client();
        await client.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = _store.Settings.Table,
            Key = new() { ["pk"] = new AttributeValue("state"), ["sk"] = new AttributeValue("catalog") },
            UpdateExpression = "SET version = :version",
            ExpressionAttributeValues = new() { [":version"] = new AttributeValue("0123456789abcdef") },
        });

        var damaged = await Assert.ThrowsAsync<StoreDamagedException>(() => OtherAirlines.LoadAsync(CancellationToken.None));
        Assert.Contains("0123456789abcdef", damaged.Message);
    }

    private static Dictionary<string, AttributeValue> Key(string part) =>
        new() { ["pk"] = new AttributeValue("catalog"), ["sk"] = new AttributeValue(part) };

    /// <summary>Waits much longer than <see cref="Limits.CatalogNoticeMs"/>, because the machine may be busy.</summary>
    private static Task<AirlineCatalog> SoonAsync(Task<AirlineCatalog> catalog) => catalog.WaitAsync(TimeSpan.FromSeconds(60));

    private static async Task<(string, DateTimeOffset)> VersionAsync(Task<AirlineCatalog> next)
    {
        var catalog = await SoonAsync(next);
        return (catalog.Version, catalog.LoadedAt);
    }

    /// <summary>Creates a catalog that does not fit into one item.</summary>
    private AirlineCatalog Catalog(int seed)
    {
        var random = new Random(seed);
        var airlines = Enumerable.Range(1, 5_000).Select(id =>
        {
            var name = string.Concat(Enumerable.Range(0, 25).Select(_ => random.Next().ToString("x", CultureInfo.InvariantCulture)));
            return new Airline(id, name, null, null, null, null, null, active: true);
        });
        return new AirlineCatalog(airlines, $"source {seed}", _store.Time.GetUtcNow());
    }

    private async Task<List<string>> PartsAsync()
    {
        using var client = _store.Client();
        var request = new QueryRequest
        {
            TableName = _store.Settings.Table,
            KeyConditionExpression = "pk = :pk",
            ProjectionExpression = "sk",
            ConsistentRead = true,
            ExpressionAttributeValues = new() { [":pk"] = new AttributeValue("catalog") },
        };
        var parts = new List<string>();
        do
        {
            var answer = await client.QueryAsync(request);
            parts.AddRange((answer.Items ?? []).Select(item => item["sk"].S));
            request.ExclusiveStartKey = answer.LastEvaluatedKey;
        }
        while (request.ExclusiveStartKey is { Count: > 0 });
        return parts;
    }
}

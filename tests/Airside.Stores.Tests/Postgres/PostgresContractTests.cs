using Airside.Core;
using Airside.Core.Airlines;
using Airside.Stores.Tests.Contract;

namespace Airside.Stores.Tests.Postgres;

[Trait("Category", "Tool")]
public sealed class PostgresLedgerTests() : LedgerContract(new PostgresTestStore());

[Trait("Category", "Tool")]
public sealed class PostgresRouteListTests() : RouteListContract(new PostgresTestStore());

[Trait("Category", "Tool")]
public sealed class PostgresHistoryTests() : HistoryContract(new PostgresTestStore());

[Trait("Category", "Tool")]
public sealed class PostgresRollUpTests() : RollUpContract(() => new PostgresTestStore());

[Trait("Category", "Tool")]
public sealed class PostgresWindowTests() : WindowContract(new PostgresTestStore());

[Trait("Category", "Tool")]
public sealed class PostgresOverviewTests() : OverviewContract(new PostgresTestStore());

[Trait("Category", "Tool")]
public sealed class PostgresRankingTests() : RankingContract(() => new PostgresTestStore());

[Trait("Category", "Tool")]
public sealed class PostgresRandomLedgerTests() : RandomLedgerContract(new PostgresTestStore());

[Trait("Category", "Tool")]
public sealed class PostgresAirlineStoreTests() : AirlineStoreContract(new PostgresTestStore())
{
    [Fact]
    [Trait("Category", "Slow")]
    public async Task The_largest_catalog_is_saved_and_read()
    {
        for (var load = 1; load <= 3; load++)
        {
            var catalog = new AirlineCatalog(
                Enumerable.Range(1, Limits.AirlinesMax).Select(id => new Airline(
                    id, $"Airline number {id}", "Alias", "AA", "AAA", "CALLSIGN", "Country", active: true)),
                $"load {load}",
                TestTime.Start);
            await Store.Airlines.ReplaceAsync(catalog, CancellationToken.None);
            Assert.Equal(catalog.Version, (await Store.Airlines.LoadAsync(CancellationToken.None))?.Version);
        }
    }
}

[Trait("Category", "Tool")]
public sealed class PostgresSharedStoreTests() : SharedStoreContract(new PostgresTestStore());

[Trait("Category", "Tool")]
public sealed class PostgresArchiveTests() : ArchiveContract(() => new PostgresTestStore());

[Trait("Category", "Tool")]
public sealed class PostgresRouteLimitTests() : RouteLimitContract(routesMax => new PostgresTestStore(routesMax: routesMax));

using Airside.Core;
using Airside.Core.Stores;
using Airside.Core.Transactions;
using Airside.Stores.Postgres;
using Airside.Stores.Shared;
using Airside.Stores.Tests.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.Postgres;

/// <summary>What the ranking and pages by name ask of the database.</summary>
[Trait("Category", "Tool")]
public sealed class RankingTests : SharedRankingContract
{
    private readonly List<PostgresStore> _stores = [];
    private string _database = "";
    private FaultProxy _proxy = null!;

    protected override IReadOnlyList<IStore> Replicas => _stores;

    public override async ValueTask InitializeAsync()
    {
        _database = await PostgresFixture.NewDatabaseAsync();
        _proxy = new FaultProxy(PostgresFixture.Cluster.Port);
        foreach (var path in (string[])[PostgresFixture.Through(_proxy, _database), _database])
        {
            var store = new PostgresStore(
                Postgres.Replicas.Settings(path),
                Postgres.Replicas.KeyWindow,
                NullLogger.Instance,
                Migration.All,
                new RankingAge(_ => Age));
            _stores.Add(store);
            await store.MigrateAsync(CancellationToken.None);
            await store.OpenAsync(CancellationToken.None);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        foreach (var store in _stores)
        {
            await store.DisposeAsync();
        }

        await (_proxy?.DisposeAsync() ?? ValueTask.CompletedTask);
        await base.DisposeAsync();
    }

    protected override void Cut(bool isCut)
    {
        _proxy.Refuses = isCut;
        if (isCut)
        {
            _proxy.Cut();
        }
    }

    [Fact]
    public async Task A_change_that_its_time_does_not_tell_is_found_by_the_sum()
    {
        await FillAsync(50);
        Assert.Equal(50, (await _stores[1].Ledger.TopAsync(100, CancellationToken.None)).Count);
        await PostgresFixture.ExecuteAsync(
            _database,
            """
            UPDATE airside.route SET total = total + 1000 WHERE route = 'AR7';
            DELETE FROM airside.route WHERE route = 'AR8'
            """);
        var top = await _stores[1].Ledger.TopAsync(100, CancellationToken.None);
        Assert.Equal(("AR7", 1001), (top[0].Route.ToString(), (int)top[0].Total));
        Assert.Equal(49, top.Count);
    }

    [Fact]
    public async Task A_refresh_reads_only_what_has_changed_by_its_time()
    {
        await FillAsync(50);
        await PostgresFixture.ExecuteAsync(_database, "UPDATE airside.route SET total = 5 WHERE route = 'AR7'");
        Assert.Equal(5, (await _stores[1].Ledger.TopAsync(1, CancellationToken.None))[0].Total);

        // No transaction can do this: the sum stays the same, and so do the times.
        await PostgresFixture.ExecuteAsync(
            _database, "UPDATE airside.route SET total = CASE route WHEN 'AR7' THEN 1 ELSE 5 END WHERE route IN ('AR7', 'AR9')");
        await RecordAsync("a");
        var top = await _stores[1].Ledger.TopAsync(100, CancellationToken.None);
        Assert.Equal(("AR7", 5), (top[0].Route.ToString(), (int)top[0].Total));
        Assert.Contains(top, route => route is { Total: 1, Route: var name } && name == FlightRoute.Parse("AR1133"));
        Assert.Equal(51, top.Count);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(null, "AR500")]
    [InlineData("AR", null)]
    [InlineData("AR", "AR500")]
    [InlineData("KLM", null)]
    public async Task A_page_by_name_reads_a_range_of_the_index_under_any_plan(string? designator, string? after)
    {
        await FillAsync(20_000);
        var query = new RouteQuery(
            designator, RouteSort.Route, 10, after is null ? null : new RoutePosition(FlightRoute.Parse(after), 1));
        var (sql, values) = PostgresLedger.PageSql(query);
        var types = string.Join(", ", values.Select(value => value switch { string => "text", int => "integer", _ => "bigint" }));
        var arguments = string.Join(", ", values.Select(value => value is string text ? $"'{text}'" : $"{value}"));
        var plan = await PostgresFixture.ScalarAsync<string>(
            _database,
            $"""
            SET plan_cache_mode = force_generic_plan;
            PREPARE page ({types}) AS {sql};
            EXPLAIN (FORMAT JSON) EXECUTE page ({arguments})
            """);

        Assert.Contains("Index Cond", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Seq Scan", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
    }

    /// <summary>Adds routes of AR, KLM and ZZ in turn, each with one transaction long ago.</summary>
    private Task FillAsync(int routes) => PostgresFixture.ExecuteAsync(
        _database,
        $"""
        INSERT INTO airside.route
        SELECT (ARRAY['AR', 'KLM', 'ZZ'])[1 + i / 9999] || 1 + i % 9999, 1, '2026-01-01', '2026-01-01'
        FROM generate_series(0, {routes} - 1) i;
        ANALYZE airside.route
        """);
}

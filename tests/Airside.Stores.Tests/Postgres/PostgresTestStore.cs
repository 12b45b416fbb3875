using Airside.Core;
using Airside.Core.Stores;
using Airside.Stores.Postgres;
using Airside.Stores.Shared;
using Airside.Stores.Tests.Contract;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.Postgres;

/// <summary>Two replicas on their own database.</summary>
internal sealed class PostgresTestStore(
    Func<string, Task>? prepare = null, RankingAge? rankingAge = null, int routesMax = Limits.RoutesMax) : ITestStore
{
    private readonly List<IStore> _replicas = [];
    private DatabaseClock? _clock;

    public FakeTimeProvider Time { get; } = new(TestTime.Start);

    public IReadOnlyList<IStore> Replicas => _replicas;

    public string ConnectionString { get; private set; } = "";

    public async ValueTask OpenAsync()
    {
        await CloseAsync();
        if (ConnectionString.Length == 0)
        {
            ConnectionString = await PostgresFixture.NewDatabaseAsync();
            await using var store = Create();
            await store.MigrateAsync(CancellationToken.None);
            await (prepare?.Invoke(ConnectionString) ?? Task.CompletedTask);
            _clock = new DatabaseClock(ConnectionString);
            await _clock.ReplaceAsync(Time.GetUtcNow());
        }

        for (var i = 0; i < 2; i++)
        {
            _replicas.Add(new ClockedStore(Create(), Time, _clock!));
            await _replicas[i].OpenAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await (_clock?.DisposeAsync() ?? ValueTask.CompletedTask);
    }

    private PostgresStore Create() => new(
        Postgres.Replicas.Settings(ConnectionString) with { TimeoutMs = Limits.PostgresTimeoutMsMax },
        Postgres.Replicas.KeyWindow,
        NullLogger.Instance,
        Migration.All,
        rankingAge ?? RankingAge.Exact,
        routesMax);

    private async ValueTask CloseAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        _replicas.Clear();
    }
}

using Airside.Core;
using Airside.Core.Stores;
using Airside.Stores.DynamoDb;
using Airside.Stores.Shared;
using Airside.Stores.Tests.Contract;
using Amazon.DynamoDBv2;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>A separate table with two replicas.</summary>
internal sealed class DynamoDbTestStore(
    Func<Task<string>> endpoint, Timeouts timeouts, RankingAge? rankingAge = null, int routesMax = Limits.RoutesMax) : ITestStore
{
    // A busy machine must not fail a test. Tests of timeouts pass their own.
    private static readonly Timeouts Patient = new(RequestMs: 30_000, AttemptMs: 15_000, WorkMs: 60_000);

    private readonly string _table = $"airside-test-{Guid.NewGuid():N}";
    private readonly RankingAge _age = rankingAge ?? RankingAge.Exact;
    private readonly List<DynamoDbStore> _replicas = [];
    private IReadOnlyList<ProcessTime>? _clocks;
    private string? _endpoint;

    public DynamoDbTestStore(SharedDynamoDb server, RankingAge? rankingAge = null, int routesMax = Limits.RoutesMax)
        : this(server.EndpointAsync, Patient, rankingAge, routesMax)
    {
    }

    public FakeTimeProvider Time { get; } = new CalendarTime();

    /// <summary>The clock of each replica.</summary>
    public IReadOnlyList<ProcessTime> Clocks => _clocks ??= [new ProcessTime(Time), new ProcessTime(Time)];

    public IReadOnlyList<IStore> Replicas => _replicas;

    /// <summary>The network of each replica.</summary>
    public IReadOnlyList<TestNetwork> Networks { get; } =
        [new TestNetwork { Ensure = IamActions.Ensure }, new TestNetwork { Ensure = IamActions.Ensure }];

    public DynamoDbSettings Settings => new(_table, Region: null, _endpoint);

    /// <summary>Finds the server and creates replicas; the table does not exist yet.</summary>
    public async Task ConnectAsync()
    {
        _endpoint ??= await endpoint();
        foreach (var (network, clock) in Networks.Zip(Clocks))
        {
            var client = DynamoDbClients.Create(Settings, credentials: null, network.Around);
            _replicas.Add(new DynamoDbStore(
                Settings, TimeSpan.FromHours(48), clock, NullLogger.Instance, client, timeouts, _age, routesMax));
        }
    }

    public async ValueTask OpenAsync()
    {
        await CloseAsync();
        await ConnectAsync();
        await _replicas[0].MigrateAsync(CancellationToken.None);
        foreach (var replica in _replicas)
        {
            await replica.OpenAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        if (_endpoint is not null)
        {
            using var client = Client();
            try
            {
                await client.DeleteTableAsync(_table);
            }
            catch (AmazonDynamoDBException)
            {
                // The test did not create the table.
            }
        }
    }

    /// <summary>Creates a client that accesses the table directly.</summary>
    public IAmazonDynamoDB Client() => DynamoDbClients.Create(Settings);

    private async Task CloseAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        _replicas.Clear();
    }
}

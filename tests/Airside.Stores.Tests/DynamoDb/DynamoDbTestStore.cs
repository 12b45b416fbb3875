using Airside.Core;
using Airside.Stores.DynamoDb;
using Airside.Stores.Tests.Contract;
using Amazon.DynamoDBv2;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>A table of its own, seen by two replicas.</summary>
internal sealed class DynamoDbTestStore(Func<Task<string>> endpoint, Timeouts timeouts) : ITestStore
{
    // What is right must not depend on how busy the machine is; the tests of the timeouts have those of the service.
    private static readonly Timeouts Patient = new(RequestMs: 30_000, AttemptMs: 15_000, WorkMs: 60_000);

    private readonly string _table = $"airside-test-{Guid.NewGuid():N}";
    private readonly List<DynamoDbStore> _replicas = [];
    private IReadOnlyList<ProcessTime>? _clocks;
    private string? _endpoint;

    public DynamoDbTestStore(SharedDynamoDb server)
        : this(server.EndpointAsync, Patient)
    {
    }

    public FakeTimeProvider Time { get; } = new CalendarTime();

    /// <summary>The clock of each replica.</summary>
    public IReadOnlyList<ProcessTime> Clocks => _clocks ??= [new ProcessTime(Time), new ProcessTime(Time)];

    public IReadOnlyList<IStore> Replicas => _replicas;

    /// <summary>The network of each replica.</summary>
    public IReadOnlyList<TestNetwork> Networks { get; } =
        [new TestNetwork { Demand = IamActions.Demand }, new TestNetwork { Demand = IamActions.Demand }];

    public DynamoDbSettings Settings => new(_table, Region: null, _endpoint);

    /// <summary>Finds the server and makes replicas of a table that is not there yet.</summary>
    public async Task ConnectAsync()
    {
        _endpoint ??= await endpoint();
        foreach (var (network, clock) in Networks.Zip(Clocks))
        {
            var client = DynamoDbClients.Make(Settings, credentials: null, network.Around);
            _replicas.Add(new DynamoDbStore(Settings, TimeSpan.FromHours(48), clock, NullLogger.Instance, client, timeouts));
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
                // The test has not made the table.
            }
        }
    }

    /// <summary>A client of the server, to look at the table from outside.</summary>
    public IAmazonDynamoDB Client() => DynamoDbClients.Make(Settings);

    private async Task CloseAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        _replicas.Clear();
    }
}

using Airside.Core;
using Airside.Core.Stores;
using Airside.Stores.DynamoDb;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>The table is created only in development, and refused if it is not as required.</summary>
[Trait("Category", "Tool")]
public sealed class SchemaTests(SharedDynamoDb server) : IAsyncLifetime
{
    private readonly DynamoDbTestStore _store = new(server);

    private IStore Store => _store.Replicas[0];

    public async ValueTask InitializeAsync() => await _store.ConnectAsync();

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Fact]
    public async Task A_missing_table_is_refused_with_the_command_that_makes_it()
    {
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.OpenAsync(CancellationToken.None));
        Assert.Contains(
            $"table '{_store.Settings.Table}' (Airside:DynamoDb:Table) does not exist at {_store.Settings.Endpoint}", refused.Message);
        Assert.Contains("`Airside.Service migrate`", refused.Message);
        Assert.Contains("Terraform", refused.Message);
    }

    [Fact]
    public async Task Many_may_make_the_table_at_once_and_again()
    {
        var many = _store.Replicas.Concat(_store.Replicas);
        var done = await Task.WhenAll(many.Select(replica => replica.MigrateAsync(CancellationToken.None)));
        Assert.Contains(done, sentences => sentences.Count > 0);
        Assert.Empty(await Store.MigrateAsync(CancellationToken.None));
        await Store.OpenAsync(CancellationToken.None);
        await _store.Replicas[1].OpenAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_table_with_another_key_is_refused()
    {
        await MakeTableAsync([new KeySchemaElement("pk", KeyType.HASH)], [new AttributeDefinition("pk", ScalarAttributeType.S)]);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.OpenAsync(CancellationToken.None));
        Assert.Contains("its key is 'pk HASH S' but must be 'pk HASH S, sk RANGE S'", refused.Message);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.MigrateAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_table_whose_keys_do_not_expire_is_refused_and_mended_by_migrate()
    {
        await MakeTableAsync(
            [new KeySchemaElement("pk", KeyType.HASH), new KeySchemaElement("sk", KeyType.RANGE)],
            [new AttributeDefinition("pk", ScalarAttributeType.S), new AttributeDefinition("sk", ScalarAttributeType.S)]);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.OpenAsync(CancellationToken.None));
        Assert.Contains("time to live", refused.Message);
        Assert.Single(await Store.MigrateAsync(CancellationToken.None));
        await Store.OpenAsync(CancellationToken.None);
    }

    [Fact]
    public async Task On_aws_migrate_makes_nothing()
    {
        var network = new TestNetwork
        {
            Treat = _ => Task.FromResult(TestNetwork.Fault("ResourceNotFoundException")),
        };
        var settings = new DynamoDbSettings("airside", "eu-west-1", Endpoint: null);
        var client = DynamoDbClients.Create(settings, new BasicAWSCredentials("test", "test"), network.Around);
        await using var store = new DynamoDbStore(
            settings, TimeSpan.FromHours(48), TimeProvider.System, NullLogger.Instance, client, Timeouts.OfService);

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.MigrateAsync(CancellationToken.None));
        Assert.Contains("in the region eu-west-1 (Airside:DynamoDb:Region)", refused.Message);
        Assert.Contains("Terraform owns the table", refused.Message);
        Assert.Contains("Airside:DynamoDb:Endpoint is set; it is not set", refused.Message);
        Assert.All(network.Requests, request => Assert.Equal("DescribeTable", request.Operation));
    }

    private async Task MakeTableAsync(List<KeySchemaElement> key, List<AttributeDefinition> attributes)
    {
        using var client = _store.Client();
        await client.CreateTableAsync(new CreateTableRequest
        {
            TableName = _store.Settings.Table,
            BillingMode = BillingMode.PAY_PER_REQUEST,
            KeySchema = key,
            AttributeDefinitions = attributes,
        });
        for (var wait = 0; (await client.DescribeTableAsync(_store.Settings.Table)).Table.TableStatus != TableStatus.ACTIVE; wait++)
        {
            Assert.True(wait < 300, "The table is not active after 30 s.");
            await Task.Delay(100);
        }
    }
}

using Airside.Stores.Tests.DynamoDb;

[assembly: AssemblyFixture(typeof(SharedDynamoDb))]

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>The server that all tests share, each with its own table. The first test that needs it starts it.</summary>
public sealed class SharedDynamoDb : IAsyncDisposable
{
    private const string EndpointVariable = "AIRSIDE_DYNAMODB_ENDPOINT";

    private readonly SemaphoreSlim _starting = new(1);
    private DynamoDbServer? _server;

    /// <summary>Returns the server's endpoint; skips the test if there is none.</summary>
    public async Task<string> EndpointAsync()
    {
        if (Environment.GetEnvironmentVariable(EndpointVariable) is { Length: > 0 } endpoint)
        {
            return endpoint;
        }

        if (!DynamoDbServer.IsInstalled)
        {
            Assert.Skip(DynamoDbServer.Lacks);
        }

        await _starting.WaitAsync();
        try
        {
            if (_server is null)
            {
                var server = new DynamoDbServer();
                await server.StartAsync();
                _server = server;
            }

            return _server.Endpoint;
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }

        _starting.Dispose();
    }
}

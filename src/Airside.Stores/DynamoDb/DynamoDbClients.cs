using Airside.Core;
using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Airside.Stores.DynamoDb;

internal static class DynamoDbClients
{
    /// <summary>Creates a client that tries each request once; its callers know what a request does and decide about retries.</summary>
    /// <param name="settings">Where the table is.</param>
    /// <param name="credentials">Credentials, or null to let the SDK find them.</param>
    /// <param name="around">Wraps the client's access to the network, or null.</param>
    public static IAmazonDynamoDB Create(
        DynamoDbSettings settings, AWSCredentials? credentials = null, Func<HttpMessageHandler, HttpMessageHandler>? around = null)
    {
        AwsTelemetry.Register();
        var configuration = new AmazonDynamoDBConfig
        {
            MaxErrorRetry = 0,
            HttpClientFactory = new Connections(around),
        };
        if (settings.Region is not null)
        {
            configuration.RegionEndpoint = RegionEndpoint.GetBySystemName(settings.Region);
        }

        if (settings.Endpoint is not null)
        {
            configuration.ServiceURL = settings.Endpoint;
            configuration.AuthenticationRegion = settings.Region ?? "us-east-1";
            credentials ??= DevelopmentCredentials();
        }

        return credentials is null ? new AmazonDynamoDBClient(configuration) : new AmazonDynamoDBClient(credentials, configuration);
    }

    /// <summary>
    /// Returns dummy credentials: servers other than AWS accept any, and the SDK's search would take long. If the environment has
    /// credentials, returns null to let the SDK use them.
    /// </summary>
    private static BasicAWSCredentials? DevelopmentCredentials() =>
        Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") is null ? new BasicAWSCredentials("development", "development") : null;

    /// <summary>Creates connections that give up early if no server responds.</summary>
    private sealed class Connections(Func<HttpMessageHandler, HttpMessageHandler>? around) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
            var handler = new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromMilliseconds(Limits.DynamoDbAttemptTimeoutMs),

                // Resolve the name again from time to time: the addresses of a region change.
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            };
            return new HttpClient(around is null ? handler : around(handler)) { Timeout = Timeout.InfiniteTimeSpan };
        }

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => true;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

        // No other client shares this one's connections.
        public override string? GetConfigUniqueString(IClientConfig clientConfig) => null;
    }
}

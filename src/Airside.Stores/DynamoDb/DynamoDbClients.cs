using Airside.Core;
using Amazon;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Airside.Stores.DynamoDb;

/// <summary>Makes the client of the SDK.</summary>
internal static class DynamoDbClients
{
    /// <summary>Makes a client that tries each request once; how often it is repeated is decided by those who know what it does.</summary>
    /// <param name="settings">Where the table is.</param>
    /// <param name="credentials">Credentials, or null to let the SDK look for some.</param>
    /// <param name="around">Puts something between the client and the network, or null.</param>
    public static IAmazonDynamoDB Make(
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
    /// Another server than AWS takes any credentials, and where there are none the search for some would take long. Those of the
    /// environment are left to the SDK.
    /// </summary>
    private static BasicAWSCredentials? DevelopmentCredentials() =>
        Environment.GetEnvironmentVariable("AWS_ACCESS_KEY_ID") is null ? new BasicAWSCredentials("development", "development") : null;

    /// <summary>Connections that give up early when nobody is there.</summary>
    private sealed class Connections(Func<HttpMessageHandler, HttpMessageHandler>? around) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig)
        {
            var handler = new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromMilliseconds(Limits.DynamoDbAttemptTimeoutMs),

                // Now and then the name is looked up anew: the addresses of a region change.
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            };
            return new HttpClient(around is null ? handler : around(handler)) { Timeout = Timeout.InfiniteTimeSpan };
        }

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => true;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

        // No other client gets the connections of this one.
        public override string? GetConfigUniqueString(IClientConfig clientConfig) => null;
    }
}

using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Airside.Stores.DynamoDb;

/// <summary>The time at DynamoDB, according to the last response to a client.</summary>
internal sealed class ResponseDate
{
    private volatile IDictionary<string, string>? _headers;

    public ResponseDate(IAmazonDynamoDB client)
    {
        // Every response passes here; its time is parsed only on request.
        if (client is AmazonServiceClient service)
        {
            service.AfterResponseEvent += (_, answer) => _headers = (answer as WebServiceResponseEventArgs)?.ResponseHeaders ?? _headers;
        }
    }

    /// <summary>The time, in whole seconds; null if no response had one.</summary>
    public DateTimeOffset? Last => DateTimeOffset.TryParseExact(
        _headers?.FirstOrDefault(header => header.Key.Equals("Date", StringComparison.OrdinalIgnoreCase)).Value,
        "r",
        CultureInfo.InvariantCulture,
        DateTimeStyles.None,
        out var at) ? at : null;
}

using System.Globalization;
using Amazon.DynamoDBv2;
using Amazon.Runtime;

namespace Airside.Stores.DynamoDb;

/// <summary>The time at DynamoDB, as the last answer to a client told it.</summary>
internal sealed class AnswerDate
{
    private volatile IDictionary<string, string>? _headers;

    public AnswerDate(IAmazonDynamoDB client)
    {
        // Each answer comes by here; what it says is read only when somebody asks.
        if (client is AmazonServiceClient service)
        {
            service.AfterResponseEvent += (_, answer) => _headers = (answer as WebServiceResponseEventArgs)?.ResponseHeaders ?? _headers;
        }
    }

    /// <summary>The time, in whole seconds; null where no answer had one.</summary>
    public DateTimeOffset? Last => DateTimeOffset.TryParseExact(
        _headers?.FirstOrDefault(header => header.Key.Equals("Date", StringComparison.OrdinalIgnoreCase)).Value,
        "r",
        CultureInfo.InvariantCulture,
        DateTimeStyles.None,
        out var at) ? at : null;
}

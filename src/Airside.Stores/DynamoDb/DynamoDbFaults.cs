using System.Net;
using System.Net.Sockets;
using Airside.Core;
using Airside.Stores.Shared;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Airside.Stores.DynamoDb;

/// <summary>Why a request to DynamoDB failed.</summary>
internal enum DynamoDbFault
{
    /// <summary>Another transaction holds an item; the next attempt may succeed.</summary>
    Conflict,

    /// <summary>The request exceeds what the table, partition or account currently may do; it did nothing.</summary>
    Throttled,

    /// <summary>No response, or an inconclusive one: the request may have taken effect or not.</summary>
    Unanswered,

    /// <summary>A retry would fail the same way.</summary>
    Refused,
}

/// <summary>Classifies failures of DynamoDB and converts them to exceptions.</summary>
internal sealed class DynamoDbFaults(DynamoDbSettings settings)
{
    // What the SDK reports without an HTTP response.
    private const HttpStatusCode NoStatus = default;

    private readonly string _place = settings.Endpoint is not null
        ? $"at {settings.Endpoint} (Airside:DynamoDb:Endpoint)"
        : $"in the region {settings.Region ?? "that the SDK finds"} (Airside:DynamoDb:Region)";

    public static DynamoDbFault KindOf(Exception exception) => exception switch
    {
        TransactionConflictException or TransactionInProgressException => DynamoDbFault.Conflict,
        ProvisionedThroughputExceededException or ThrottlingException or RequestLimitExceededException => DynamoDbFault.Throttled,
        AmazonServiceException { StatusCode: HttpStatusCode.TooManyRequests } => DynamoDbFault.Throttled,
        AmazonServiceException { StatusCode: NoStatus or >= HttpStatusCode.InternalServerError } => DynamoDbFault.Unanswered,
        AmazonServiceException => DynamoDbFault.Refused,
        _ => DynamoDbFault.Unanswered,
    };

    /// <summary>Returns whether a DynamoDB request can fail this way. Anything else is a bug in this program.</summary>
    /// <remarks>
    /// A connection that closes between being opened and being used surfaces from the HTTP client as a bare <see cref="SocketException"/>.
    /// </remarks>
    public static bool IsOne(Exception exception) => exception is AmazonServiceException or AmazonClientException
        or HttpRequestException or SocketException or IOException or TimeoutException or OperationCanceledException;

    /// <summary>Creates the exception for a step that has failed for good.</summary>
    public StoreUnavailableException Unavailable(Exception exception, RetryBudget budget) =>
        Unavailable(KindOf(exception), exception, budget);

    public StoreUnavailableException Unavailable(DynamoDbFault kind, Exception exception, RetryBudget budget) => new(
        kind switch
        {
            DynamoDbFault.Refused => Refused(exception),
            DynamoDbFault.Throttled =>
                $"DynamoDB throttles the table '{settings.Table}' {_place}: {Sentence(exception)} Raise the table's maximum throughput "
                + $"or the account's quota, or send less; each step was tried for {budget.LimitMs} ms ({budget.Limit}).",
            DynamoDbFault.Conflict =>
                $"Too many concurrent requests write the same items of the table '{settings.Table}': {Sentence(exception)} Send larger "
                + $"batches from fewer processes; each step was tried for {budget.LimitMs} ms ({budget.Limit}).",
            _ => $"DynamoDB {_place} did not respond to a request on the table '{settings.Table}' within {budget.LimitMs} ms "
                + $"({budget.Limit}): {Sentence(exception)}",
        },
        exception);

    /// <summary>Creates the exception for a missing table.</summary>
    public StoreUnavailableException Missing(Exception? exception = null) => new(
        $"The table '{settings.Table}' (Airside:DynamoDb:Table) does not exist {_place}. In development, run `Airside.Service migrate` "
        + "with Airside:DynamoDb:Endpoint; in the cloud, Terraform owns the table.",
        exception);

    /// <summary>Creates the exception for a table that cannot be used as it is.</summary>
    public StoreUnavailableException Wrong(string cause) => new(
        $"The table '{settings.Table}' (Airside:DynamoDb:Table) {_place} cannot be used: {cause}. In the cloud, Terraform owns the table.");

    private string Refused(Exception exception) => exception is ResourceNotFoundException
        ? Missing().Message
        : $"DynamoDB {_place} refuses a request on the table '{settings.Table}': {Sentence(exception)}";

    private static string Sentence(Exception exception)
    {
        var text = exception is OperationCanceledException ? "it took too long" : exception.Message.TrimEnd();
        return text.EndsWith('.') ? text : text + ".";
    }
}

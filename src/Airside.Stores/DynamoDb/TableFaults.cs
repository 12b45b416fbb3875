using System.Net;
using System.Net.Sockets;
using Airside.Core;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;

namespace Airside.Stores.DynamoDb;

/// <summary>Why a request to DynamoDB failed.</summary>
internal enum TableFault
{
    /// <summary>Another transaction holds an item; the next attempt may succeed.</summary>
    Conflict,

    /// <summary>More than the table, the partition or the account may do at present; the request did nothing.</summary>
    Throttled,

    /// <summary>No answer, or one that tells nothing: the request may have done its work or not.</summary>
    Unanswered,

    /// <summary>Another attempt would fail as this one did.</summary>
    Refused,
}

/// <summary>Tells the faults of DynamoDB apart and puts them into words.</summary>
internal sealed class TableFaults(DynamoDbSettings settings)
{
    // What the SDK says where there was no answer of HTTP.
    private const HttpStatusCode NoStatus = default;

    private readonly string _place = settings.Endpoint is not null
        ? $"at {settings.Endpoint} (Airside:DynamoDb:Endpoint)"
        : $"in the region {settings.Region ?? "that the SDK finds"} (Airside:DynamoDb:Region)";

    /// <summary>Which kind of fault it is.</summary>
    public static TableFault KindOf(Exception exception) => exception switch
    {
        TransactionConflictException or TransactionInProgressException => TableFault.Conflict,
        ProvisionedThroughputExceededException or ThrottlingException or RequestLimitExceededException => TableFault.Throttled,
        AmazonServiceException { StatusCode: HttpStatusCode.TooManyRequests } => TableFault.Throttled,
        AmazonServiceException { StatusCode: NoStatus or >= HttpStatusCode.InternalServerError } => TableFault.Unanswered,
        AmazonServiceException => TableFault.Refused,
        _ => TableFault.Unanswered,
    };

    /// <summary>Whether a request of DynamoDB may fail so. Anything else is a fault of this program.</summary>
    /// <remarks>
    /// A connection that ends between being made and being used comes out of the HTTP client as a bare <see cref="SocketException"/>.
    /// </remarks>
    public static bool IsOne(Exception exception) => exception is AmazonServiceException or AmazonClientException
        or HttpRequestException or SocketException or IOException or TimeoutException or OperationCanceledException;

    /// <summary>What is said when a step has failed for good.</summary>
    public StoreUnavailableException Unavailable(Exception exception, Patience patience) =>
        Unavailable(KindOf(exception), exception, patience);

    /// <summary>What is said when a step has failed for good.</summary>
    public StoreUnavailableException Unavailable(TableFault kind, Exception exception, Patience patience) => new(
        kind switch
        {
            TableFault.Refused => Refused(exception),
            TableFault.Throttled =>
                $"DynamoDB throttles the table '{settings.Table}' {_place}: {Sentence(exception)} Raise the maximum throughput of the "
                + $"table or the quota of the account, or send less; each step was tried for {patience.LimitMs} ms ({patience.Limit}).",
            TableFault.Conflict =>
                $"Too many write the same items of the table '{settings.Table}' at once: {Sentence(exception)} Send larger batches from "
                + $"fewer processes; each step was tried for {patience.LimitMs} ms ({patience.Limit}).",
            _ => $"DynamoDB {_place} gave no answer for the table '{settings.Table}' within {patience.LimitMs} ms ({patience.Limit}): "
                + Sentence(exception),
        },
        exception);

    /// <summary>What is said when the table is not there.</summary>
    public StoreUnavailableException Missing(Exception? exception = null) => new(
        $"There is no table '{settings.Table}' (Airside:DynamoDb:Table) {_place}. In development run `Airside.Service migrate` with "
        + "Airside:DynamoDb:Endpoint; in the cloud Terraform owns the table.",
        exception);

    /// <summary>What is said when the table is not as it has to be.</summary>
    public StoreUnavailableException Wrong(string cause) => new(
        $"The table '{settings.Table}' (Airside:DynamoDb:Table) {_place} cannot be used: {cause}. In the cloud Terraform owns the table.");

    private string Refused(Exception exception) => exception is ResourceNotFoundException
        ? Missing().Message
        : $"DynamoDB {_place} refuses a request on the table '{settings.Table}': {Sentence(exception)}";

    private static string Sentence(Exception exception)
    {
        var text = exception is OperationCanceledException ? "it took too long" : exception.Message.TrimEnd();
        return text.EndsWith('.') ? text : text + ".";
    }
}

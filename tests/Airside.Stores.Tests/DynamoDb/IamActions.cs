using System.Text.Json;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>The permissions that the requests of a store need.</summary>
internal static class IamActions
{
    /// <summary>What <c>migrate</c> also needs, only on a self-hosted server.</summary>
    public static readonly string[] Preparing = ["CreateTable", "UpdateTimeToLive"];

    /// <summary>The permissions in the documentation.</summary>
    public static readonly string[] Documented =
    [
        "BatchGetItem", "ConditionCheckItem", "DeleteItem", "DescribeTable", "DescribeTimeToLive", "GetItem", "PutItem", "Query", "Scan",
        "UpdateItem",
    ];

    /// <summary>Returns the permissions that a request needs; for a transaction, those of its items.</summary>
    public static IEnumerable<string> From(TestRequest request)
    {
        if (!request.IsTransaction && request.Operation != "TransactGetItems")
        {
            return [request.Operation];
        }

        using var body = JsonDocument.Parse(request.Body);
        return
        [
            .. body.RootElement.GetProperty("TransactItems").EnumerateArray()
                .Select(item => item.EnumerateObject().Single().Name)
                .Select(kind => kind == "ConditionCheck" ? "ConditionCheckItem" : kind + "Item")
                .Distinct(),
        ];
    }

    /// <summary>Fails if the documented permissions do not allow a request. Every test store calls this.</summary>
    public static void Ensure(TestRequest request) =>
        Assert.All(From(request), action => Assert.Contains(action, Documented.Concat(Preparing)));
}

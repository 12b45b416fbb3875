using System.Text.Json;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>The permissions that the requests of a store need.</summary>
internal static class IamActions
{
    /// <summary>What <c>migrate</c> needs besides, on a server of one's own only.</summary>
    public static readonly string[] Preparing = ["CreateTable", "UpdateTimeToLive"];

    /// <summary>The permissions of the documentation.</summary>
    public static readonly string[] Documented =
    [
        "BatchGetItem", "ConditionCheckItem", "DeleteItem", "DescribeTable", "DescribeTimeToLive", "GetItem", "PutItem", "Query", "Scan",
        "UpdateItem",
    ];

    /// <summary>The permissions that a request needs: those of its items, where it is a transaction.</summary>
    public static IEnumerable<string> Of(TestRequest request)
    {
        if (!request.IsTransaction)
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

    /// <summary>Refuses a request that the documented permissions do not allow. Every test store asks this.</summary>
    public static void Demand(TestRequest request) =>
        Assert.All(Of(request), action => Assert.Contains(action, Documented.Concat(Preparing)));
}

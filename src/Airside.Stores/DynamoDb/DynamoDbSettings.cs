namespace Airside.Stores.DynamoDb;

/// <summary>Where the DynamoDB table is.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="Region">AWS region, or null to let the SDK find one.</param>
/// <param name="Endpoint">URL of a server other than AWS, or null.</param>
public sealed record DynamoDbSettings(string Table, string? Region, string? Endpoint);

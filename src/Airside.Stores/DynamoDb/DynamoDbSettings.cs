namespace Airside.Stores.DynamoDb;

/// <summary>Where the table of DynamoDB is.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="Region">AWS region, or null to let the SDK look for one.</param>
/// <param name="Endpoint">URL of another server than AWS, or null.</param>
public sealed record DynamoDbSettings(string Table, string? Region, string? Endpoint);

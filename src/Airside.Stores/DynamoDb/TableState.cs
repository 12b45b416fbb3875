using System.Globalization;
using Airside.Core.Airlines;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>What every process must know about the store: the active catalog, whether an import is under way, how many routes.</summary>
/// <param name="Catalog">The catalog saved last, or null.</param>
/// <param name="Import">The import started last, or null.</param>
/// <param name="Routes">The count of the routes.</param>
/// <param name="AskedAt">Timestamp at which this was requested.</param>
internal sealed record TableState(CatalogPointer? Catalog, ImportMarker? Import, RouteCount Routes, long AskedAt);

/// <summary>Which saved catalog is active; changing this one item switches it.</summary>
/// <param name="Load">Identifies the parts of the catalog; see <see cref="DynamoDbAirlineStore"/>.</param>
/// <param name="Parts">Number of parts.</param>
/// <param name="Version">Version of the catalog.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="LoadedAt">When it was loaded.</param>
internal sealed record CatalogPointer(string Load, int Parts, string Version, string Source, DateTimeOffset LoadedAt)
{
    private const string TimeFormat = "O";

    public static CatalogPointer From(Dictionary<string, AttributeValue> item) => new(
        item["load"].S,
        (int)TableLayout.NumberOf(item, "parts"),
        item["version"].S,
        item["source"].S,
        DateTimeOffset.ParseExact(item["loadedAt"].S, TimeFormat, CultureInfo.InvariantCulture));

    public Dictionary<string, AttributeValue> Item() => new(TableLayout.ItemKey(TableLayout.StatePartition, TableLayout.CatalogSort))
    {
        ["load"] = TableLayout.Text(Load),
        ["parts"] = TableLayout.Number(Parts),
        ["version"] = TableLayout.Text(Version),
        ["source"] = TableLayout.Text(Source),
        ["loadedAt"] = TableLayout.Text(LoadedAt.ToString(TimeFormat, CultureInfo.InvariantCulture)),
    };

    /// <summary>Returns whether this is the caller's catalog.</summary>
    public bool Names(AirlineCatalog? known) =>
        known is not null && known.Version == Version && known.Source == Source && known.LoadedAt == LoadedAt;
}

/// <summary>The phase of an import. It never goes back.</summary>
internal enum ImportPhase
{
    /// <summary>Started: the processes get time to see it.</summary>
    Announced,

    /// <summary>Every process refuses transactions, and the ledger was found empty after that.</summary>
    Open,

    /// <summary>The entire import is written.</summary>
    Finished,
}

/// <summary>The import started last.</summary>
/// <param name="Id">Identifies its content.</param>
/// <param name="Batches">Number of batches written.</param>
/// <param name="Phase">Its phase.</param>
internal sealed record ImportMarker(string Id, long Batches, ImportPhase Phase)
{
    public const string IdAttribute = "import";
    public const string BatchesAttribute = "batches";
    public const string PhaseAttribute = "phase";

    /// <summary>Condition that the marker has this import in this phase.</summary>
    public const string SameImport = "#import = :import AND #phase = :phase";

    /// <summary>Whether transactions must wait until it is finished.</summary>
    public bool IsUnderWay => Phase != ImportPhase.Finished;

    public static Dictionary<string, AttributeValue> Key => TableLayout.ItemKey(TableLayout.StatePartition, TableLayout.ImportSort);

    public static ImportMarker From(Dictionary<string, AttributeValue> item) => new(
        item[IdAttribute].S, TableLayout.NumberOf(item, BatchesAttribute), Enum.Parse<ImportPhase>(item[PhaseAttribute].S));

    /// <summary>Creates the check that the import is open and expects this batch.</summary>
    public static ConditionCheck Expects(string table, string id, long batch) => new()
    {
        TableName = table,
        Key = Key,
        ConditionExpression = SameImport + " AND #batches = :batch",
        ExpressionAttributeNames = new()
        {
            ["#import"] = IdAttribute, ["#phase"] = PhaseAttribute, ["#batches"] = BatchesAttribute,
        },
        ExpressionAttributeValues = new()
        {
            [":import"] = TableLayout.Text(id),
            [":phase"] = TableLayout.Text(ImportPhase.Open.ToString()),
            [":batch"] = TableLayout.Number(batch),
        },
    };

    /// <summary>Creates the update that finishes an open import.</summary>
    public static Update Finishes(string table, string id) => new()
    {
        TableName = table,
        Key = Key,
        UpdateExpression = "SET #phase = :next",
        ConditionExpression = SameImport,
        ExpressionAttributeNames = new() { ["#import"] = IdAttribute, ["#phase"] = PhaseAttribute },
        ExpressionAttributeValues = new()
        {
            [":import"] = TableLayout.Text(id),
            [":phase"] = TableLayout.Text(ImportPhase.Open.ToString()),
            [":next"] = TableLayout.Text(ImportPhase.Finished.ToString()),
        },
    };

    public Dictionary<string, AttributeValue> Item() => new(Key)
    {
        [IdAttribute] = TableLayout.Text(Id),
        [BatchesAttribute] = TableLayout.Number(Batches),
        [PhaseAttribute] = TableLayout.Text(Phase.ToString()),
    };
}

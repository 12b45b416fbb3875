using System.Globalization;
using Airside.Core.Airlines;
using Amazon.DynamoDBv2.Model;

namespace Airside.Stores.DynamoDb;

/// <summary>What every process has to know of the store: which catalog is in force and whether an import is under way.</summary>
/// <param name="Catalog">The catalog that was saved last, or null.</param>
/// <param name="Import">The import that was begun last, or null.</param>
/// <param name="AskedAt">Timestamp of the moment at which this was asked for.</param>
internal sealed record StoreState(CatalogPointer? Catalog, ImportMarker? Import, long AskedAt);

/// <summary>Which saved catalog is in force: the one item whose change switches it.</summary>
/// <param name="Load">Names the parts of the catalog; see <see cref="DynamoDbAirlineStore"/>.</param>
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

    /// <summary>Whether this is the catalog that the caller has.</summary>
    public bool Names(AirlineCatalog? known) =>
        known is not null && known.Version == Version && known.Source == Source && known.LoadedAt == LoadedAt;
}

/// <summary>How far an import is. It never goes back.</summary>
internal enum ImportPhase
{
    /// <summary>Begun: the processes are given time to see it.</summary>
    Announced,

    /// <summary>Every process refuses transactions, and the ledger was found empty after that.</summary>
    Open,

    /// <summary>All of it is written.</summary>
    Finished,
}

/// <summary>The import that was begun last.</summary>
/// <param name="Id">Names its content.</param>
/// <param name="Batches">Number of its batches that are written.</param>
/// <param name="Phase">How far it is.</param>
internal sealed record ImportMarker(string Id, long Batches, ImportPhase Phase)
{
    public const string IdAttribute = "import";
    public const string BatchesAttribute = "batches";
    public const string PhaseAttribute = "phase";

    /// <summary>Whether transactions have to wait for its end.</summary>
    public bool IsUnderWay => Phase != ImportPhase.Finished;

    public static Dictionary<string, AttributeValue> Key => TableLayout.ItemKey(TableLayout.StatePartition, TableLayout.ImportSort);

    public static ImportMarker From(Dictionary<string, AttributeValue> item) => new(
        item[IdAttribute].S, TableLayout.NumberOf(item, BatchesAttribute), Enum.Parse<ImportPhase>(item[PhaseAttribute].S));

    public Dictionary<string, AttributeValue> Item() => new(Key)
    {
        [IdAttribute] = TableLayout.Text(Id),
        [BatchesAttribute] = TableLayout.Number(Batches),
        [PhaseAttribute] = TableLayout.Text(Phase.ToString()),
    };
}

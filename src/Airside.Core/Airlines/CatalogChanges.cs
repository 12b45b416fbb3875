namespace Airside.Core.Airlines;

/// <summary>The changes when one catalog replaces another, by airline.</summary>
/// <param name="Added">Number of airlines that only the new catalog has.</param>
/// <param name="Removed">Number of airlines that only the old catalog has.</param>
/// <param name="Changed">Number of airlines that differ in a field.</param>
/// <param name="Changes">The first changes by id, at most <see cref="Limits.CatalogChangesShownMax"/>.</param>
/// <param name="DropsMost">
/// Whether the new catalog lacks more than half of the old one's airlines, as a wrong or truncated file does. Never if the old one is the
/// sample.
/// </param>
public sealed record CatalogChanges(int Added, int Removed, int Changed, IReadOnlyList<AirlineChange> Changes, bool DropsMost)
{
    /// <summary>Compares two catalogs by airline id.</summary>
    public static CatalogChanges Between(AirlineCatalog before, AirlineCatalog after)
    {
        var changes = new List<AirlineChange>();
        var counts = new int[3];
        foreach (var id in before.Airlines.Concat(after.Airlines).Select(airline => airline.Id).Distinct().Order())
        {
            before.TryGet(id, out var old);
            after.TryGet(id, out var present);
            if (old == present)
            {
                continue;
            }

            var kind = old is null ? CatalogChangeKind.Added : present is null ? CatalogChangeKind.Removed : CatalogChangeKind.Changed;
            counts[(int)kind]++;
            if (changes.Count < Limits.CatalogChangesShownMax)
            {
                var fields = kind == CatalogChangeKind.Changed ? Fields(old!, present!) : [];
                changes.Add(new AirlineChange(kind, id, (present ?? old)!.Name, fields));
            }
        }

        return new CatalogChanges(
            counts[(int)CatalogChangeKind.Added],
            counts[(int)CatalogChangeKind.Removed],
            counts[(int)CatalogChangeKind.Changed],
            changes,
            counts[(int)CatalogChangeKind.Removed] * 2 > before.Airlines.Count && !SampleAirlines.Is(before));
    }

    private static FieldChange[] Fields(Airline before, Airline after) =>
    [
        .. Airline.Columns.Select(column => new FieldChange(column.Name, column.Text(before), column.Text(after)))
            .Where(field => field.Before != field.After),
    ];
}

/// <summary>How an airline changes.</summary>
public enum CatalogChangeKind
{
    /// <summary>Only the new catalog has it.</summary>
    Added,

    /// <summary>Only the old catalog has it.</summary>
    Removed,

    /// <summary>Both catalogs have it, with different fields.</summary>
    Changed,
}

/// <summary>One added, removed or changed airline.</summary>
/// <param name="Kind">How it changes.</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; the new one if it changes.</param>
/// <param name="Fields">The fields that change; empty if the airline is added or removed.</param>
public sealed record AirlineChange(CatalogChangeKind Kind, int Id, string Name, IReadOnlyList<FieldChange> Fields);

/// <summary>One field that changes.</summary>
/// <param name="Name">Name of the field.</param>
/// <param name="Before">Its value in the old catalog.</param>
/// <param name="After">Its value in the new one.</param>
public sealed record FieldChange(string Name, string? Before, string? After);

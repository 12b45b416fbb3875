using Airside.Core.Airlines;

namespace Airside.Service.Airlines;

/// <summary>What a load would change.</summary>
/// <param name="Source">Where the airlines come from.</param>
/// <param name="Airlines">Number of airlines afterwards.</param>
/// <param name="Version">Version of the catalog afterwards; send it with the load to ensure that exactly these airlines are loaded.</param>
/// <param name="Added">Number of airlines that would be added.</param>
/// <param name="Removed">Number of airlines that would be removed.</param>
/// <param name="Changed">Number of airlines that would change.</param>
/// <param name="DropsMost">Whether more than half of the airlines would be removed, so that the load needs <c>confirm</c>.</param>
/// <param name="Changes">The first changes, by id.</param>
internal sealed record PreviewResponse(
    string Source, int Airlines, string Version, int Added, int Removed, int Changed, bool DropsMost,
    IReadOnlyList<AirlineChangeResponse> Changes)
{
    /// <summary>Converts the changes.</summary>
    public static PreviewResponse From(CatalogChanges changes, AirlineCatalog after) => new(
        after.Source,
        after.Airlines.Count,
        after.Version,
        changes.Added,
        changes.Removed,
        changes.Changed,
        changes.DropsMost,
        [.. changes.Changes.Select(change => new AirlineChangeResponse(
            change.Kind.ToString().ToLowerInvariant(), change.Id, change.Name, change.Fields))]);
}

/// <summary>One airline that would change.</summary>
/// <param name="Kind"><c>added</c>, <c>removed</c> or <c>changed</c>.</param>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; the new one if it changes.</param>
/// <param name="Fields">The fields that would change; empty if the airline is added or removed.</param>
internal sealed record AirlineChangeResponse(string Kind, int Id, string Name, IReadOnlyList<FieldChange> Fields);

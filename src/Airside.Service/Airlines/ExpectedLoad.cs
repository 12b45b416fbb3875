using Airside.Core;
using Airside.Core.Airlines;

namespace Airside.Service.Airlines;

/// <summary>What the caller of a load expects of the airlines, in the version that a preview showed.</summary>
/// <param name="Version">The version that the airlines must have, or null for any.</param>
/// <param name="Confirmed">The version that may drop most of the present airlines, or null for none; a load of another is refused.</param>
internal sealed record ExpectedLoad(string? Version, string? Confirmed)
{
    /// <summary>Refuses airlines of another version than the expected one.</summary>
    /// <exception cref="UnexpectedVersionException">The airlines have another version.</exception>
    public void EnsureVersion(AirlineCatalog catalog)
    {
        foreach (var expected in new[] { Version, Confirmed })
        {
            if (!string.IsNullOrEmpty(expected) && catalog.Version != expected)
            {
                throw new UnexpectedVersionException(catalog.Version, expected);
            }
        }
    }

    /// <summary>Refuses to drop most of the present airlines without a confirmation.</summary>
    /// <exception cref="UnconfirmedLoadException">Most airlines would be dropped, unconfirmed.</exception>
    public void EnsureConfirmed(AirlineCatalog present, AirlineCatalog loaded)
    {
        if (string.IsNullOrEmpty(Confirmed) && CatalogChanges.Between(present, loaded) is { DropsMost: true } changes)
        {
            throw new UnconfirmedLoadException(changes.Removed, present.Airlines.Count, loaded.Version);
        }
    }
}

/// <summary>The airlines are not the expected ones, so nothing was changed.</summary>
internal sealed class UnexpectedVersionException(string version, string expected) : Exception(
    $"The airlines have version '{version}', not '{DisplayText.Shorten(expected)}': they are not the ones that were previewed. "
    + "Nothing was changed. Preview them again.");

/// <summary>A load would drop most of the present airlines and was not confirmed, so nothing was changed.</summary>
internal sealed class UnconfirmedLoadException(int removed, int present, string version) : Exception(
    $"The load would drop {removed} of {present} airlines, more than half. Nothing was changed.")
{
    /// <summary>Number of airlines that would be dropped.</summary>
    public int Removed { get; } = removed;

    /// <summary>The version that confirms the load.</summary>
    public string Version { get; } = version;
}

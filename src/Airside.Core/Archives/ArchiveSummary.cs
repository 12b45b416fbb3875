namespace Airside.Core.Archives;

/// <summary>What an archive holds.</summary>
/// <param name="Id">SHA-256 of its content, in hexadecimal digits: names the content whatever store it came from.</param>
/// <param name="Counts">Lines of each kind.</param>
public sealed record ArchiveSummary(string Id, ArchiveCounts Counts);

/// <summary>Lines of each kind in an archive.</summary>
/// <param name="Catalogs">1 when it holds an airline catalog, else 0.</param>
/// <param name="Airlines">Airlines of the catalog.</param>
/// <param name="Routes">Routes.</param>
/// <param name="Hours">Hours of routes.</param>
/// <param name="Keys">Keys.</param>
public sealed record ArchiveCounts(int Catalogs, int Airlines, long Routes, long Hours, long Keys)
{
    /// <summary>Nothing yet.</summary>
    public static ArchiveCounts None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>Entries of the ledger.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Entries => Routes + Hours + Keys;

    /// <summary>The counts with one line more.</summary>
    internal ArchiveCounts With(object line) => line switch
    {
        CatalogLine => this with { Catalogs = Catalogs + 1 },
        AirlineLine => this with { Airlines = Airlines + 1 },
        RouteLine => this with { Routes = Routes + 1 },
        HourLine => this with { Hours = Hours + 1 },
        KeyLine => this with { Keys = Keys + 1 },
        _ => this,
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Catalogs} catalog, {Airlines} airlines, {Routes} routes, {Hours} hours, {Keys} keys";
}

/// <summary>A file is not an archive, or not the one that was written. The message gives the line and the cause.</summary>
public sealed class ArchiveFormatException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="line">Number of the line, counted from 1.</param>
    /// <param name="cause">What is wrong, as the end of a sentence.</param>
    /// <param name="innerException">Where it showed, or null.</param>
    public ArchiveFormatException(long line, string cause, Exception? innerException = null)
        : base($"The archive cannot be taken: line {line}: {cause}. Nothing of it counts.", innerException) => Line = line;

    /// <summary>Number of the line, counted from 1.</summary>
    public long Line { get; }
}

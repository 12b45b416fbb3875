namespace Airside.Archives;

/// <summary>The content of an archive.</summary>
/// <param name="Id">SHA-256 of its content, in hexadecimal digits: identifies the content regardless of the store it came from.</param>
/// <param name="Counts">Lines of each kind.</param>
public sealed record ArchiveSummary(string Id, ArchiveCounts Counts);

/// <summary>Lines of each kind in an archive.</summary>
/// <param name="Catalogs">1 if it contains an airline catalog, else 0.</param>
/// <param name="Airlines">Airlines of the catalog.</param>
/// <param name="Routes">Routes.</param>
/// <param name="Hours">Hours of routes.</param>
/// <param name="Keys">Keys.</param>
/// <param name="Days">Days of routes; none in an archive of version 1.</param>
public sealed record ArchiveCounts(int Catalogs, int Airlines, long Routes, long Hours, long Keys, long Days = 0)
{
    /// <summary>No lines.</summary>
    public static ArchiveCounts None { get; } = new(0, 0, 0, 0, 0);

    /// <summary>Entries of the ledger.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public long Entries => Routes + Days + Hours + Keys;

    /// <summary>Returns the counts with one more line.</summary>
    internal ArchiveCounts With(ArchiveLine line) => line switch
    {
        CatalogLine => this with { Catalogs = Catalogs + 1 },
        AirlineLine => this with { Airlines = Airlines + 1 },
        RouteLine => this with { Routes = Routes + 1 },
        DayLine => this with { Days = Days + 1 },
        HourLine => this with { Hours = Hours + 1 },
        KeyLine => this with { Keys = Keys + 1 },
        _ => this,
    };

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Catalogs} catalog, {Airlines} airlines, {Routes} routes, {Days} days, {Hours} hours, {Keys} keys";
}

/// <summary>A file is not an archive, or differs from the one that was written. The message gives the line and the cause.</summary>
public sealed class ArchiveFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="line">Number of the line, counted from 1.</param>
    /// <param name="cause">What is wrong, as the end of a sentence.</param>
    /// <param name="innerException">The underlying exception, or null.</param>
    public ArchiveFormatException(long line, string cause, Exception? innerException = null)
        : base($"The archive is refused: line {line}: {cause}. None of its content counts.", innerException) => Line = line;

    /// <summary>Number of the line, counted from 1.</summary>
    public long Line { get; }
}

namespace Airside.Core.Airlines;

/// <summary>
/// The built-in sample: a few dozen well-known airlines, so that the service shows something before the first load. Its ids are those of
/// OpenFlights, so what refers to an airline still does after the load of the whole file.
/// </summary>
public static class SampleAirlines
{
    /// <summary>The <see cref="AirlineCatalog.Source"/> of the sample.</summary>
    public const string Source = "sample";

    private static readonly Lazy<string> Version = new(() => Catalog(TimeProvider.System).Version);

    /// <summary>Returns whether a catalog is the sample, built in or loaded from its file.</summary>
    public static bool Is(AirlineCatalog catalog) => catalog.IsSample || catalog.Version == Version.Value;

    /// <summary>Creates the sample catalog.</summary>
    /// <param name="timeProvider">Provides the load time: now.</param>
    public static AirlineCatalog Catalog(TimeProvider timeProvider) =>
        new(OpenFlightsReader.Read(File()).Airlines, Source, timeProvider.GetUtcNow(), isSample: true);

    /// <summary>Returns the sample as a file in the OpenFlights format.</summary>
    public static byte[] File()
    {
        using var resource = typeof(SampleAirlines).Assembly.GetManifestResourceStream("Airside.Core.Airlines.sample.dat")!;
        var file = new byte[resource.Length];
        resource.ReadExactly(file);
        return file;
    }
}

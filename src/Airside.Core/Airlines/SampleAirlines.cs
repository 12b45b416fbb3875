namespace Airside.Core.Airlines;

/// <summary>
/// The built-in sample: a few dozen well-known airlines, so that the service shows something before the first load.
/// Its ids are its own and mean nothing outside.
/// </summary>
public static class SampleAirlines
{
    /// <summary>What <see cref="AirlineCatalog.Source"/> says of the sample.</summary>
    public const string Source = "sample";

    /// <summary>Makes the catalog of the sample.</summary>
    /// <param name="timeProvider">Tells when the catalog was loaded: now.</param>
    public static AirlineCatalog Catalog(TimeProvider timeProvider) =>
        new(OpenFlightsReader.Read(File()).Airlines, Source, timeProvider.GetUtcNow(), isSample: true);

    /// <summary>The sample as a file in the OpenFlights format.</summary>
    public static byte[] File()
    {
        using var resource = typeof(SampleAirlines).Assembly.GetManifestResourceStream("Airside.Core.Airlines.sample.dat")!;
        var file = new byte[resource.Length];
        resource.ReadExactly(file);
        return file;
    }
}

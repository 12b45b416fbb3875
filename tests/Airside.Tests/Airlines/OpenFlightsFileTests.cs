using System.Text;
using Airside.Core.Airlines;

namespace Airside.Tests.Airlines;

/// <summary>
/// Tests the reader with the real OpenFlights file, whose licence keeps it out of this repository. The environment variable
/// <c>AIRSIDE_OPENFLIGHTS</c> contains its path.
/// </summary>
public sealed class OpenFlightsFileTests
{
    private const string PathVariable = "AIRSIDE_OPENFLIGHTS";

    [Fact]
    public void Every_row_of_the_real_file_is_read_as_an_independent_parse_reads_it()
    {
        var file = RealFile();

        var result = OpenFlightsReader.Read(file);

        Assert.Empty(result.Errors);
        var rows = Encoding.UTF8.GetString(file).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(rows.Select(Parse), result.Airlines);
        Assert.True(rows.Length > 5_000, $"The file has only {rows.Length} rows; is it the real one?");
    }

    [Fact]
    public async Task The_stream_of_the_real_file_gives_the_same_airlines()
    {
        var file = RealFile();
        using var stream = new MemoryStream(file);

        var result = await OpenFlightsReader.ReadAsync(stream, TestContext.Current.CancellationToken);

        Assert.Equal(OpenFlightsReader.Read(file).Airlines, result.Airlines);
    }

    [Fact]
    public void The_real_file_makes_a_catalog_that_finds_airlines_by_id_and_designator()
    {
        var airlines = OpenFlightsReader.Read(RealFile()).Airlines;

        var catalog = new AirlineCatalog(airlines, "file", DateTimeOffset.UnixEpoch);

        Assert.All(airlines, airline => Assert.True(catalog.TryGet(airline.Id, out var found) && found == airline));
        Assert.True(catalog.TryGetByDesignator("AR", out var argentina));
        Assert.Equal("Aerolineas Argentinas", argentina.Name);
    }

    [Fact]
    public void An_airline_of_the_sample_has_the_id_of_the_airline_with_its_codes()
    {
        var catalog = new AirlineCatalog(OpenFlightsReader.Read(RealFile()).Airlines, "file", DateTimeOffset.UnixEpoch);

        Assert.All(SampleAirlines.Catalog(TimeProvider.System).Airlines, airline =>
        {
            Assert.True(catalog.TryGet(airline.Id, out var real), airline.Name);
            Assert.Equal((airline.Iata, airline.Icao), (real.Iata, real.Icao));
        });
    }

    private static byte[] RealFile()
    {
        var path = Environment.GetEnvironmentVariable(PathVariable);
        if (!File.Exists(path))
        {
            Assert.Skip($"reason: {PathVariable} is '{path}', which is not the path of the OpenFlights file airlines.dat");
        }

        return File.ReadAllBytes(path);
    }

    /// <summary>
    /// Parses a row in the simplest way that works for this file, whose fields contain no quotes or line ends: every second
    /// piece between quotes is quoted text.
    /// </summary>
    private static Airline Parse(string row)
    {
        var fields = new List<string>();
        var pieces = row.Split('"');
        for (var i = 0; i < pieces.Length; i++)
        {
            if (i % 2 == 1)
            {
                fields.Add(pieces[i]);
            }
            else
            {
                fields.AddRange(pieces[i].Split(',', StringSplitOptions.RemoveEmptyEntries));
            }
        }

        Assert.Equal(8, fields.Count);
        var values = fields.Select(field => field == @"\N" ? null : field.Trim().Replace(@"\\'", "'", StringComparison.Ordinal)).ToArray();
        return new Airline(
            int.Parse(values[0]!), values[1]!, values[2], values[3], values[4], values[5], values[6], values[7] == "Y");
    }
}

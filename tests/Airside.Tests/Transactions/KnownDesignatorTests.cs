using System.Diagnostics;
using System.Text.Json;
using Airside.Core.Transactions;

namespace Airside.Tests.Transactions;

/// <summary>Designators of real airlines, read by this parser and by npm's <c>flight-designator</c>.</summary>
public sealed class KnownDesignatorTests
{
    private const string Package = "artifacts/tools/flight-designator/node_modules/flight-designator";

    /// <summary>Prints, for each text of a JSON array, what the package makes of it, or null.</summary>
    private const string Script =
        """
        const FlightDesignator = require(process.argv[1]);
        const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));
        const name = text => FlightDesignator.isValid(text) ? FlightDesignator.format(text) : null;
        console.log(JSON.stringify(texts.map(name)));
        """;

    public static TheoryData<string, string, string> Flights => new(
    [
        ("AA100", "AA100", "AA"), ("AAL0100", "AAL100", "AAL"), ("AC 0870", "AC870", "AC"), ("ACA870", "ACA870", "ACA"),
        ("AF0006", "AF6", "AF"), ("AFR006", "AFR6", "AFR"), ("AM 404", "AM404", "AM"), ("AR1133", "AR1133", "AR"),
        ("AS0001", "AS1", "AS"), ("AV 9", "AV9", "AV"), ("AZ610", "AZ610", "AZ"), ("BA0117", "BA117", "BA"), ("BAW117", "BAW117", "BAW"),
        ("B6 0023", "B623", "B6"), ("B61", "B61", "B6"), ("CA 981", "CA981", "CA"), ("CX0888", "CX888", "CX"), ("CZ 3101", "CZ3101", "CZ"),
        ("DL 1", "DL1", "DL"), ("DLH400", "DLH400", "DLH"), ("D8 2802", "D82802", "D8"), ("EK0001", "EK1", "EK"), ("ET 500", "ET500", "ET"),
        ("EY 0101", "EY101", "EY"), ("FR 8394", "FR8394", "FR"), ("F9 1011", "F91011", "F9"), ("G3 1234", "G31234", "G3"),
        ("IB6253", "IB6253", "IB"), ("JL 0005", "JL5", "JL"), ("JQ7", "JQ7", "JQ"), ("KE0081", "KE81", "KE"), ("KL1234", "KL1234", "KL"),
        ("KLM1234", "KLM1234", "KLM"), ("LA0001", "LA1", "LA"), ("LH 0400", "LH400", "LH"), ("LO 26", "LO26", "LO"),
        ("LX0014", "LX14", "LX"), ("MU 587", "MU587", "MU"), ("NH 0106", "NH106", "NH"), ("NZ0001", "NZ1", "NZ"), ("OS 87", "OS87", "OS"),
        ("QF0001", "QF1", "QF"), ("QR 0701", "QR701", "QR"), ("SK 0903", "SK903", "SK"), ("SQ0022", "SQ22", "SQ"),
        ("S7 2045", "S72045", "S7"),
        ("TK 0001", "TK1", "TK"), ("TP 0201", "TP201", "TP"), ("UA0857", "UA857", "UA"), ("U2 1234", "U21234", "U2"),
        ("U24511A", "U24511A", "U2"),
        ("VS 0003", "VS3", "VS"), ("WN 0001", "WN1", "WN"), ("W6 2201", "W62201", "W6"), ("5J 0815", "5J815", "5J"),
        ("6E2341", "6E2341", "6E"),
        ("7C 0101", "7C101", "7C"), ("9W 117", "9W117", "9W"), ("3K0005", "3K5", "3K"), ("2I3141", "2I3141", "2I"),
        ("EZY1234", "EZY1234", "EZY"),
    ]);

    [Theory]
    [MemberData(nameof(Flights))]
    public void Flights_of_real_airlines_have_one_name(string text, string name, string designator)
    {
        var route = FlightRoute.Parse(text);

        Assert.Equal((name, designator), (route.ToString(), route.Designator));
        Assert.Equal(route, FlightRoute.Parse(text.ToLowerInvariant()));
    }

    [Fact]
    public void The_IATA_and_the_ICAO_spelling_are_two_routes() =>
        Assert.NotEqual(FlightRoute.Parse("KL1234"), FlightRoute.Parse("KLM1234"));

    [Fact]
    [Trait("Category", "Tool")]
    public async Task The_package_flight_designator_reads_the_same()
    {
        string[] texts =
        [
            .. Flights.Select(row => row.Data.Item1),
            "BA12345", "1234567", "BA0000", "BA0", "LH00400", "A1", "ABCD1", "AR1133AB", "", "BA--1", "ba 0001z",
        ];
        Assert.Equal(texts.Select(Own).AsEnumerable(), await ReadAsync(texts));
    }

    /// <summary>
    /// The package takes a designator of two digits, one of three characters with a digit, blanks before the suffix and other white space;
    /// it takes no hyphen and no blanks around. Its own text says that two digits and three characters are IATA's and ICAO's codes; they
    /// are not: an IATA code has a letter, and an ICAO code has letters only.
    /// </summary>
    [Fact]
    [Trait("Category", "Tool")]
    public async Task It_differs_in_these_only()
    {
        string[] texts = ["11 1", "A1B12", "1AB1", "BA 1 A", "BA\t1", "BA-1", " BA1"];
        string?[] package = ["111", "A1B12", "1AB1", "BA1A", "BA1", null, null];
        string?[] own = [null, null, null, null, null, "BA1", "BA1"];

        Assert.Equal(package.AsEnumerable(), await ReadAsync(texts));
        Assert.Equal(own.AsEnumerable(), texts.Select(Own));
    }

    private static string? Own(string text) => FlightRoute.TryParse(text, out var route) ? route.ToString() : null;

    private static async Task<IEnumerable<string?>> ReadAsync(string[] texts)
    {
        var package = Repository.PathOf(Package);
        if (!Directory.Exists(package))
        {
            Assert.Skip("reason: npm's flight-designator is not installed; ./test does it");
        }

        using var node = Process.Start(new ProcessStartInfo("node", ["-e", Script, package])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        await node.StandardInput.WriteAsync(JsonSerializer.Serialize(texts));
        node.StandardInput.Close();
        var output = await node.StandardOutput.ReadToEndAsync();
        await node.WaitForExitAsync();
        Assert.Equal(0, node.ExitCode);
        return JsonSerializer.Deserialize<string?[]>(output)!;
    }
}

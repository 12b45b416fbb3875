using System.IO.Compression;
using System.Text;
using Airside.Core.Airlines;

namespace Airside.Tests.Airlines;

/// <summary>Files that are something other than an airline file in UTF-8 are called what they are, in one sentence.</summary>
public sealed class OtherFilesTests
{
    private const string Row = "1,\"Línea Aérea\",\\N,\"GA\",\"GOO\",\"\",\"España\",\"Y\"\n";

    [Theory]
    [InlineData("version https://git-lfs.github.com/spec/v1\noid sha256:0000\nsize 12\n", "a Git LFS pointer")]
    [InlineData("<!DOCTYPE html><html><body>404</body></html>", "an HTML page")]
    [InlineData("\n\n  <!doctype HTML>\n<p>Sign in, please</p>", "an HTML page")]
    [InlineData("\uFEFF<HTML lang=\"en\">", "an HTML page")]
    [InlineData("<?xml version=\"1.0\"?><airlines/>", "XML")]
    [InlineData("[{\"id\":1,\"name\":\"Good Air\",\"iata\":\"GA\"}]", "JSON")]
    [InlineData("{\"airlines\":[]}", "JSON")]
    [InlineData("\uFEFF  {\"id\":1}\n{\"id\":2}", "JSON")]
    [InlineData("1\tGood Air\t\\N\tGA\tGOO\t\tChile\tY\n", "separated by tabs")]
    [InlineData("1\t\"Air, Ltd.\"\t\\N\tGA\tGOO\t\tChile, or so\tY\n", "separated by tabs")]
    [InlineData("Airline ID\tName\tAlias\tIATA\tICAO\tCallsign\tCountry\tActive\n", "separated by tabs")]
    [InlineData("1;\"Good Air\";\\N;\"GA\";\"GOO\";\"\";\"Chile\";\"Y\"\n", "separated by semicolons")]
    [InlineData("1;'Good Air';\\N;'GA';'GOO';'';'Chile';'Y'\n", "separated by semicolons")]
    [InlineData("sep=;\n1;A;;;;;;Y\n", "separated by semicolons")]
    [InlineData("1|Good Air|\\N|GA|GOO||Chile|Y\n", "separated by vertical bars")]
    [InlineData("1,'Good Air',\\N,'GA','GOO','','Chile','Y'\n", "single quotes")]
    [InlineData("1,'Air, Good',\\N,'GA','GOO','','Chile','Y'\n", "single quotes")]
    [InlineData(
        "1,\"Goroka Airport\",\"Goroka\",\"Papua New Guinea\",\"GKA\",\"AYGA\",-6.08,145.39,5282,10,\"U\",\"Pacific/Port_Moresby\","
        + "\"airport\",\"OurAirports\"\n", "airports")]
    [InlineData("1,Goroka,Goroka,Papua New Guinea,GKA,AYGA,-6.081689,145.391881,5282,10,U\n", "airports")]
    [InlineData("\"id\",\"ident\",\"type\",\"name\",\"latitude_deg\",\"longitude_deg\"\n", "airports")]
    [InlineData("Airport ID,Name,City,Country,IATA,ICAO,Latitude,Longitude\n", "airports")]
    [InlineData("Airport ID,Name,City,Country,IATA,ICAO,Timezone,DST\n", "airports")]
    [InlineData("1,\"Goroka\",\"Goroka\",\"Papua New Guinea\",\"GKA\",\"AYGA\",-6.08,145.39\n", "airports")]
    [InlineData("id,name,alias,iata,icao,callsign,country,active\n1,Goroka,Goroka,Guinea,GKA,AYGA,-6.08,145.39\n", "airports")]
    [InlineData("1,Goroka,Goroka,Papua New Guinea,GKA,AYGA,-6.081689,145.391881,5282\n", "airports")]
    [InlineData("airline,airline ID,source airport,source airport id,destination airport,codeshare,stops,equipment\n", "routes")]
    [InlineData("2B,410,AER,2965,KZN,2990,,0,CR2\n", "routes")]
    [InlineData("XX,\\N,AER,\\N,KZN,\\N,Y,0,CR2 319\n", "routes")]
    [InlineData("airline,airline ID,source airport,source airport id,destination airport,destination airport id\n", "routes")]
    [InlineData("\"Bahamas\",\"BS\",\"BF\"\n", "countries")]
    [InlineData("\"Airbus A320\",\"320\",\"A320\"\n", "aircraft types")]
    [InlineData("id,name,alias,iata,icao,callsign,country,active\n\n1,'Good Air',\\N,'GA','GOO','','Chile','Y'\n", "single quotes")]
    [InlineData("id,name,alias,iata,icao,callsign,country,active\r\n1;Good Air;;GA;GOO;;Chile;Y\r\n", "separated by semicolons")]
    [InlineData("Not Found, try later", "begins with 'Not Found, try later'")]
    [InlineData("\n \r\nSorry, this is gone, so look elsewhere\nor ask\n", "begins with 'Sorry, this is gone, so look elsewhere'")]
    [InlineData("id 1,Good Air\nid 2,Better Air\n", "not a table with 8 columns")]
    [InlineData("<3 times tried, nothing found", "begins with '<3 times")]
    [InlineData("<a,b>\n", "XML")]
    [InlineData("[error] not found, try later", "begins with '[error] not")]
    [InlineData("{not found}, try later", "begins with '{not")]
    [InlineData("[ 1, 2 ]", "JSON")]
    [InlineData("<<<<<<< HEAD\n1,A,,,,,,Y\n=======\n1,B,,,,,,Y\n>>>>>>> theirs\n", "an unfinished merge")]
    [InlineData("404: Not Found", "begins with '404: Not Found'")]
    [InlineData("Good Air\nBetter Air\n", "not a table with commas")]
    public void A_text_of_another_kind_is_called_what_it_is(string text, string kind) => AssertRefused(Encoding.UTF8.GetBytes(text), kind);

    [Theory]
    [InlineData("PK\u0003\u0004", "a ZIP archive or a spreadsheet")]
    [InlineData("BZh91AY", "bzip2")]
    [InlineData("%PDF-1.7", "a PDF document")]
    [InlineData("SQLite format 3\0", "an SQLite database")]
    [InlineData("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1", "a spreadsheet")]
    [InlineData("\u00fd7zXZ\0", "xz -d")]
    [InlineData("\u0028\u00b5\u002f\u00fd", "zstd -d")]
    public void A_format_that_is_no_text_is_called_what_it_is(string start, string kind) =>
        AssertRefused([.. Encoding.Latin1.GetBytes(start), .. new byte[100]], kind);

    [Fact]
    public void A_compressed_airline_file_is_called_compressed_with_the_command_that_unpacks_it()
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(Row));
        }

        AssertRefused(file.ToArray(), "gzip -d");
    }

    [Fact]
    public void Text_in_UTF_16_or_UTF_32_is_named_with_the_command_that_converts_it()
    {
        foreach (var (encoding, name) in new (Encoding, string)[]
        {
            (new UnicodeEncoding(false, true), "UTF-16"), (new UnicodeEncoding(true, true), "UTF-16"),
            (new UnicodeEncoding(false, false), "UTF-16LE"), (new UnicodeEncoding(true, false), "UTF-16BE"),
            (new UTF32Encoding(false, true), "UTF-32"), (new UTF32Encoding(true, true), "UTF-32"),
        })
        {
            AssertRefused(
                [.. encoding.GetPreamble(), .. encoding.GetBytes(Row)], $"the file is {name}, not UTF-8", $"iconv -f {name} -t UTF-8");
        }
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("1,A,,,,,,Y\n\n2,B,,,,,,Y\n", 4)]
    public void Text_in_Latin_1_is_named_with_the_command_that_converts_it(string before, int line)
    {
        var error = AssertRefused(Encoding.Latin1.GetBytes(before + Row), "Latin-1", "iconv -f ISO-8859-1 -t UTF-8");
        Assert.Equal(line, error.Line);
    }

    [Fact]
    public void Text_of_Windows_is_named_with_the_command_that_converts_it() =>
        AssertRefused([.. "1,\"Tom"u8, 0x92, .. "s Air\",,,,,,Y\n"u8], "Latin-1 of Windows", "iconv -f WINDOWS-1252 -t UTF-8");

    [Theory]
    [InlineData("Airline ID,Name,Alias,IATA,ICAO,Callsign,Country,Active\n")]
    [InlineData("\uFEFFid,name,alias,iata,icao,callsign,country,active\r\n")]
    [InlineData("\"airline_id\" , \"Airline Name\",ALIAS,\"IATA code\",\"ICAO Code\",\"Call sign\",\"Country or territory\",\"active\"\n")]
    [InlineData("\n\nId,Name,Alias,Iata,Icao,Callsign,Country,Active\n\n")]
    [InlineData(" \n\t\nid,name,alias,iata,icao,callsign,country,active\n")]
    [InlineData("airline_id,airline_name,airline_alias,airline_iata,airline_icao,airline_callsign,airline_country,is_active\n")]
    [InlineData("AirlineId,Airline,Airline Alias,IATA,ICAO,Callsign,Airline Country,Airline Active\n")]
    [InlineData("ID,Airline,Alias,IATA,ICAO,Callsign,Country/Territory,Active\n")]
    [InlineData("ID,Airline,Alias,IATA,ICAO,Callsign,Country/Region,Active\n")]
    public void A_header_that_names_the_columns_is_skipped(string header)
    {
        var result = OpenFlightsReader.Read(Encoding.UTF8.GetBytes(header + Row + "2,B,,,,,,?"));

        Assert.Equal(header.Count(character => character == '\n') + 2, Assert.Single(result.Errors).Line);
        var airline = Assert.Single(OpenFlightsReader.Read(Encoding.UTF8.GetBytes(header + Row)).Airlines);
        Assert.Equal((1, "Línea Aérea", "GA"), (airline.Id, airline.Name, airline.Iata));
    }

    [Theory]
    [InlineData("Airline ID,Name,Alias,ICAO,IATA,Callsign,Country,Active\n")]
    [InlineData("id,name,iata,icao,callsign,country,active\n")]
    [InlineData("id,name\n")]
    [InlineData("Nummer,Name,Kurzname,IATA-Code,ICAO-Code,Rufzeichen,Land,Aktiv\n")]
    [InlineData("número,nombre,otro nombre,código,código largo,indicativo,país,activa\n")]
    [InlineData("a,b,c,d,e,f,g,h\n")]
    public void Any_other_header_is_called_a_header(string header) =>
        AssertRefused(Encoding.UTF8.GetBytes(header + Row), "a header", "id, name, alias, iata, icao, callsign, country, active");

    [Fact]
    public void A_header_counts_as_no_airline_and_only_as_the_first_row()
    {
        var alone = OpenFlightsReader.Read("id,name,alias,iata,icao,callsign,country,active\n"u8.ToArray());
        var second = OpenFlightsReader.Read(Encoding.UTF8.GetBytes(Row + "id,name,alias,iata,icao,callsign,country,Y\n"));

        Assert.Equal("the file contains no airlines", Assert.Single(alone.Errors).Cause);
        Assert.Equal("line 2: id is \"id\", which is not an integer", Assert.Single(second.Errors).ToString());
    }

    [Fact]
    public void A_long_text_without_a_table_is_one_error_and_blanks_are_no_beginning()
    {
        AssertRefused(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Not Found, try later\n", 200))), "begins with 'Not Found");
        var blank = OpenFlightsReader.Read(Encoding.UTF8.GetBytes("\u00A0\n"));
        Assert.Equal("the row has 1 field instead of 8", Assert.Single(blank.Errors).Cause);
    }

    [Theory]
    [InlineData("<<<<<<< HEAD")]
    [InlineData("||||||| 1a2b3c4")]
    [InlineData("=======")]
    [InlineData(">>>>>>> mine, with a comma")]
    public void A_conflict_marker_between_rows_is_called_one(string marker)
    {
        var error = Assert.Single(OpenFlightsReader.Read(Encoding.UTF8.GetBytes($"{Row}{marker}\n")).Errors);

        Assert.Equal(2, error.Line);
        Assert.Contains("an unfinished merge", error.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1,\"';' | <[{\",\\N,\"GA\",\"GOO\",\"\",\"Chile\",\"Y\"\n")]
    [InlineData("1,'A','B','GA',\"GOO\",\"\",\"Chile\",\"Y\"\n")]
    [InlineData("1,\"first\nsecond;;;;;;;;third\",\\N,\"GA\",\"GOO\",\"\",\"Chile\",\"Y\"\n")]
    [InlineData("-1,\"Latitude\",\\N,\"-\",\"N/A\",\\N,\\N,\"Y\"\n")]
    public void An_airline_file_with_signs_of_another_is_read(string file) =>
        Assert.Single(OpenFlightsReader.Read(Encoding.UTF8.GetBytes(file)).Airlines);

    private static AirlineFileError AssertRefused(byte[] file, params string[] parts)
    {
        var result = OpenFlightsReader.Read(file);
        var error = Assert.Single(result.Errors);
        Assert.All(parts, part => Assert.Contains(part, error.Cause, StringComparison.Ordinal));
        Assert.Equal(error.Cause, result.Refusal);
        Assert.Null(error.Column);
        Assert.DoesNotContain(error.Cause, char.IsControl);
        return error;
    }
}

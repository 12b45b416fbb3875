using System.Text;
using Airside.Archives;
using Airside.Core;

namespace Airside.Tests.Archives;

/// <summary>A damaged or altered archive is refused, with the line and the cause.</summary>
public sealed class ArchiveDamageTests
{
    private const string Header = """{"format":"airside-archive","version":1}""";
    private const string Header2 = """{"format":"airside-archive","version":2}""";
    private const string Header3 = """{"format":"airside-archive","version":3}""";
    private const string Day = """{"dayMs":0,"route":"AR1","transactions":2}""";
    private const string Catalog = """{"catalog":"0","source":"x","loadedMs":0,"isSample":false}""";
    private const string Airline =
        """{"airline":1,"name":"A","alias":null,"iata":null,"icao":null,"callsign":null,"country":null,"active":true}""";

    private const string Route = """{"route":"AR1","total":2,"firstMs":0,"lastMs":5}""";
    private const string Hour = """{"hourMs":0,"route":"AR1","transactions":2}""";
    private const string Key = """{"key":"a","route":"AR1","total":1,"recordedMs":5}""";
    private const string OneOfEach = """{"catalogs":0,"airlines":0,"routes":1,"hours":1,"keys":1}""";

    [Fact]
    public async Task The_archive_that_the_other_tests_spoil_is_a_good_one()
    {
        var (entries, _) = await SampleLedger.ReadAsync(SampleLedger.Sealed(OneOfEach, Header, Route, Hour, Key));
        Assert.Equal(3, entries.Count);
    }

    [Fact]
    public async Task An_archive_of_the_version_with_days_is_read_too()
    {
        var counts = OneOfEach.Replace("\"keys\":1", "\"keys\":1,\"days\":1", StringComparison.Ordinal);
        var (entries, reader) = await SampleLedger.ReadAsync(SampleLedger.Sealed(counts, Header2, Route, Day, Hour, Key));
        Assert.Equal(4, entries.Count);
        Assert.Equal(1, reader.Summary!.Counts.Days);
    }

    [Fact]
    public async Task An_archive_cut_anywhere_is_refused()
    {
        var bytes = SampleLedger.Sealed(OneOfEach, Header, Route, Hour, Key);
        for (var length = 0; length < bytes.Length; length++)
        {
            var exception = await RefusedAsync(bytes[..length]);
            Assert.Equal(1 + bytes.AsSpan(0, length).Count((byte)'\n'), exception.Line);
            Assert.Contains("cut short", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_archive_with_any_bit_flipped_is_refused()
    {
        var bytes = SampleLedger.Sealed(OneOfEach, Header, Route, Hour, Key);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            byte[] flipped = [.. bytes];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            await RefusedAsync(flipped);
        }
    }

    [Fact]
    public async Task Any_line_that_is_missing_or_doubled_or_out_of_its_place_is_refused()
    {
        var (bytes, _) = await SampleLedger.WriteAsync(SampleLedger.Entries(new Random(1), 20), SampleLedger.Catalog);
        var lines = Encoding.UTF8.GetString(bytes).TrimEnd('\n').Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            await RefusedAsync(Lines([.. lines[..i], .. lines[(i + 1)..]]));
            await RefusedAsync(Lines([.. lines[..i], lines[i], .. lines[i..]]));
            if (i > 0)
            {
                await RefusedAsync(Lines([.. lines[..(i - 1)], lines[i], lines[i - 1], .. lines[(i + 1)..]]));
            }
        }
    }

    [Theory]
    [InlineData(1, "not an Airside archive", "not json")]
    [InlineData(1, "not an Airside archive", """{"format":"tar","version":1}""")]
    [InlineData(1, "not an Airside archive", Route)]
    [InlineData(1, "version 4; this program reads versions 1 to 3", """{"format":"airside-archive","version":4}""")]
    [InlineData(2, "'AR01' is not a flight route", Header3, """{"route":"AR01","total":2,"firstMs":0,"lastMs":5}""")]
    [InlineData(2, "'AR12345' is not a flight route", Header3, """{"route":"AR12345","total":2,"firstMs":0,"lastMs":5}""")]
    [InlineData(2, "'AR 1' is not a flight route", Header2, """{"route":"AR 1","total":2,"firstMs":0,"lastMs":5}""")]
    [InlineData(4, "is in quotes", Header3, Route, Hour, """{"key":"\"a\"","route":"AR1","total":1,"recordedMs":5}""")]
    [InlineData(2, "begins a second time", Header, Header)]
    [InlineData(2, "not the JSON", Header, """{"route":"AR1","total":2,"firstMs":0}""")]
    [InlineData(2, "not the JSON", Header, """{"route":"AR1","total":2,"firstMs":0,"lastMs":5,"more":1}""")]
    [InlineData(2, "not the JSON", Header, """{"route":"AR1","total":2,"total":3,"firstMs":0,"lastMs":5}""")]
    [InlineData(2, "not the JSON", Header, """{"route":null,"total":2,"firstMs":0,"lastMs":5}""")]
    [InlineData(2, "not the JSON", Header, """{"route":"AR1","total":2.5,"firstMs":0,"lastMs":5}""")]
    [InlineData(2, "not the JSON", Header, """{"route":"AR1","total":2,"firstMs":0,"lastMs":5}}""")]
    [InlineData(2, "'seat'", Header, """{"seat":1}""")]
    [InlineData(2, "not a JSON object", Header, "{}")]
    [InlineData(2, "not a JSON object", Header, "[1]")]
    [InlineData(2, "not the JSON", Header, "")]
    [InlineData(2, "'ar1' is not a flight route", Header, """{"route":"ar1","total":2,"firstMs":0,"lastMs":5}""")]
    [InlineData(2, "total is 0", Header, """{"route":"AR1","total":0,"firstMs":0,"lastMs":5}""")]
    [InlineData(2, "firstMs is 6", Header, """{"route":"AR1","total":1,"firstMs":6,"lastMs":5}""")]
    [InlineData(2, "is not a valid time", Header, """{"route":"AR1","total":1,"firstMs":6,"lastMs":9223372036854775807}""")]
    [InlineData(3, "start of an hour", Header, Route, """{"hourMs":1,"route":"AR1","transactions":2}""")]
    [InlineData(3, "version 1 has no days", Header, Route, Day)]
    [InlineData(3, "start of a day", Header2, Route, """{"dayMs":3600000,"route":"AR1","transactions":2}""")]
    [InlineData(4, "must not follow", Header2, Route, Hour, Day)]
    [InlineData(4, "must not follow", Header2, Route, Day, Day)]
    [InlineData(3, "transactions is -1", Header, Route, """{"hourMs":0,"route":"AR1","transactions":-1}""")]
    [InlineData(3, "key is empty", Header, Route, """{"key":"","route":"AR1","total":1,"recordedMs":5}""")]
    [InlineData(3, "control character", Header, Route, """{"key":"\u0001","route":"AR1","total":1,"recordedMs":5}""")]
    [InlineData(3, "not the JSON", Header, Route, """{"key":"\ud800","route":"AR1","total":1,"recordedMs":5}""")]
    [InlineData(3, "must not follow", Header, Route, Route)]
    [InlineData(3, "must not follow", Header, Hour, Route)]
    [InlineData(3, "must not follow", Header, Key, Hour)]
    [InlineData(3, "must not follow", Header, Route, Catalog)]
    [InlineData(2, "must not follow", Header, Airline)]
    [InlineData(4, "must not follow", Header, Catalog, Airline, Airline)]
    [InlineData(3, "name is empty", Header, Catalog,
        """{"airline":1,"name":"","alias":null,"iata":null,"icao":null,"callsign":null,"country":null,"active":true}""")]
    [InlineData(2, "it counts", Header)]
    public async Task A_bad_line_is_refused_with_its_number_and_the_cause_though_the_checksum_is_right(
        int line, string cause, params string[] lines)
    {
        var exception = await RefusedAsync(SampleLedger.Sealed(OneOfEach, lines));
        Assert.Equal(line, exception.Line);
        Assert.Contains(cause, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Airlines_that_are_not_those_of_the_stamp_are_refused()
    {
        var exception = await RefusedAsync(
            SampleLedger.Sealed("""{"catalogs":1,"airlines":1,"routes":0,"hours":0,"keys":0}""", Header, Catalog, Airline));
        Assert.Contains("not 0", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_follows_the_last_line_is_refused()
    {
        var exception = await RefusedAsync([.. SampleLedger.Sealed(OneOfEach, Header, Route, Hour, Key), .. "\n"u8]);
        Assert.Equal(6, exception.Line);
        Assert.Contains("continues", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_without_an_end_is_refused_before_it_fills_the_memory()
    {
        var exception = await RefusedAsync([.. Encoding.UTF8.GetBytes(Header + "\n"), .. new byte[10 * Limits.ArchiveLineBytesMax]]);
        Assert.Equal(2, exception.Line);
        Assert.Contains($"more than {Limits.ArchiveLineBytesMax} bytes", exception.Message, StringComparison.Ordinal);
    }

    private static byte[] Lines(string[] lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));

    private static Task<ArchiveFormatException> RefusedAsync(byte[] archive) =>
        Assert.ThrowsAsync<ArchiveFormatException>(() => SampleLedger.ReadAsync(archive));
}

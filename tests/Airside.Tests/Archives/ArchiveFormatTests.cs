using System.Text;
using Airside.Core.Transactions;
using FsCheck;
using FsCheck.Fluent;

namespace Airside.Tests.Archives;

/// <summary>Writing an archive and reading it back.</summary>
public sealed class ArchiveFormatTests
{
    [Fact]
    public async Task The_format_is_what_its_page_says()
    {
        var at = SampleLedger.Noon.AddMilliseconds(5);
        ArchiveEntry[] entries =
        [
            new KeyEntry(TransactionKey.Parse("é\"7"), FlightRoute.Parse("AR1133"), 1, at),
            new HourEntry(FlightRoute.Parse("AR1133"), SampleLedger.Noon, 1),
            new DayEntry(FlightRoute.Parse("AR1133"), SampleLedger.Noon.AddHours(-36), 3),
            new RouteEntry(new RouteSummary(FlightRoute.Parse("AR1133"), 4, at.AddDays(-1), at)),
        ];

        var (bytes, summary) = await SampleLedger.WriteAsync(entries, SampleLedger.Catalog);

        Assert.Equal(
            """
            {"format":"airside-archive","version":3}
            {"catalog":"VERSION","source":"https://example.org/airlines.dat","loadedMs":1773489600123,"isSample":false}
            {"airline":-1,"name":"Unknown","alias":null,"iata":"-","icao":"N/A","callsign":null,"country":null,"active":true}
            {"airline":2,"name":"A \"✈\" 航空","alias":"","iata":"AR","icao":"ARG","callsign":"A\\\u000a","country":"🛫","active":false}
            {"route":"AR1133","total":4,"firstMs":1773403200005,"lastMs":1773489600005}
            {"dayMs":1773360000000,"route":"AR1133","transactions":3}
            {"hourMs":1773489600000,"route":"AR1133","transactions":1}
            {"key":"é\"7","route":"AR1133","total":1,"recordedMs":1773489600005}
            {"end":{"catalogs":1,"airlines":2,"routes":1,"hours":1,"keys":1,"days":1},"sha256":"CHECKSUM"}

            """.Replace("\r", "", StringComparison.Ordinal)
                .Replace("VERSION", SampleLedger.Catalog.Version, StringComparison.Ordinal)
                .Replace("CHECKSUM", summary.Id, StringComparison.Ordinal),
            Encoding.UTF8.GetString(bytes));
        var lastLine = bytes.AsSpan(0, bytes.Length - 1).LastIndexOf((byte)'\n') + 1;
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(0, lastLine))), summary.Id);
    }

    [Fact]
    public async Task An_empty_store_makes_an_archive_of_two_lines()
    {
        var (bytes, summary) = await SampleLedger.WriteAsync([], catalog: null);
        var (entries, reader) = await SampleLedger.ReadAsync(bytes);

        Assert.Equal(2, bytes.Count(value => value == '\n'));
        Assert.Empty(entries);
        Assert.Null(reader.Catalog);
        Assert.Equal(summary, reader.Summary);
    }

    [Fact]
    public void What_is_read_is_what_was_written_and_the_order_of_the_ledger_makes_no_difference() =>
        Check.QuickThrowOnFailure(Prop.ForAll<int, byte>((seed, transactions) => RoundTripAsync(new Random(seed), transactions)));

    [Fact]
    public async Task Keys_are_in_the_order_of_their_UTF8()
    {
        // In UTF-16 order, the surrogates of the first would sort before the second.
        string[] keys = ["\U0001F6EB", "\uE000", "z", "é"];
        var entries = keys.Select(key => new KeyEntry(TransactionKey.Parse(key), FlightRoute.Parse("AR1"), 1, SampleLedger.Noon));
        var (bytes, _) = await SampleLedger.WriteAsync(entries, catalog: null);
        var (read, _) = await SampleLedger.ReadAsync(bytes);

        Assert.Equal(["z", "é", "\uE000", "\U0001F6EB"], read.Cast<KeyEntry>().Select(entry => entry.Key.ToString()));
    }

    [Fact]
    public async Task What_a_store_gives_twice_is_not_exported()
    {
        var entry = new HourEntry(FlightRoute.Parse("AR1"), SampleLedger.Noon, 1);

        var exception = await Assert.ThrowsAsync<Core.StoreDamagedException>(
            () => SampleLedger.WriteAsync([entry, entry with { Transactions = 2 }], catalog: null));
        Assert.Contains("AR1", exception.Message, StringComparison.Ordinal);
    }

    private static async Task RoundTripAsync(Random random, int transactions)
    {
        var entries = SampleLedger.Entries(random, transactions);
        var catalog = random.Next(2) == 0 ? SampleLedger.Catalog : null;
        var (bytes, summary) = await SampleLedger.WriteAsync(entries, catalog);
        var (read, reader) = await SampleLedger.ReadAsync(bytes);

        Assert.Equal(entries.ToHashSet(), [.. read]);
        Assert.Equal(entries.Count, read.Count);
        Assert.Equal(summary, reader.Summary);
        Assert.Equal(catalog?.Version, reader.Catalog?.Version);
        Assert.Equal(catalog?.LoadedAt, reader.Catalog?.LoadedAt);

        entries.Reverse();
        var (again, _) = await SampleLedger.WriteAsync(entries, catalog);
        Assert.Equal(bytes, again);
    }
}

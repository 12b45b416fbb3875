using Airside.Archives;
using Airside.Core.Transactions;

namespace Airside.Tests.Archives;

/// <summary>Names that earlier versions kept apart become the names of this version, and nothing else changes.</summary>
public sealed class NameConversionTests
{
    private static readonly DateTimeOffset Noon = SampleLedger.Noon;

    private static readonly ArchiveEntry[] Earlier =
    [
        .. RouteOf("LH0400", 3, Noon.AddMinutes(5), Noon.AddHours(1).AddMinutes(9)),
        .. RouteOf("LH400", 2, Noon.AddMinutes(1), Noon.AddMinutes(7)),
        .. RouteOf("BA12345", 2, Noon, Noon.AddMinutes(2)),
        .. RouteOf("KLM1234", 1, Noon, Noon),
        new DayEntry(FlightRoute.FromStored("LH0400"), Noon.AddHours(-36), 1),
        new DayEntry(FlightRoute.FromStored("LH400"), Noon.AddHours(-36), 1),
        new HourEntry(FlightRoute.FromStored("LH0400"), Noon, 1),
        new HourEntry(FlightRoute.FromStored("LH0400"), Noon.AddHours(1), 1),
        new HourEntry(FlightRoute.FromStored("LH400"), Noon, 1),
        new HourEntry(FlightRoute.FromStored("BA12345"), Noon, 2),
        new HourEntry(FlightRoute.FromStored("KLM1234"), Noon, 1),
        KeyOf("\"k\"", "LH0400", 2, Noon.AddMinutes(5)),
        KeyOf("k", "LH400", 2, Noon.AddMinutes(7)),
        KeyOf("\"open", "LH0400", 3, Noon.AddHours(1).AddMinutes(9)),
        KeyOf("b", "BA12345", 1, Noon),
        KeyOf("plain", "KLM1234", 1, Noon),
    ];

    [Fact]
    public async Task Spellings_are_merged_and_of_two_keys_that_differ_in_quotes_the_older_one_stands()
    {
        var conversion = Decided(("BA12345", null));
        var (archive, _) = await WriteAsync(Earlier, conversion);

        var (entries, _) = await SampleLedger.ReadAsync(archive);
        Assert.Equal(
            [
                .. RouteOf("KLM1234", 1, Noon, Noon),
                .. RouteOf("LH400", 5, Noon.AddMinutes(1), Noon.AddHours(1).AddMinutes(9)),
                new DayEntry(FlightRoute.Parse("LH400"), Noon.AddHours(-36), 2),
                new HourEntry(FlightRoute.Parse("KLM1234"), Noon, 1),
                new HourEntry(FlightRoute.Parse("LH400"), Noon, 2),
                new HourEntry(FlightRoute.Parse("LH400"), Noon.AddHours(1), 1),
                KeyOf("\"\\\"open\"", "LH400", 3, Noon.AddHours(1).AddMinutes(9)),
                KeyOf("k", "LH400", 2, Noon.AddMinutes(5)),
                KeyOf("plain", "KLM1234", 1, Noon),
            ],
            entries);
        Assert.Equal(
            [
                "BA12345 was dropped, with 2 transactions and their keys.",
                "LH0400 became LH400, with 3 transactions.",
                "The key k was recorded in two spellings that differ only in quotes: for LH400 at 2026-03-14T12:05:00.000Z, which stands, "
                    + "and for LH400 at 2026-03-14T12:07:00.000Z, which is left out. Both transactions stay counted.",
            ],
            conversion.Report);
    }

    [Fact]
    public async Task A_name_may_be_mapped_to_one_that_is_there_and_the_result_does_not_depend_on_the_order_of_the_ledger()
    {
        var (archive, _) = await WriteAsync(Earlier, Decided(("BA12345", "LH400")));
        var (entries, _) = await SampleLedger.ReadAsync(archive);

        Assert.Contains(new RouteEntry(new RouteSummary(FlightRoute.Parse("LH400"), 7, Noon, Noon.AddHours(1).AddMinutes(9))), entries);
        Assert.Contains(KeyOf("b", "LH400", 1, Noon), entries);
        var space = new SortSpace(Path.GetTempPath(), EntriesMax: 2, FilesMax: 2);
        Assert.Equal(archive, (await WriteAsync([.. Earlier.Reverse()], Decided(("BA12345", "LH400")), space)).Bytes);
    }

    [Fact]
    public async Task A_name_that_nobody_decided_on_is_listed_with_its_total_and_nothing_is_written()
    {
        var exception = await Assert.ThrowsAsync<UndecidedNamesException>(() => WriteAsync(Earlier, new NameConversion()));

        Assert.Equal([(FlightRoute.FromStored("BA12345"), 2L)], exception.Routes);
        Assert.Contains("\n- BA12345: 2 transactions\n", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--map OLD=NEW", exception.Message, StringComparison.Ordinal);
        Assert.Contains("--drop NAME", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("LH0400")]
    [InlineData("LH400")]
    [InlineData("BA99999")]
    public async Task A_decision_that_is_not_needed_is_refused(string name)
    {
        var exception = await Assert.ThrowsAsync<UndecidedNamesException>(
            () => WriteAsync(Earlier, Decided(("BA12345", null), (name, "AR1"))));

        Assert.Empty(exception.Routes);
        Assert.Contains($"No decision is needed for {name}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_a_store_returns_twice_is_damage_and_not_a_spelling()
    {
        foreach (var twice in new ArchiveEntry[] { new HourEntry(FlightRoute.FromStored("LH0400"), Noon, 1), Earlier[^2], Earlier[^5] })
        {
            await Assert.ThrowsAsync<Airside.Core.StoreDamagedException>(
                () => WriteAsync([.. Earlier, twice], Decided(("BA12345", "AR1"))));
        }
    }

    [Fact]
    public async Task A_ledger_with_the_names_of_this_version_is_written_as_it_is()
    {
        var conversion = new NameConversion();
        var entries = SampleLedger.Entries(new Random(4), 200);
        var (archive, _) = await WriteAsync(entries, conversion);

        Assert.Empty(conversion.Report);
        Assert.Equal(entries.Count, (await SampleLedger.ReadAsync(archive)).Entries.Count);
        Assert.False((await SampleLedger.ReadAsync(archive)).Reader.HasEarlierNames);
    }

    private static NameConversion Decided(params (string Old, string? New)[] names) => new(names.ToDictionary(
        name => FlightRoute.FromStored(name.Old),
        name => name.New is null ? (FlightRoute?)null : FlightRoute.Parse(name.New)));

    private static async Task<(byte[] Bytes, ArchiveSummary Summary)> WriteAsync(
        IReadOnlyList<ArchiveEntry> entries, NameConversion conversion, SortSpace? space = null)
    {
        using var output = new MemoryStream();
        var summary = await ArchiveWriter.WriteAsync(
            output, null, entries.ToAsyncEnumerable(), conversion, space ?? new SortSpace(Path.GetTempPath()), null,
            CancellationToken.None);
        return (output.ToArray(), summary);
    }

    private static ArchiveEntry[] RouteOf(string name, long total, DateTimeOffset firstAt, DateTimeOffset lastAt) =>
        [new RouteEntry(new RouteSummary(FlightRoute.FromStored(name), total, firstAt, lastAt))];

    private static KeyEntry KeyOf(string key, string route, long total, DateTimeOffset at) =>
        new(TransactionKey.FromStored(key), FlightRoute.FromStored(route), total, at);
}

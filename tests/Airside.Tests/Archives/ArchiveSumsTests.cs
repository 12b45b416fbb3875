using Airside.Archives;
using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Stores;
using Airside.Core.Transactions;

namespace Airside.Tests.Archives;

/// <summary>An archive with a correct checksum but impossible content is refused before anything is written.</summary>
public sealed class ArchiveSumsTests
{
    private const string Header = """{"format":"airside-archive","version":2}""";
    private const string Route = """{"route":"AR1","total":2,"firstMs":0,"lastMs":5}""";
    private const string Hour = """{"hourMs":0,"route":"AR1","transactions":2}""";
    private const string Day = """{"dayMs":0,"route":"AR1","transactions":2}""";
    private const string Key = """{"key":"a","route":"AR1","total":1,"recordedMs":5}""";

    private static readonly long LatestMs = SampleLedger.Noon.AddMinutes(5).ToUnixTimeMilliseconds();

    [Fact]
    public async Task The_archive_that_the_other_tests_spoil_is_a_good_one()
    {
        await Assert.ThrowsAsync<WrittenException>(() => ImportAsync(Header, Route, Hour, Key));
        await Assert.ThrowsAsync<WrittenException>(() => ImportAsync(Header, Route, Day, Key));
    }

    [Theory]
    [InlineData(2, "total is 9007199254740992", """{"route":"AR1","total":9007199254740992,"firstMs":0,"lastMs":5}""", Hour, Key)]
    [InlineData(2, "total is 9223372036854775807", """{"route":"AR1","total":9223372036854775807,"firstMs":0,"lastMs":5}""", Hour)]
    [InlineData(3, "transactions is 9007199254740992", Route, """{"hourMs":0,"route":"AR1","transactions":9007199254740992}""", Key)]
    [InlineData(3, "add up to more than its total 2", Route, """{"hourMs":0,"route":"AR1","transactions":3}""", Key)]
    [InlineData(2, "add up to 1, not to its total 2", Route, """{"hourMs":0,"route":"AR1","transactions":1}""", Key)]
    [InlineData(2, "add up to 0, not to its total 2", Route)]
    [InlineData(4, "add up to more than its total 2", Route, Day, Hour)]
    [InlineData(3, "the day is outside the first and last time", Route, """{"dayMs":86400000,"route":"AR1","transactions":2}""")]
    [InlineData(3, "the day is outside the first and last time", Route, """{"dayMs":-86400000,"route":"AR1","transactions":2}""")]
    [InlineData(3, "route AR2 has no line", Route, """{"dayMs":0,"route":"AR2","transactions":2}""", Key)]
    [InlineData(3, "route AR2 has no line", Route, """{"hourMs":0,"route":"AR2","transactions":2}""", Key)]
    [InlineData(4, "route ZZ9 has no line", Route, Hour, """{"key":"k","route":"ZZ9","total":1,"recordedMs":5}""")]
    [InlineData(4, "does not fit", Route, Hour, """{"key":"k","route":"AR1","total":3,"recordedMs":5}""")]
    [InlineData(4, "outside the first and last time", Route, Hour, """{"key":"k","route":"AR1","total":1,"recordedMs":6}""")]
    [InlineData(3, "outside the first and last time", Route, """{"hourMs":3600000,"route":"AR1","transactions":2}""")]
    [InlineData(
        6,
        "does not fit",
        Route,
        Hour,
        Key,
        """{"key":"b","route":"AR1","total":2,"recordedMs":5}""",
        """{"key":"c","route":"AR1","total":2,"recordedMs":5}""")]
    public async Task What_cannot_be_true_is_refused_with_line_and_cause(int line, string cause, params string[] lines)
    {
        var exception = await Assert.ThrowsAsync<ArchiveFormatException>(() => ImportAsync([Header, .. lines]));
        Assert.Equal(line, exception.Line);
        Assert.Contains(cause, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Totals_that_add_up_to_more_than_a_ledger_can_have_are_refused()
    {
        static string From(string route) => $$"""{"route":"{{route}}","total":9007199254740991,"firstMs":0,"lastMs":5}""";
        var exception = await Assert.ThrowsAsync<ArchiveFormatException>(() => ImportAsync(Header, From("AR1"), From("AR2")));
        Assert.Equal(3, exception.Line);
        Assert.Contains(nameof(Limits.TransactionsMax), exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_minutes_ahead_is_as_far_as_clocks_may_differ()
    {
        static string LastAt(long lastMs) => $$"""{"route":"AR1","total":2,"firstMs":0,"lastMs":{{lastMs}}}""";
        await Assert.ThrowsAsync<WrittenException>(() => ImportAsync(Header, LastAt(LatestMs), Hour, Key));
        var exception = await Assert.ThrowsAsync<ArchiveFormatException>(() => ImportAsync(Header, LastAt(LatestMs + 1), Hour, Key));
        Assert.Equal(2, exception.Line);
        Assert.Contains("ahead of the local clock", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_recorded_under_a_clock_that_was_ahead_is_exported_as_of_now_and_can_be_imported()
    {
        var now = SampleLedger.Noon.AddMinutes(10);
        var route = FlightRoute.Parse("AR1");
        ArchiveEntry[] entries =
        [
            new RouteEntry(new RouteSummary(route, 8, SampleLedger.Noon.AddHours(-1), now.AddYears(10))),
            new DayEntry(route, SampleLedger.Noon.AddHours(-12).AddYears(5), 2),
            new HourEntry(route, SampleLedger.Noon.AddHours(-1), 1),
            new HourEntry(route, SampleLedger.Noon, 2),
            new HourEntry(route, SampleLedger.Noon.AddYears(10), 3),
            new KeyEntry(TransactionKey.Parse("ahead"), route, 6, now.AddYears(10)),
        ];
        using var output = new MemoryStream();
        await ArchiveTransfer.ExportAsync(
            new ArchivedStore(entries), output, new FakeTimeProvider(now), new NameConversion(), new SortSpace(Path.GetTempPath()), null,
            CancellationToken.None);

        var (read, _) = await SampleLedger.ReadAsync(output.ToArray());
        Assert.Equal(
            [
                new RouteEntry(new RouteSummary(route, 8, SampleLedger.Noon.AddHours(-1), now)),
                new HourEntry(route, SampleLedger.Noon.AddHours(-1), 1),
                new HourEntry(route, SampleLedger.Noon, 7),
                new KeyEntry(TransactionKey.Parse("ahead"), route, 6, now),
            ],
            read);
        await Assert.ThrowsAsync<WrittenException>(() => ImportAsync(output.ToArray(), now));
    }

    private static Task ImportAsync(params string[] lines)
    {
        var (routes, days, hours, keys) = (Count(lines, "lastMs"), Count(lines, "dayMs"), Count(lines, "hourMs"), Count(lines, "key"));
        var counts = $$"""{"catalogs":0,"airlines":0,"routes":{{routes}},"hours":{{hours}},"keys":{{keys}},"days":{{days}}}""";
        return ImportAsync(SampleLedger.Sealed(counts, lines), SampleLedger.Noon);
    }

    private static Task<ImportOutcome> ImportAsync(byte[] archive, DateTimeOffset now) => ArchiveTransfer.ImportAsync(
        new ArchivedStore([]), () => new MemoryStream(archive), new FakeTimeProvider(now), new NameConversion(),
        new SortSpace(Path.GetTempPath()), null, CancellationToken.None);

    private static int Count(string[] lines, string property) =>
        lines.Count(line => line.Contains($"\"{property}\"", StringComparison.Ordinal));

    /// <summary>Returns entries, and throws an exception when an import begins.</summary>
    private sealed class ArchivedStore(ArchiveEntry[] entries) : IStore, ILedgerArchive, IAirlineStore
    {
        public ITransactionLedger Ledger => throw new NotSupportedException();

        public IAirlineStore Airlines => this;

        public ILedgerArchive Archive => this;

        public string? Outage => null;

        public StoreClock? Clock => null;

        public RouteUsage RouteUsage => new(Count: null, Limits.RoutesMax);

        public IAsyncEnumerable<ArchiveEntry> ReadAsync(CancellationToken cancellationToken) => entries.ToAsyncEnumerable();

        public Task<long?> BeginImportAsync(string id, CancellationToken cancellationToken) => throw new WrittenException();

        public Task ImportAsync(string id, long batch, IReadOnlyList<ArchiveEntry> batchEntries, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task FinishImportAsync(string id, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<AirlineCatalog?> LoadAsync(CancellationToken cancellationToken) => Task.FromResult<AirlineCatalog?>(null);

        public Task ReplaceAsync(AirlineCatalog catalog, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<AirlineCatalog> NextAsync(AirlineCatalog? known, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task OpenAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task OpenToReadAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<IReadOnlyList<string>> MigrateAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    private sealed class WrittenException : Exception;
}

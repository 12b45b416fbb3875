using Airside.Archives;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.Embedded;

/// <summary>
/// The data directory <c>earlier/spellings</c> that the version of commit 9552a2a left when it was killed: two spellings of LH400, names
/// that are not flight designators, and keys in quotes.
/// </summary>
public sealed class EarlierNamesTests : IDisposable
{
    private static readonly DateTimeOffset RecordedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_796_071_266_000);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("airside-");
    private readonly FakeTimeProvider _time = new(RecordedAt.AddMinutes(1));

    public EarlierNamesTests()
    {
        foreach (var file in Directory.GetFiles(Repository.PathOf("tests/Airside.Stores.Tests/Embedded/earlier/spellings")))
        {
            File.Copy(file, Path.Combine(_directory.FullName, Path.GetFileName(file)));
        }
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public async Task It_is_not_served_and_the_refusal_names_the_command()
    {
        var before = Content();
        await using var store = Create(_directory.FullName);
        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.OpenAsync(CancellationToken.None));

        Assert.Contains("LH0400", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Airside.Service export", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, Content());
    }

    [Fact]
    public async Task It_is_read_and_lists_what_is_no_flight_designator()
    {
        var before = Content();
        await using (var store = Create(_directory.FullName))
        {
            await store.OpenToReadAsync(CancellationToken.None);
            var exception = await Assert.ThrowsAsync<UndecidedNamesException>(() => ExportAsync(store, new NameConversion()));

            Assert.Equal(["1234567", "BA0000", "BA12345"], exception.Routes.Select(route => route.Route.ToString()));
            Assert.Equal([1, 1, 2], exception.Routes.Select(route => route.Total));
        }

        Assert.Equal(before, Content());
    }

    [Fact]
    public async Task It_is_converted_with_totals_hours_and_keys()
    {
        byte[] archive;
        var conversion = Decisions();
        await using (var store = Create(_directory.FullName))
        {
            await store.OpenToReadAsync(CancellationToken.None);
            archive = await ExportAsync(store, conversion);
        }

        await using var converted = Create(Path.Combine(_directory.FullName, "converted"));
        await converted.OpenAsync(CancellationToken.None);
        await ImportAsync(converted, archive, new NameConversion());

        Assert.Equal(
            [("BA1234", 3L), ("KLM42X", 2L), ("LH400", 4L)],
            (await converted.Ledger.RoutesAsync(new RouteQuery(null, RouteSort.Route, 10), CancellationToken.None)).Routes
                .Select(route => (route.Route.ToString(), route.Total)));
        Assert.Contains(
            conversion.Report, line => line.StartsWith("The key second was recorded in two spellings", StringComparison.Ordinal));
        Assert.Equal(
            [Replay("LH400", 1), Replay("LH400", 1), Replay("LH400", 2), Replay("BA1234", 1), Replay("KLM42X", 1)],
            await RecordAsync(
                converted, ("LH0400", "first"), ("LH0400", "\"second\""), ("lh-400", "third"), ("BA1234", "quoted"),
                ("KLM42X", "\"\\\"open\"")));
        Assert.Equal([new RecordOutcome(IsReplay: false, FlightRoute.Parse("LH400"), 5)], await RecordAsync(converted, ("LH 0400", "new")));
    }

    [Fact]
    public async Task Its_archive_is_converted_by_the_import()
    {
        var archive = await File.ReadAllBytesAsync(
            Repository.PathOf("tests/Airside.Stores.Tests/Embedded/earlier/spellings.ndjson"));
        var directory = Path.Combine(_directory.FullName, "imported");
        await using var store = Create(directory);
        await store.OpenAsync(CancellationToken.None);

        await Assert.ThrowsAsync<UndecidedNamesException>(() => ImportAsync(store, archive, new NameConversion()));
        Assert.False((await ImportAsync(store, archive, Decisions())).WasImportedBefore);
        Assert.True((await ImportAsync(store, archive, Decisions())).WasImportedBefore);

        await using var earlier = Create(_directory.FullName);
        await earlier.OpenToReadAsync(CancellationToken.None);
        Assert.Equal(await ExportAsync(earlier, Decisions()), await ExportAsync(store, new NameConversion()));
    }

    [Fact]
    public async Task A_directory_with_nothing_to_convert_is_served_at_once_and_an_earlier_version_refuses_what_is_written_then()
    {
        var directory = Path.Combine(_directory.FullName, "plain");
        Directory.CreateDirectory(directory);
        foreach (var file in Directory.GetFiles(Repository.PathOf("tests/Airside.Stores.Tests/Embedded/earlier/recorded")))
        {
            File.Copy(file, Path.Combine(directory, Path.GetFileName(file)));
        }

        await using (var store = Create(directory))
        {
            await store.OpenAsync(CancellationToken.None);
            await RecordAsync(store, ("AR1", "present"));
        }

        var newest = Directory.GetFiles(directory, "journal-*").Order(StringComparer.Ordinal).Last();
        Assert.Equal(2, (await File.ReadAllBytesAsync(newest))[8]);
    }

    private static NameConversion Decisions() => new(new Dictionary<FlightRoute, FlightRoute?>
    {
        [FlightRoute.FromStored("BA12345")] = FlightRoute.Parse("BA1234"),
        [FlightRoute.FromStored("BA0000")] = FlightRoute.Parse("BA1234"),
        [FlightRoute.FromStored("1234567")] = null,
    });

    private static RecordOutcome Replay(string route, long total) => new(IsReplay: true, FlightRoute.Parse(route), total);

    private static async Task<RecordOutcome[]> RecordAsync(EmbeddedStore store, params (string Route, string Key)[] transactions)
    {
        var outcomes = new RecordOutcome[transactions.Length];
        await store.Ledger.RecordAsync(
            Array.ConvertAll(transactions, one => new Transaction(FlightRoute.Parse(one.Route), TransactionKey.Parse(one.Key))),
            outcomes,
            CancellationToken.None);
        return outcomes;
    }

    private async Task<byte[]> ExportAsync(EmbeddedStore store, NameConversion conversion)
    {
        using var output = new MemoryStream();
        await ArchiveTransfer.ExportAsync(
            store, output, _time, conversion, new SortSpace(Path.GetTempPath()), null, CancellationToken.None);
        return output.ToArray();
    }

    private Task<ImportOutcome> ImportAsync(EmbeddedStore store, byte[] archive, NameConversion conversion) => ArchiveTransfer.ImportAsync(
        store, () => new MemoryStream(archive), _time, conversion, new SortSpace(_directory.FullName), null, CancellationToken.None);

    private EmbeddedStore Create(string directory) => new(directory, TimeSpan.FromHours(48), _time, NullLogger.Instance);

    private string Content() => string.Concat(_directory.GetFiles("*.*").OrderBy(file => file.Name, StringComparer.Ordinal)
        .Where(file => file.Length > 0)
        .Select(file => $"{file.Name} {Convert.ToHexString(File.ReadAllBytes(file.FullName))}\n"));
}

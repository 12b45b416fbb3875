using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.DynamoDb;

/// <summary>Reading and writing the entire ledger.</summary>
[Trait("Category", "Tool")]
[Trait("Category", "Slow")]
public sealed class ArchiveTests(SharedDynamoDb server) : IAsyncLifetime
{
    private const string Import = "checksum-1";
    private static readonly FlightRoute Route = FlightRoute.Parse("AR1133");

    private readonly DynamoDbTestStore _source = new(server);
    private readonly DynamoDbTestStore _store = new(server);

    private ILedgerArchive Archive => _store.Replicas[0].Archive;

    private ILedgerArchive OtherArchive => _store.Replicas[1].Archive;

    private ITransactionLedger Ledger => _store.Replicas[0].Ledger;

    private ITransactionLedger OtherLedger => _store.Replicas[1].Ledger;

    public async ValueTask InitializeAsync()
    {
        await _source.OpenAsync();
        await _store.OpenAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task What_is_read_and_imported_is_read_again_from_the_other_store()
    {
        await FillSourceAsync(routes: 30, keysPerRoute: 90);
        var entries = await ReadAsync(_source.Replicas[0].Archive);
        Assert.Equal((30, 60, 2_700), CountsOf(entries));
        _store.Time.AdjustTime(_source.Time.GetUtcNow());

        Assert.Equal(0, await Archive.BeginImportAsync(Import, CancellationToken.None));
        await ImportAllAsync(Archive, entries);
        await Archive.FinishImportAsync(Import, CancellationToken.None);

        Assert.Equal(InOrder(entries), InOrder(await ReadAsync(OtherArchive)));
        Assert.Equal(
            [
                new RecordOutcome(IsReplay: true, FlightRoute.Parse("AR7"), 5),
                new RecordOutcome(IsReplay: false, FlightRoute.Parse("AR7"), 91),
            ],
            await RecordAsync(OtherLedger, ("AR7", "AR7 key 4"), ("AR7", "new")));
        Assert.Null(await OtherArchive.BeginImportAsync(Import, CancellationToken.None));
        await Archive.FinishImportAsync(Import, CancellationToken.None);
    }

    [Fact]
    public async Task An_unfinished_import_holds_up_transactions_in_every_process_and_goes_on_where_it_was()
    {
        await FillSourceAsync(routes: 12, keysPerRoute: 95);
        var batches = (await ReadAsync(_source.Replicas[0].Archive)).Chunk(Limits.ImportBatchEntries).ToArray();
        Assert.Equal(0, await Archive.BeginImportAsync(Import, CancellationToken.None));
        await Archive.ImportAsync(Import, 0, batches[0], CancellationToken.None);

        foreach (var ledger in new[] { Ledger, OtherLedger })
        {
            var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(ledger, ("AR1133", "a")));
            Assert.Contains($"import '{Import}' is under way", refused.Message);
        }

        Assert.Contains(Import, Ledger.WriteFault);
        var other = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => OtherArchive.BeginImportAsync("other", CancellationToken.None));
        Assert.Contains(Import, other.Message);

        Assert.Equal(1, await OtherArchive.BeginImportAsync(Import, CancellationToken.None));
        await OtherArchive.ImportAsync(Import, 0, batches[0], CancellationToken.None);
        await OtherArchive.ImportAsync(Import, 1, batches[1], CancellationToken.None);
        await OtherArchive.FinishImportAsync(Import, CancellationToken.None);
        Assert.Single(await RecordAsync(Ledger, ("AR1133", "a")));
        Assert.Null(OtherLedger.WriteFault);
    }

    [Fact]
    public async Task Two_processes_that_import_the_same_write_it_once()
    {
        await FillSourceAsync(routes: 12, keysPerRoute: 95);
        var entries = await ReadAsync(_source.Replicas[0].Archive);
        ILedgerArchive[] both = [Archive, OtherArchive];
        await Task.WhenAll(both.Select(archive => archive.BeginImportAsync(Import, CancellationToken.None)));
        await Task.WhenAll(both.Select(archive => ImportAllAsync(archive, entries)));
        await Task.WhenAll(both.Select(archive => archive.FinishImportAsync(Import, CancellationToken.None)));

        Assert.Equal(InOrder(entries), InOrder(await ReadAsync(Archive)));
    }

    [Fact]
    public async Task A_part_that_arrives_after_the_import_was_finished_undoes_nothing()
    {
        ArchiveEntry[] entries = [new RouteEntry(new RouteSummary(Route, 7, _store.Time.GetUtcNow(), _store.Time.GetUtcNow()))];
        await Archive.BeginImportAsync(Import, CancellationToken.None);
        var late = new TaskCompletionSource();
        var isHeld = new TaskCompletionSource();
        _store.Networks[1].Treat = async request =>
        {
            if (request.IsTransaction)
            {
                isHeld.TrySetResult();
                await late.Task;
                return await request.Send(CancellationToken.None);
            }

            return await request.SendAsync();
        };
        var held = OtherArchive.ImportAsync(Import, 0, entries, CancellationToken.None);
        await isHeld.Task;
        await Archive.ImportAsync(Import, 0, entries, CancellationToken.None);
        await Archive.FinishImportAsync(Import, CancellationToken.None);
        Assert.Equal(8, Assert.Single(await RecordAsync(Ledger, ("AR1133", "a"))).Total);

        late.SetResult();
        await held;
        Assert.Equal(8, await Ledger.TotalAsync(Route, CancellationToken.None));
    }

    [Fact]
    public async Task A_ledger_with_transactions_takes_no_import()
    {
        await RecordAsync(OtherLedger, ("AR1133", "a"));

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => Archive.BeginImportAsync(Import, CancellationToken.None));
        Assert.Contains(_store.Settings.Table, refused.Message);
        Assert.Equal(2, Assert.Single(await RecordAsync(Ledger, ("AR1133", "b"))).Total);
    }

    [Fact]
    public async Task A_transaction_that_slips_in_before_its_process_sees_the_import_stops_the_import()
    {
        // The other process can no longer read the table, so it learns of the import only once it must check before it writes.
        var isAnnounced = new TaskCompletionSource();
        _store.Networks[1].Treat = request =>
            request.Operation == "Query" ? throw new HttpRequestException("Cut by the test.") : request.SendAsync();
        _store.Networks[0].Treat = async request =>
        {
            var answer = await request.SendAsync();
            if (request.Operation == "PutItem")
            {
                isAnnounced.SetResult();
            }

            return answer;
        };
        var begin = Archive.BeginImportAsync(Import, CancellationToken.None);
        await isAnnounced.Task;
        try
        {
            await RecordAsync(OtherLedger, ("AR1133", "slips in"));
        }
        catch (StoreUnavailableException)
        {
            // On a slow machine, its last check was too long ago.
            Assert.Equal(0, await begin);
            return;
        }

        await Assert.ThrowsAsync<StoreUnavailableException>(() => begin);
        Assert.Equal(2, Assert.Single(await RecordAsync(Ledger, ("AR1133", "after"))).Total);
    }

    [Fact]
    public async Task Keys_that_have_left_the_window_are_not_read()
    {
        await RecordAsync(Ledger, ("AR1133", "old"));
        _store.Time.Advance(Ledger.KeyWindow);
        await RecordAsync(Ledger, ("AR1133", "on the edge"));
        _store.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal((1, 2, 1), CountsOf(await ReadAsync(Archive)));
    }

    [Theory]
    [InlineData("another", 0)]
    [InlineData(Import, 1)]
    public async Task A_batch_of_another_import_or_out_of_turn_is_refused(string import, long batch)
    {
        await Archive.BeginImportAsync(Import, CancellationToken.None);
        ArchiveEntry[] entries = [new RouteEntry(new RouteSummary(Route, 7, _store.Time.GetUtcNow(), _store.Time.GetUtcNow()))];

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => Archive.ImportAsync(import, batch, entries, CancellationToken.None));
        Assert.Contains(Import, refused.Message);
        Assert.Equal(0, await Ledger.TotalAsync(Route, CancellationToken.None));
    }

    private static async Task<List<ArchiveEntry>> ReadAsync(ILedgerArchive archive)
    {
        var entries = new List<ArchiveEntry>();
        await foreach (var entry in archive.ReadAsync(CancellationToken.None))
        {
            entries.Add(entry);
        }

        return entries;
    }

    private static async Task ImportAllAsync(ILedgerArchive archive, List<ArchiveEntry> entries)
    {
        foreach (var (number, batch) in entries.Chunk(Limits.ImportBatchEntries).Index())
        {
            await archive.ImportAsync(Import, number, batch, CancellationToken.None);
        }
    }

    private static IEnumerable<string> InOrder(IEnumerable<ArchiveEntry> entries) =>
        entries.Select(entry => entry.ToString()).Order(StringComparer.Ordinal);

    private static (int Routes, int Hours, int Keys) CountsOf(List<ArchiveEntry> entries) =>
        (entries.OfType<RouteEntry>().Count(), entries.OfType<HourEntry>().Count(), entries.OfType<KeyEntry>().Count());

    private static async Task<RecordOutcome[]> RecordAsync(ITransactionLedger ledger, params (string Route, string Key)[] transactions)
    {
        var batch = transactions.Select(one => new Transaction(FlightRoute.Parse(one.Route), TransactionKey.Parse(one.Key))).ToArray();
        var outcomes = new RecordOutcome[batch.Length];
        await ledger.RecordAsync(batch, outcomes, CancellationToken.None);
        return outcomes;
    }

    /// <summary>Fills the source over two hours.</summary>
    private async Task FillSourceAsync(int routes, int keysPerRoute)
    {
        foreach (var half in Enumerable.Range(0, keysPerRoute).Chunk((keysPerRoute + 1) / 2))
        {
            await RecordAsync(
                _source.Replicas[0].Ledger,
                [.. Enumerable.Range(1, routes).SelectMany(route => half.Select(key => ($"AR{route}", $"AR{route} key {key}")))]);
            _source.Time.Advance(TimeSpan.FromHours(1));
        }
    }
}

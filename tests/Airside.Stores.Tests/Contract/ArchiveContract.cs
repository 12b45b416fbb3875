using Airside.Core;
using Airside.Core.Airlines;
using Airside.Core.Transactions;

namespace Airside.Stores.Tests.Contract;

/// <summary>Export and import are exact, and interrupted imports never count anything twice.</summary>
/// <param name="makeStore">Creates an empty store.</param>
public abstract class ArchiveContract(Func<ITestStore> makeStore) : StoreContract(makeStore())
{
    /// <summary>Enough for more than two import batches.</summary>
    private const int Many = 2_300;

    /// <summary>Enough when the number of batches does not matter.</summary>
    private static readonly int Few = Amount.Choose(day: 230, night: Many);

    private ITestStore? _target;

    /// <summary>Whether a process that started after an import began knows about it.</summary>
    protected virtual bool RemembersBrokenImports => true;

    private ITestStore Target => _target ?? throw new InvalidOperationException("The store to import into is not open.");

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _target = makeStore();
        await _target.OpenAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (_target is not null)
        {
            await _target.DisposeAsync();
        }

        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_is_imported_is_exported_byte_by_byte()
    {
        await RecordSampleAsync(Many);
        var archive = await ExportAsync();
        var outcome = await ImportAsync(archive);

        Assert.False(outcome.WasImportedBefore);
        Assert.Equal(Many, outcome.Archive.Counts.Keys);
        Assert.Equal(archive, await Archived.ExportAsync(Target.Replicas[^1]));
        await Target.OpenAsync();
        Assert.Equal(archive, await Archived.ExportAsync(Target.Replicas[0]));
    }

    [Fact]
    public async Task An_empty_store_can_be_moved_too()
    {
        var empty = await Archived.ExportAsync(Target.Replicas[0]);
        Assert.False((await ImportAsync(empty)).WasImportedBefore);
        Assert.Equal(empty, await Archived.ExportAsync(Target.Replicas[0]));
        Assert.Equal(Recorded("AR1", 1), await RecordAsync(Target.Ledgers[0], "AR1", "a"));
    }

    [Fact]
    public async Task Only_keys_in_the_window_are_exported()
    {
        await RecordSampleAsync(Few);
        Time.AdjustTime(TestTime.Start + Ledger.KeyWindow + TimeSpan.FromMinutes(30));
        var (_, batches) = await Archived.BatchesAsync(await ExportAsync());

        Assert.All(
            batches.SelectMany(batch => batch).OfType<KeyEntry>(),
            key => Assert.True(key.RecordedAt >= Time.GetUtcNow() - Ledger.KeyWindow));
        Assert.Empty(await Archived.ReconcileAsync(Store.Replicas[0], Time));
    }

    [Fact]
    public async Task A_key_that_was_recorded_again_after_the_window_is_exported_once()
    {
        await RecordSampleAsync(Few);
        Time.Advance(Ledger.KeyWindow + TimeSpan.FromHours(1));
        var batch = Enumerable.Range(0, Few).Select(number => Sample(number)).ToArray();
        foreach (var chunk in batch.Chunk(500))
        {
            await RecordAsync(Ledger, chunk);
        }

        var archive = await ExportAsync();
        await ImportAsync(archive);
        Assert.Equal(archive, await Archived.ExportAsync(Target.Replicas[0]));
    }

    [Fact]
    public async Task An_imported_key_is_a_repeat_with_the_total_of_the_first_time()
    {
        await RecordSampleAsync(Few);
        await ImportAsync(await ExportAsync());
        foreach (var restart in (bool[])[false, true])
        {
            if (restart)
            {
                await Target.OpenAsync();
            }

            foreach (var number in (int[])[0, 1, Few / 2, Few - 1])
            {
                var expected = Assert.Single(await RecordAsync(Ledger, Sample(number)));
                Assert.True(expected.IsReplay);
                Assert.Equal(expected, Assert.Single(await RecordAsync(Target.Ledgers[^1], Sample(number))));
            }
        }
    }

    [Fact]
    public async Task Counting_goes_on_where_the_archive_ended()
    {
        await RecordSampleAsync(Few);
        await ImportAsync(await ExportAsync());
        foreach (var key in (string[])["one more", "another"])
        {
            Assert.Equal(await RecordAsync(Ledger, "AR1", key), await RecordAsync(Target.Ledgers[0], "AR1", key));
            await Target.OpenAsync();
        }

        Assert.Empty(await Archived.ReconcileAsync(Target.Replicas[0], Time));
        Assert.Equal(await ExportAsync(), await Archived.ExportAsync(Target.Replicas[0]));
    }

    [Fact]
    public async Task A_finished_import_that_is_run_again_changes_nothing()
    {
        await RecordSampleAsync(Many);
        var archive = await ExportAsync();
        await ImportAsync(archive);
        await RecordAsync(Target.Ledgers[0], "AR1", "one more");
        var before = await Archived.ExportAsync(Target.Replicas[0]);

        Assert.True((await ImportAsync(archive)).WasImportedBefore);
        await Target.OpenAsync();
        Assert.True((await ImportAsync(archive)).WasImportedBefore);
        var (id, batches) = await Archived.BatchesAsync(archive);
        await Target.Replicas[0].Archive.FinishImportAsync(id, CancellationToken.None);
        Assert.NotEmpty(batches);
        Assert.Equal(before, await Archived.ExportAsync(Target.Replicas[0]));
    }

    [Fact]
    public async Task An_import_that_is_broken_off_after_any_batch_is_gone_on_with()
    {
        await RecordSampleAsync(Many);
        var archive = await ExportAsync();
        var (id, batches) = await Archived.BatchesAsync(archive);
        Assert.True(batches.Count >= 3, $"{batches.Count} batches are too few to break off between them.");
        for (var broken = 0; broken <= batches.Count; broken++)
        {
            var importer = Target.Replicas[broken % Target.Replicas.Count].Archive;
            var written = await importer.BeginImportAsync(id, CancellationToken.None);
            Assert.Equal(RemembersBrokenImports ? Math.Max(0, broken - 1) : 0, written);
            for (var batch = (int)written!; batch < broken; batch++)
            {
                await importer.ImportAsync(id, batch, batches[batch], CancellationToken.None);

                // Sent again, as if the first response was lost.
                await importer.ImportAsync(id, batch, batches[batch], CancellationToken.None);
            }

            await Target.OpenAsync();
        }

        await ImportAsync(archive);
        Assert.Equal(archive, await Archived.ExportAsync(Target.Replicas[0]));
    }

    [Fact]
    public async Task Two_imports_of_one_archive_at_once_come_to_one()
    {
        await RecordSampleAsync(Many);
        var archive = await ExportAsync();
        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(number => Task.Run(
                () => Archived.ImportAsync(Target.Replicas[number % Target.Replicas.Count], archive))));

        Assert.Contains(outcomes, outcome => !outcome.WasImportedBefore);
        Assert.Equal(archive, await Archived.ExportAsync(Target.Replicas[0]));
        Assert.Empty(await Archived.ReconcileAsync(Target.Replicas[0], Time));
    }

    [Fact]
    public async Task Transactions_are_refused_until_the_import_is_finished_and_taken_afterwards()
    {
        await RecordSampleAsync(Many);
        var archive = await ExportAsync();
        var (id, batches) = await Archived.BatchesAsync(archive);
        var importer = Target.Replicas[0].Archive;
        await importer.BeginImportAsync(id, CancellationToken.None);
        await RefusedAsync();
        await importer.ImportAsync(id, 0, batches[0], CancellationToken.None);
        await RefusedAsync();

        await ImportAsync(archive);
        Assert.Equal(archive, await Archived.ExportAsync(Target.Replicas[0]));
        Assert.False((await RecordAsync(Target.Ledgers[^1], "AR1", "meanwhile")).IsReplay);

        async Task RefusedAsync()
        {
            foreach (var ledger in Target.Ledgers)
            {
                var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(ledger, "AR1", "meanwhile"));
                Assert.Contains("import", exception.Message, StringComparison.OrdinalIgnoreCase);
            }
        }
    }

    [Fact]
    public async Task A_ledger_with_transactions_takes_no_import()
    {
        await RecordSampleAsync(Few);
        await RecordAsync(Target.Ledgers[0], "KLM42X", "mine");
        var before = await Archived.ExportAsync(Target.Replicas[0]);
        var archive = await ExportAsync();

        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => ImportAsync(archive));
        Assert.Contains("transaction", exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, await Archived.ExportAsync(Target.Replicas[0]));
        Assert.Equal(Recorded("KLM42X", 2), await RecordAsync(Target.Ledgers[0], "KLM42X", "mine too"));
    }

    [Fact]
    public async Task A_second_archive_is_not_taken_on_top_of_the_first()
    {
        await RecordSampleAsync(Few);
        await ImportAsync(await ExportAsync());
        await RecordAsync(Ledger, "AR1", "one more");
        var second = await ExportAsync();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => ImportAsync(second));
        Assert.Equal(Few, (await Archived.BatchesAsync(await Archived.ExportAsync(Target.Replicas[0]))).Batches
            .Sum(batch => batch.OfType<KeyEntry>().Count()));
    }

    [Fact]
    public async Task A_spoiled_archive_changes_nothing()
    {
        await RecordSampleAsync(Few);
        var archive = await ExportAsync();
        archive[archive.Length / 2] ^= 1;
        await Assert.ThrowsAsync<Archives.ArchiveFormatException>(() => ImportAsync(archive));

        Assert.Equal(Recorded("AR1", 1), await RecordAsync(Target.Ledgers[0], "AR1", "a"));
        Assert.Null(await Target.Airlines.LoadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_sums_of_a_ledger_agree()
    {
        await RecordSampleAsync(Many);
        Assert.Empty(await Archived.ReconcileAsync(Store.Replicas[^1], Time));
    }

    private Task<byte[]> ExportAsync() => Archived.ExportAsync(Store.Replicas[0]);

    private Task<Archives.ImportOutcome> ImportAsync(byte[] archive)
    {
        Target.Time.AdjustTime(Time.GetUtcNow());
        return Archived.ImportAsync(Target.Replicas[0], archive);
    }

    private static Transaction Sample(int number) => Transaction($"AR{1 + (number % 7)}", $"key \"{number}\" ✈");

    private async Task RecordSampleAsync(int transactions)
    {
        await Store.Airlines.ReplaceAsync(
            new AirlineCatalog(
                [new Airline(3, "Aerolíneas", null, "AR", "ARG", "", "Argentina", active: true)], "body", Time.GetUtcNow()),
            CancellationToken.None);
        foreach (var numbers in Enumerable.Range(0, transactions).Chunk(transactions / 23))
        {
            Time.Advance(TimeSpan.FromMinutes(7));
            await RecordAsync(Ledger, [.. numbers.Select(Sample)]);
        }
    }
}

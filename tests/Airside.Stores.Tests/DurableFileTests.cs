using Airside.Archives;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Tests.Contract;
using Airside.Stores.Tests.Embedded;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests;

/// <summary>A file is written in full or not at all, even on a full disk.</summary>
public sealed class DurableFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("airside-").FullName;

    [Fact]
    public async Task A_file_takes_the_place_of_the_old_one_in_one_step()
    {
        var path = Path.Combine(_directory, "a");
        await File.WriteAllTextAsync(path, "old");
        var result = await DurableFile.WriteAsync(path, async file =>
        {
            await file.WriteAsync("new"u8.ToArray());
            await file.FlushAsync();
            Assert.Equal("old", await File.ReadAllTextAsync(path));
            return 7;
        });

        Assert.Equal(7, result);
        Assert.Equal("new", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public async Task Where_the_writer_fails_the_old_file_stays_and_nothing_else()
    {
        var path = Path.Combine(_directory, "a");
        await File.WriteAllTextAsync(path, "old");
        await Assert.ThrowsAsync<StoreDamagedException>(() => DurableFile.WriteAsync<int>(
            path, _ => throw new StoreDamagedException("The store is damaged.")));

        Assert.Equal("old", await File.ReadAllTextAsync(path));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    [Trait("Category", "Tool")]
    public async Task On_a_full_disk_an_export_leaves_nothing_and_an_import_leaves_the_ledger_empty()
    {
        using var mount = SmallMount.Create(megabytes: 8);
        await using var source = new EmbeddedTestStore();
        await source.OpenAsync();
        var transactions = Enumerable.Range(0, 5_000).Select(
            number => new Transaction(FlightRoute.Parse("AR1"), TransactionKey.Parse($"key {number}"))).ToArray();
        await source.Replicas[0].Ledger.RecordAsync(transactions, new RecordOutcome[transactions.Length], CancellationToken.None);
        var archive = await Archived.ExportAsync(source.Replicas[0]);
        await using var target = EmbeddedStore.Open(
            Path.Combine(mount.Path, "data"), TimeSpan.FromHours(48), source.Time, NullLogger.Instance);
        var filler = mount.Fill();

        await Assert.ThrowsAsync<IOException>(() => DurableFile.WriteAsync(
            Path.Combine(mount.Path, "archive"),
            file => ArchiveTransfer.ExportAsync(
                source.Replicas[0], file, TimeProvider.System, new NameConversion(), new SortSpace(mount.Path), progress: null,
                CancellationToken.None)));
        var exception = await Assert.ThrowsAsync<StoreUnavailableException>(() => Archived.ImportAsync(target, archive));

        Assert.Contains("space", exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal([filler], Directory.GetFiles(mount.Path));
        File.Delete(filler);
        await Archived.ImportAsync(target, archive);
        Assert.Equal(archive, await Archived.ExportAsync(target));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}

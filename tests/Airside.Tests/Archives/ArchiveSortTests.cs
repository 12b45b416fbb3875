using Airside.Archives;
using Airside.Core;
using Airside.Core.Transactions;

namespace Airside.Tests.Archives;

/// <summary>A ledger larger than memory is sorted in temporary files.</summary>
public sealed class ArchiveSortTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("airside-").FullName;

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 2)]
    [InlineData(7, 5)]
    [InlineData(100, 64)]
    public async Task The_archive_is_the_same_however_little_is_sorted_at_once(int entriesMax, int filesMax)
    {
        var entries = SampleLedger.Entries(new Random(7), 500);
        var (expected, _) = await SampleLedger.WriteAsync(entries, SampleLedger.Catalog);
        var filesSeen = 0;
        var (bytes, _) = await SampleLedger.WriteAsync(
            entries.Select(entry =>
            {
                filesSeen = Math.Max(filesSeen, Directory.GetFiles(_directory, "*", SearchOption.AllDirectories).Length);
                return entry;
            }),
            SampleLedger.Catalog,
            new SortSpace(_directory, entriesMax, filesMax));

        Assert.Equal(expected, bytes);
        Assert.InRange(filesSeen, 1, filesMax);
        Assert.Empty(Directory.GetFileSystemEntries(_directory));
    }

    [Fact]
    public async Task A_small_ledger_needs_no_temporary_file()
    {
        var missing = Path.Combine(_directory, "missing");
        await SampleLedger.WriteAsync(SampleLedger.Entries(new Random(7), 500), catalog: null, new SortSpace(missing));
        Assert.False(Directory.Exists(missing));
    }

    [Fact]
    public async Task Temporary_files_go_also_where_the_export_fails()
    {
        var entries = SampleLedger.Entries(new Random(7), 100);
        await Assert.ThrowsAsync<StoreDamagedException>(
            () => SampleLedger.WriteAsync([.. entries, .. entries], catalog: null, new SortSpace(_directory, 10, 4)));
        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => SampleLedger.WriteAsync(entries.Concat(Broken()), catalog: null, new SortSpace(_directory, 10, 4)));
        Assert.Empty(Directory.GetFileSystemEntries(_directory));

        static IEnumerable<ArchiveEntry> Broken()
        {
            yield return new HourEntry(FlightRoute.Parse("ZZ1"), SampleLedger.Noon, 1);
            throw new StoreUnavailableException("The store went away.");
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);
}

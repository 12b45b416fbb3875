using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Embedded.Imports;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Embedded.Snapshots;
using Airside.Stores.Shared;

namespace Airside.Stores.Tests.Embedded;

/// <summary>An import into the embedded store takes effect in full or not at all, whatever fails.</summary>
public sealed class ImportCrashTests
{
    private static readonly byte[] Id = [.. Enumerable.Range(1, ImportFormat.IdBytes).Select(number => (byte)number)];
    private static readonly EmbeddedOptions Options = new(TimeSpan.FromHours(48), SegmentBytes: 2_000, SnapshotBytes: 4_000);

    [Fact]
    [Trait("Category", "Slow")]
    public void An_import_is_there_whole_or_not_at_all_after_any_crash() => Seeds.Run(500, seed =>
    {
        var random = new Random(seed);
        var (entries, model) = Source(random, transactions: 200);
        var disk = new SimulatedDisk(random);
        var isPromised = false;
        for (var attempts = random.Next(1, 6); attempts > 0; attempts--)
        {
            PlanFaults(random, disk);
            FaultPoint.Observer = () => disk.Faults.Step();
            try
            {
                using var ledger = Open(disk);
                AssertWholeOrEmpty(ledger, model, isPromised);
                Import(ledger, entries, random);
                isPromised = true;
                AssertWholeOrEmpty(ledger, model, isPromised);
            }
            catch (Exception exception) when (
                exception is SimulatedCrashException or StoreUnavailableException || SimulatedFaults.IsSimulated(exception))
            {
                // The next process shows what is left.
            }
            finally
            {
                FaultPoint.Observer = null;
            }

            disk.Kill();
            disk = random.Next(3) == 0 ? disk.Crash() : disk;
        }

        using (var ledger = Open(disk))
        {
            AssertWholeOrEmpty(ledger, model, isPromised);
            Import(ledger, entries, random);
        }

        AssertGoesOn(disk, model, random);
    });

    [Fact]
    public void A_failed_import_leaves_a_ledger_that_records_and_can_be_imported_into_after_a_restart()
    {
        var (entries, model) = Source(new Random(1), transactions: 50);
        var disk = new SimulatedDisk(new Random(1));
        using (var ledger = Open(disk))
        {
            disk.Faults.CapacityBytes = 500;
            var exception = Assert.Throws<StoreUnavailableException>(() => Import(ledger, entries, new Random(1)));
            Assert.Contains("no space left", exception.Message, StringComparison.Ordinal);
            Assert.Contains("Airside:DataDirectory", exception.Message, StringComparison.Ordinal);
            Assert.Equal(0, disk.UsedBytes);
            Assert.Null(ledger.WriteFault);

            disk.Faults.CapacityBytes = long.MaxValue;
            Import(ledger, entries, new Random(1));
            Assert.Null(LedgerComparison.Difference(ledger, model, TestTime.Start.AddDays(-1)));
        }

        AssertGoesOn(disk, model, new Random(1));
    }

    [Fact]
    public void A_segment_that_holds_nothing_is_in_nobodys_way()
    {
        var (entries, model) = Source(new Random(2), transactions: 50);
        var disk = new SimulatedDisk(new Random(2));
        using (var ledger = Open(disk))
        {
            // The header of the segment is written, the record is not.
            disk.Faults.WritesUntilFailure = 1;
            Assert.Throws<StoreUnavailableException>(() => ledger.Commit([TestLedger.Transaction("AR1", "a")], new RecordOutcome[1]));
            Assert.Contains("Nothing can be imported", Assert.Throws<StoreUnavailableException>(() => ledger.BeginImport(Id)).Message);
        }

        using (var ledger = Open(disk))
        {
            Import(ledger, entries, new Random(2));
        }

        AssertGoesOn(disk, model, new Random(2));
    }

    [Fact]
    public void An_archive_whose_hours_do_not_add_up_is_refused_and_nothing_of_it_stays()
    {
        var (entries, _) = Source(new Random(3), transactions: 50);
        var hour = entries.FindIndex(entry => entry is HourEntry);
        entries[hour] = (HourEntry)entries[hour] with { Transactions = 1_000 };
        var disk = new SimulatedDisk(new Random(3));
        using var ledger = Open(disk);

        var exception = Assert.Throws<StoreUnavailableException>(() => Import(ledger, entries, new Random(3)));
        Assert.Contains("do not add up", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, disk.UsedBytes);
        Assert.Empty(ledger.Routes.Routes);
    }

    [Fact]
    public void A_flipped_bit_in_what_was_imported_is_refused_with_file_and_offset()
    {
        var disk = ImportedDisk(transactions: 5);
        for (var bit = 0L; bit < disk.ContentOf(ImportFormat.FileName).Length * 8; bit++)
        {
            var damaged = disk.Copy();
            damaged.FlipBit(ImportFormat.FileName, bit);
            var exception = Assert.Throws<StoreDamagedException>(() => Open(damaged));
            Assert.Matches($"file '{ImportFormat.FileName}', offset [0-9]+", exception.Message);
        }
    }

    [Fact]
    public void What_was_imported_and_then_cut_anywhere_is_refused()
    {
        var disk = ImportedDisk(transactions: 5);
        for (var length = 0; length < disk.ContentOf(ImportFormat.FileName).Length; length++)
        {
            var damaged = disk.Copy();
            damaged.Cut(ImportFormat.FileName, length);
            Assert.Throws<StoreDamagedException>(() => Open(damaged));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(400)]
    public void A_journal_is_not_taken_without_the_import_that_it_follows_nor_behind_another(int transactions)
    {
        var disk = ImportedDisk(transactions: 5);
        using (var ledger = Open(disk))
        {
            Record(ledger, transactions);
        }

        // With many transactions, a snapshot has the totals, and only the keys of the import would be missing.
        Assert.Equal(transactions > 1, disk.List().Any(name => Snapshot.TryParseName(name, out _)));
        disk.Remove(ImportFormat.FileName);
        Assert.Contains(ImportFormat.FileName, Assert.Throws<StoreDamagedException>(() => Open(disk)).Message);

        var other = new SimulatedDisk(new Random(9));
        using (var ledger = Open(other))
        {
            ledger.BeginImport([.. Id.Reverse()]);
            ledger.FinishImport([.. Id.Reverse()]);
        }

        disk.Put(ImportFormat.FileName, other.ContentOf(ImportFormat.FileName));
        Assert.Throws<StoreDamagedException>(() => Open(disk));
    }

    [Fact]
    public void Once_its_keys_have_left_the_window_only_the_id_of_an_import_is_kept()
    {
        var (entries, model) = Source(new Random(5), transactions: 200);
        var disk = new SimulatedDisk(new Random(5));
        using (var ledger = Open(disk))
        {
            Import(ledger, entries, new Random(5));
        }

        AssertGoesOn(disk, model, new Random(5));
        var whole = disk.ContentOf(ImportFormat.FileName).Length;
        Assert.InRange(whole, 5_000, int.MaxValue);

        var time = new FakeTimeProvider(TestTime.Start.AddDays(3));
        RecordPastTheWindow(disk, time);
        Assert.Equal(ImportFormat.FileHeaderBytes + ImportFormat.BlockHeaderBytes, disk.ContentOf(ImportFormat.FileName).Length);
        AssertTotals(disk, time, model);
    }

    [Fact]
    public void Totals_survive_a_crash_at_any_step_while_an_import_is_reduced_to_its_id()
    {
        var (entries, model) = Source(new Random(6), transactions: 200);
        var imported = new SimulatedDisk(new Random(6));
        using (var ledger = Open(imported))
        {
            Import(ledger, entries, new Random(6));
        }

        var (time, isReduced) = (new FakeTimeProvider(TestTime.Start.AddDays(3)), false);
        for (var operations = 0; !isReduced; operations++)
        {
            var disk = imported.Copy();
            disk.Faults.OperationsUntilCrash = operations;
            try
            {
                RecordPastTheWindow(disk, time);
                isReduced = true;
            }
            catch (SimulatedCrashException)
            {
                // The next process shows what is left.
            }

            disk.Kill();
            AssertTotals(disk.Crash(), time, model);
        }
    }

    /// <summary>Records until the first segment is removed, two windows after the import.</summary>
    private static void RecordPastTheWindow(SimulatedDisk disk, FakeTimeProvider time)
    {
        using var ledger = JournaledLedger.Open(disk, time, Options);
        for (var batch = 0; batch == 0 || disk.List().Contains(JournalFormat.SegmentName(1)); batch++)
        {
            var transactions = Enumerable.Range(0, 20).Select(i => TestLedger.Transaction("AR9", $"later {batch} {i}")).ToArray();
            ledger.Commit(transactions, new RecordOutcome[transactions.Length]);
            TestLedger.BuildDueSnapshot(ledger);
            time.Advance(TimeSpan.FromHours(20));
        }
    }

    private static void AssertTotals(SimulatedDisk disk, FakeTimeProvider time, LedgerModel model)
    {
        using var ledger = JournaledLedger.Open(disk, time, Options);
        Assert.Null(ledger.BeginImport(Id));
        var route = FlightRoute.Parse("AR1");
        Assert.Equal(model.Recorded.Count(pair => pair.Value.Route == route), ledger.Routes.Find(route)!.Total);
    }

    private static SimulatedDisk ImportedDisk(int transactions)
    {
        var disk = new SimulatedDisk(new Random(4));
        using var ledger = Open(disk);
        Import(ledger, Source(new Random(4), transactions).Entries, new Random(4));
        return disk;
    }

    private static JournaledLedger Open(SimulatedDisk disk) => JournaledLedger.Open(disk, new FakeTimeProvider(TestTime.Start), Options);

    /// <summary>Returns the archive entries of a new ledger, and its model.</summary>
    private static (List<ArchiveEntry> Entries, LedgerModel Model) Source(Random random, int transactions)
    {
        var source = new TestLedger(new SimulatedDisk(random), Options);
        using var ledger = source.Open();
        for (var number = 0; number < transactions; number += 5)
        {
            source.Commit(ledger, Enumerable.Range(number, 5).Select(
                i => TestLedger.Transaction($"AR{random.Next(1, 5)}", $"key {i} é")));
        }

        return (ReadAll(ledger), source.Model);
    }

    private static List<ArchiveEntry> ReadAll(JournaledLedger ledger)
    {
        var reading = ledger.BeginReading();
        var entries = new List<ArchiveEntry>();
        foreach (var (summary, days, hours) in reading.Counts)
        {
            entries.Add(new RouteEntry(summary));
            entries.AddRange(days.All()
                .Select(day => new DayEntry(summary.Route, day.Start, day.Transactions)));
            entries.AddRange(hours.All()
                .Select(hour => new HourEntry(summary.Route, hour.Start, hour.Transactions)));
        }

        while (reading.NextKeys() is { } keys)
        {
            entries.AddRange(keys);
        }

        return entries;
    }

    private static void Import(JournaledLedger ledger, List<ArchiveEntry> entries, Random random)
    {
        if (ledger.BeginImport(Id) is not { } written)
        {
            return;
        }

        Assert.Equal(0, written);
        foreach (var (batch, chunk) in entries.Chunk(random.Next(1, 100)).Index())
        {
            ledger.Import(Id, batch, chunk);
        }

        ledger.FinishImport(Id);
    }

    private static void AssertWholeOrEmpty(JournaledLedger ledger, LedgerModel model, bool mustBeWhole)
    {
        var difference = LedgerComparison.Difference(ledger, model, TestTime.Start.AddDays(-1));
        if (difference is not null)
        {
            Assert.False(mustBeWhole, $"The import was finished, but {difference}.");
            Assert.Empty(ledger.Routes.Routes);
            Assert.Equal(0, ledger.KeyCount);
        }
    }

    /// <summary>Records repeats and new transactions after the import, past the next snapshots, and reopens the ledger.</summary>
    private static void AssertGoesOn(SimulatedDisk disk, LedgerModel model, Random random)
    {
        model = model.Copy();
        var time = new FakeTimeProvider(TestTime.Start);
        for (var process = 0; process < 2; process++)
        {
            using var ledger = JournaledLedger.Open(disk, time, Options);
            Assert.Null(LedgerComparison.Difference(ledger, model, time.GetUtcNow() - Options.KeyWindow));
            foreach (var chunk in model.Recorded.Select(pair => new Transaction(pair.Value.Route, pair.Key)).ToArray()
                .Concat(Enumerable.Range(0, 150).Select(i => TestLedger.Transaction("AR2", $"new {process} {i} {random.Next()}")))
                .Chunk(20))
            {
                var outcomes = new RecordOutcome[chunk.Length];
                ledger.Commit(chunk, outcomes);
                model.Apply(chunk, outcomes, time.GetUtcNow(), time.GetUtcNow() - Options.KeyWindow);
                TestLedger.BuildDueSnapshot(ledger);
            }
        }

        using var again = JournaledLedger.Open(disk, time, Options);
        Assert.Null(LedgerComparison.Difference(again, model, time.GetUtcNow() - Options.KeyWindow));
        var keys = model.Recorded.Select(pair => new KeyEntry(pair.Key, pair.Value.Route, pair.Value.Total, pair.Value.At));
        Assert.Equal(keys.ToHashSet(), [.. ReadAll(again).OfType<KeyEntry>()]);
    }

    private static void Record(JournaledLedger ledger, int transactions)
    {
        for (var number = 0; number < transactions; number++)
        {
            ledger.Commit([TestLedger.Transaction("AR1", $"own {number}")], new RecordOutcome[1]);
            TestLedger.BuildDueSnapshot(ledger);
        }
    }

    private static void PlanFaults(Random random, SimulatedDisk disk)
    {
        disk.Faults.OperationsUntilCrash = random.Next(4) == 0 ? -1 : random.Next(30);
        disk.Faults.SyncsUntilFailure = random.Next(4) == 0 ? random.Next(4) : -1;
        disk.Faults.WritesUntilFailure = random.Next(6) == 0 ? random.Next(20) : -1;
        disk.Faults.StepsUntilException = random.Next(2) == 0 ? random.Next(60) : -1;
        disk.Faults.CapacityBytes = random.Next(8) == 0 ? random.Next(10_000) : long.MaxValue;
    }
}

using Airside.Core.Transactions;
using Airside.Stores.Embedded;

namespace Airside.Stores.Tests.Embedded;

/// <summary>A ledger on a simulated disk together with its model.</summary>
internal sealed class TestLedger(SimulatedDisk disk, EmbeddedOptions options)
{
    public TestLedger()
        : this(new SimulatedDisk(new Random(1)), new EmbeddedOptions(TimeSpan.FromHours(48)))
    {
    }

    public SimulatedDisk Disk { get; } = disk;

    public FakeTimeProvider Time { get; } = new(TestTime.Start);

    public LedgerModel Model { get; } = new();

    public static Transaction Transaction(string route, string key) => new(FlightRoute.Parse(route), TransactionKey.Parse(key));

    /// <summary>Makes a snapshot if one is due.</summary>
    public static void BuildDueSnapshot(JournaledLedger ledger)
    {
        if (ledger.SnapshotIsDue)
        {
            ledger.BeginSnapshot()(CancellationToken.None);
        }
    }

    /// <summary>Opens the ledger of a disk, of this one unless another is given.</summary>
    public JournaledLedger Open(SimulatedDisk? other = null) => JournaledLedger.Open(other ?? Disk, Time, options);

    /// <summary>Records a batch and checks the outcomes against the model.</summary>
    public void Commit(JournaledLedger ledger, params IEnumerable<Transaction> batch) => Commit(ledger, Model, batch);

    /// <summary>Says how the ledger differs from a model right after recovery, or gives null.</summary>
    public string? Difference(JournaledLedger ledger, LedgerModel model) =>
        LedgerComparison.Difference(ledger, model, Time.GetUtcNow() - options.KeyWindow);

    /// <summary>Opens the ledger of a disk, checks that it is as a model says, and that it goes on to record.</summary>
    public void AssertExact(SimulatedDisk disk, LedgerModel model)
    {
        using (var ledger = Open(disk))
        {
            Assert.Null(Difference(ledger, model));
            model = model.Copy();
            var repeats = model.Recorded.Select(pair => new Transaction(pair.Value.Route, pair.Key));
            Commit(ledger, model, repeats.Append(Transaction("ZZ9", "one more")));
        }

        using var again = Open(disk);
        Assert.Null(Difference(again, model));
    }

    private void Commit(JournaledLedger ledger, LedgerModel model, IEnumerable<Transaction> transactions)
    {
        Transaction[] batch = [.. transactions];
        var outcomes = new RecordOutcome[batch.Length];
        ledger.Commit(batch, outcomes);
        model.Apply(batch, outcomes, Time.GetUtcNow(), Time.GetUtcNow() - options.KeyWindow);
    }
}

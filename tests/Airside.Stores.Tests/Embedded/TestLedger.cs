using Airside.Core.Transactions;
using Airside.Stores.Embedded;

namespace Airside.Stores.Tests.Embedded;

/// <summary>A ledger on a simulated disk, with its model.</summary>
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

    public static void BuildDueSnapshot(JournaledLedger ledger)
    {
        if (ledger.SnapshotIsDue)
        {
            ledger.BeginSnapshot()(CancellationToken.None);
        }
    }

    /// <summary>Opens the ledger of this disk, or of another one.</summary>
    public JournaledLedger Open(SimulatedDisk? other = null) => JournaledLedger.Open(other ?? Disk, Time, options);

    /// <summary>Records a batch and checks the outcomes against the model.</summary>
    public void Commit(JournaledLedger ledger, params IEnumerable<Transaction> batch) => Commit(ledger, Model, batch);

    /// <summary>Returns how the ledger differs from a model right after recovery, or null.</summary>
    public string? Difference(JournaledLedger ledger, LedgerModel model) =>
        LedgerComparison.Difference(ledger, model, Time.GetUtcNow() - options.KeyWindow);

    /// <summary>Checks that the ledger of a disk matches a model and can still record.</summary>
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

using Airside.Core.Transactions;
using Airside.Stores.Embedded;

namespace Airside.Stores.Tests.Embedded;

/// <summary>
/// A killed process leaves writes in the operating system's memory. The next process reads them, and whatever it acknowledges must then
/// survive a power loss.
/// </summary>
public sealed class KilledProcessTests
{
    private static readonly EmbeddedOptions Options = new(TimeSpan.FromHours(48), SegmentBytes: 400);
    private static readonly Transaction[] Batch = [TestLedger.Transaction("AR1133", "a"), TestLedger.Transaction("BA7", "b")];

    [Fact]
    public void An_acknowledged_repeat_survives_a_power_loss_though_two_processes_were_killed_before_it()
    {
        for (var first = 0; first < 24; first++)
        {
            for (var second = 0; second < 8; second++)
            {
                for (var seed = 1; seed <= 10; seed++)
                {
                    AssertRepeatSurvives(first, second, seed);
                }
            }
        }
    }

    /// <summary>Kills two processes after the given numbers of operations, and cuts the power after a third.</summary>
    private static void AssertRepeatSurvives(int first, int second, int seed)
    {
        var disk = new SimulatedDisk(new Random(seed));
        foreach (var (process, operations) in new[] { ("first", first), ("second", second) })
        {
            disk.Faults.OperationsUntilCrash = operations;
            Assert.Throws<SimulatedCrashException>(() => RunUntilKilled(disk, process));
            disk.Kill();
        }

        var acknowledged = Record(new TestLedger(disk, Options).Open());
        disk = disk.Crash();
        var repeated = Record(new TestLedger(disk, Options).Open());
        Assert.Equal(acknowledged.Select(outcome => outcome with { IsReplay = true }), repeated);
    }

    /// <summary>Records the batch, then new transactions without end.</summary>
    private static void RunUntilKilled(SimulatedDisk disk, string process)
    {
        var ledger = new TestLedger(disk, Options).Open();
        Record(ledger);
        for (var i = 0; ; i++)
        {
            ledger.Commit([TestLedger.Transaction("AR1133", $"{process} {i}")], new RecordOutcome[1]);
        }
    }

    private static RecordOutcome[] Record(JournaledLedger ledger)
    {
        var outcomes = new RecordOutcome[Batch.Length];
        ledger.Commit(Batch, outcomes);
        return outcomes;
    }
}

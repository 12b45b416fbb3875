using System.Text;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Disk;
using Airside.Stores.Shared;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.Embedded;

/// <summary>A fault between writing the disk and updating memory ends the process; nothing is acknowledged after it.</summary>
public sealed class ProcessEndTests
{
    private static readonly EmbeddedOptions Options = new(TimeSpan.FromHours(48));
    private static readonly Transaction[] Batch = [TestLedger.Transaction("AR1", "a"), TestLedger.Transaction("AR2", "b")];

    [Fact]
    public async Task A_fault_behind_the_append_ends_the_process_with_one_sentence()
    {
        var test = new TestLedger(new SimulatedDisk(new Random(1)), Options);
        var ended = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (var ledger = new EmbeddedLedger(
            test.Open(),
            Options.KeyWindow,
            NullLogger.Instance,
            endProcess: sentence => ended.TrySetResult(Encoding.UTF8.GetString(sentence))))
        {
            var passed = 0;
            var last = PlacesOfBatch();
            void Pass()
            {
                if (++passed == last)
                {
                    throw new SimulatedFaultException();
                }
            }

            await ledger.RunAsync(_ => FaultPoint.Observer = Pass, CancellationToken.None);
            await Assert.ThrowsAsync<SimulatedFaultException>(() => RecordAsync(ledger));

            var sentence = await ended.Task.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.StartsWith("Airside stopped. ", sentence, StringComparison.Ordinal);
            Assert.Equal(1, sentence.Count(character => character == '\n'));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => RecordAsync(ledger));
            await ledger.RunAsync(_ => FaultPoint.Observer = null, CancellationToken.None);
        }

        // It was on the disk, so the next process has it.
        test.Disk.Kill();
        using var next = test.Open();
        Assert.Equal(2, next.KeyUsage.Count);
    }

    /// <summary>Returns how many fault points the batch passes; the last are those of its two routes, once it is on disk.</summary>
    private static int PlacesOfBatch()
    {
        var passed = 0;
        using var ledger = new TestLedger().Open();
        FaultPoint.Observer = () => passed++;
        ledger.Commit(Batch, new RecordOutcome[Batch.Length]);
        FaultPoint.Observer = null;
        return passed;
    }

    private static async Task RecordAsync(EmbeddedLedger ledger) =>
        await ledger.RecordAsync(Batch, new RecordOutcome[Batch.Length], CancellationToken.None);
}

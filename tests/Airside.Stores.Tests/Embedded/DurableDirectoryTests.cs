using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Disk;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Stores.Tests.Embedded;

/// <summary>A real directory whose entries are durable once their parent was synced. The process may end at each sync.</summary>
public sealed class DurableDirectoryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("airside-").FullName;
    private readonly HashSet<string> _durable = [];
    private int _syncsUntilCrash = -1;

    private IEnumerable<string> Made => ["a", "a/b", "a/b/data"];

    private string DataDirectory => Path.Combine(_root, "a", "b", "data");

    [Fact]
    public void Every_directory_that_is_made_is_durable_in_the_one_above_it()
    {
        DurableDirectory.Create(DataDirectory, Sync);
        Assert.Equal(Made, Durable());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void What_a_process_made_and_did_not_sync_before_it_was_killed_the_next_one_makes_durable(int syncs)
    {
        _syncsUntilCrash = syncs;
        Assert.Throws<SimulatedCrashException>(() => DurableDirectory.Create(DataDirectory, Sync));
        _syncsUntilCrash = -1;

        DurableDirectory.Create(DataDirectory, Sync);
        Assert.Equal(Made, Durable());
    }

    [Fact]
    public void A_directory_that_somebody_else_made_is_used_though_the_one_above_it_cannot_be_synced()
    {
        Directory.CreateDirectory(DataDirectory);
        const int AccessDenied = 13;
        DurableDirectory.Create(DataDirectory, _ => throw new IOException("Simulated: permission denied.", AccessDenied));

        // A failing disk is not ignored.
        const int InputOutputError = 5;
        Assert.Throws<IOException>(() => DurableDirectory.Create(
            DataDirectory, _ => throw new IOException("Simulated: input/output error.", InputOutputError)));
        Assert.Throws<IOException>(() => DurableDirectory.Create(
            Path.Combine(DataDirectory, "new"), _ => throw new IOException("Simulated: input/output error.", InputOutputError)));
    }

    [Fact]
    public async Task A_store_makes_its_directory_with_those_above_it()
    {
        Transaction[] batch = [TestLedger.Transaction("AR1133", "a")];
        foreach (var isReplay in new[] { false, true })
        {
            await using var store = EmbeddedStore.Open(
                DataDirectory, TimeSpan.FromHours(48), new FakeTimeProvider(TestTime.Start), NullLogger.Instance);
            var outcomes = new RecordOutcome[1];
            await store.Ledger.RecordAsync(batch, outcomes, CancellationToken.None);
            Assert.Equal(isReplay, outcomes[0].IsReplay);
        }
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Sync(string directory)
    {
        if (_syncsUntilCrash >= 0 && _syncsUntilCrash-- == 0)
        {
            throw new SimulatedCrashException();
        }

        _durable.UnionWith(Directory.GetDirectories(directory));
    }

    /// <summary>Returns the durable names below the root, outermost first.</summary>
    private IEnumerable<string> Durable() => _durable
        .Where(path => path.StartsWith(_root + "/", StringComparison.Ordinal))
        .Select(path => Path.GetRelativePath(_root, path))
        .Order(StringComparer.Ordinal);
}

using Airside.Core.Transactions;
using Airside.Stores.Embedded;
using Airside.Stores.Embedded.Disk;

namespace Airside.Stores.Tests.Embedded;

/// <summary>
/// Data directories in <c>earlier/</c> that the version of commit 9552a2a left when it was killed: one with two snapshots and the journal
/// after them, one with an import.
/// </summary>
public sealed class EarlierVersionTests : IDisposable
{
    private const int Hours = 63;
    private static readonly DateTimeOffset ImportedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_795_988_951_900);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("airside-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("none")]
    [InlineData("snapshot-*360.bin")]
    public void What_it_recorded_is_there_and_is_counted_on_from_either_snapshot(string lost)
    {
        CopyData("recorded");
        Array.ForEach(_directory.GetFiles(lost), file => file.Delete());

        var expected = Recorded();
        using (var ledger = Open(expected.Time))
        {
            Assert.Empty(ledger.Warnings);
            Assert.Null(expected.Difference(ledger, expected.Model));
            expected.Commit(ledger, TestLedger.Transaction("AR1", "hour 62 key 3 é €"), TestLedger.Transaction("AR1", "present"));
        }

        using var again = Open(expected.Time);
        Assert.Null(expected.Difference(again, expected.Model));
    }

    [Fact]
    public void What_it_imported_is_there_and_is_counted_on()
    {
        CopyData("imported");
        var time = new FakeTimeProvider(ImportedAt.AddMinutes(1));
        var outcomes = new RecordOutcome[3];
        using (var ledger = Open(time))
        {
            ledger.Commit(
                [
                    TestLedger.Transaction("AR1133", "imported 3 €"), TestLedger.Transaction("BA7", "after"),
                    TestLedger.Transaction("AR1133", "present"),
                ],
                outcomes);
        }

        var route = FlightRoute.Parse("AR1133");
        Assert.Equal(
            [new(IsReplay: true, route, 3), new RecordOutcome(IsReplay: true, route, 6), new RecordOutcome(IsReplay: false, route, 7)],
            outcomes);
        using var again = Open(time);
        Assert.Equal(7, Assert.Single(again.Routes.Routes).Total);
    }

    /// <summary>Records the content of <c>earlier/recorded</c> again.</summary>
    private static TestLedger Recorded()
    {
        var test = new TestLedger();
        using var ledger = test.Open();
        for (var hour = 0; hour < Hours; hour++)
        {
            test.Commit(
                ledger,
                Enumerable.Range(0, 5).Select(key => TestLedger.Transaction($"AR{1 + ((hour + key) % 7)}", $"hour {hour} key {key} é €")));
            test.Commit(ledger, TestLedger.Transaction("KLM42X", $"klm {hour}"), TestLedger.Transaction("KLM42X", $"klm {hour}"));
            test.Time.Advance(TimeSpan.FromHours(1));
        }

        return test;
    }

    private JournaledLedger Open(TimeProvider time) =>
        JournaledLedger.Open(new FileSystemDisk(_directory.FullName), time, new EmbeddedOptions(TimeSpan.FromHours(48)));

    private void CopyData(string name)
    {
        foreach (var file in Directory.GetFiles(Repository.PathOf($"tests/Airside.Stores.Tests/Embedded/earlier/{name}")))
        {
            File.Copy(file, Path.Combine(_directory.FullName, Path.GetFileName(file)));
        }
    }
}

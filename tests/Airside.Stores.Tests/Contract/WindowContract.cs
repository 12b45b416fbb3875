namespace Airside.Stores.Tests.Contract;

/// <summary>A key is remembered for the window and at most an hour longer, whatever else happens or is stored.</summary>
public abstract class WindowContract(ITestStore store) : StoreContract(store)
{
    private static readonly TimeSpan Longer = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_is_known_for_the_window_and_then_counts_again_though_nothing_else_was_recorded(bool restarts)
    {
        await RecordAsync(Ledger, "AR1133", "a");
        Time.Advance(Ledger.KeyWindow);
        await ReopenAsync(restarts);
        Assert.Equal(Replayed("AR1133", 1), await RecordAsync(OtherLedger, "AR1133", "a"));

        Time.Advance(Longer);
        await ReopenAsync(restarts);
        Assert.Equal(Recorded("KLM42X", 1), await RecordAsync(Ledger, "KLM42X", "a"));
        Assert.Equal(Replayed("KLM42X", 1), await RecordAsync(OtherLedger, "AR1133", "a"));
        Assert.Equal(1, await TotalAsync(Ledger, "AR1133"));
    }

    [Fact]
    public async Task A_key_that_has_left_the_window_is_not_exported_and_one_that_was_recorded_again_is_once()
    {
        await RecordAsync(Ledger, Transaction("AR1133", "a"), Transaction("AR1133", "b"));
        Time.Advance(Ledger.KeyWindow + Longer);
        Assert.Empty(await Archived.KeysAsync(Store.Replicas[0]));

        await RecordAsync(OtherLedger, "AR1133", "a");
        var key = Assert.Single(await Archived.KeysAsync(Store.Replicas[0]));
        Assert.Equal(("a", 3), (key.Key.ToString(), key.Total));
        Assert.Empty(await Archived.ReconcileAsync(Store.Replicas[0], Time));
    }

    [Fact]
    public async Task A_batch_of_keys_in_and_past_the_window_counts_those_that_are_past()
    {
        await RecordAsync(Ledger, Transaction("AR1133", "old 1"), Transaction("AR1133", "old 2"));
        Time.Advance(Longer * 2);
        await RecordAsync(Ledger, "AR1133", "young");
        Time.Advance(Ledger.KeyWindow - Longer);

        Assert.Equal(
            [Recorded("AR1133", 4), Replayed("AR1133", 3), Recorded("AR1133", 5), Recorded("KLM42X", 1)],
            await RecordAsync(
                OtherLedger,
                Transaction("AR1133", "old 1"),
                Transaction("AR1133", "young"),
                Transaction("AR1133", "old 2"),
                Transaction("KLM42X", "new")));
    }

    private async Task ReopenAsync(bool restarts)
    {
        if (restarts)
        {
            await Store.OpenAsync();
        }
    }
}

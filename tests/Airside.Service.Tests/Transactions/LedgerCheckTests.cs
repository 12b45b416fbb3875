using Airside.Core.Transactions;
using Airside.Service.Operations;
using Airside.Service.Tests.Fixtures;
using Airside.Stores.Embedded;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Service.Tests.Transactions;

/// <summary>The service checks its own ledger and reports what it finds.</summary>
public sealed class LedgerCheckTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_ledger_that_agrees_has_no_difference()
    {
        await using var service = await RunningService.StartAsync("--Airside:LedgerCheckSeconds=1");
        using var recorded = await service.Client.RecordAsync("LC1");
        await Waiting.UntilAsync(() => service.Get<LastLedgerCheck>().Result is not null, "a check of the ledger");

        Assert.Equal(0, service.Get<LastLedgerCheck>().Result!.Differences);
        Assert.Contains("airside_ledger_differences 0\n", await service.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_count_without_its_transaction_is_a_difference()
    {
        await using var store = EmbeddedStore.Open(_directory.Path, TimeSpan.FromHours(1), TimeProvider.System, NullLogger.Instance);
        var outcome = new RecordOutcome[1];
        await store.Ledger.RecordAsync(
            new[] { new Transaction(FlightRoute.Parse("LC1"), TransactionKey.Create(TimeProvider.System)) },
            outcome,
            CancellationToken.None);
        var last = new LastLedgerCheck();
        using var check = new LedgerCheck(
            new LossyStore(store), TimeSpan.FromSeconds(1), last, TimeProvider.System, NullLogger<LedgerCheck>.Instance);
        await check.StartAsync(CancellationToken.None);
        await Waiting.UntilAsync(() => last.Result is not null, "a check of the ledger");
        await check.StopAsync(CancellationToken.None);

        Assert.True(last.Result!.Differences > 0);
    }

    [Theory]
    [InlineData(typeof(InvalidDataException))]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(InvalidOperationException))]
    public async Task A_check_that_fails_in_whatever_way_is_tried_again_and_ends_nothing(Type kind)
    {
        await using var store = EmbeddedStore.Open(_directory.Path, TimeSpan.FromHours(1), TimeProvider.System, NullLogger.Instance);
        var failing = new FailingStore(store, () => (Exception)Activator.CreateInstance(kind, "the third reading will do")!, failures: 2);
        var last = new LastLedgerCheck();
        using var check = new LedgerCheck(
            failing, TimeSpan.FromMilliseconds(10), last, TimeProvider.System, NullLogger<LedgerCheck>.Instance);
        await check.StartAsync(CancellationToken.None);
        await Waiting.UntilAsync(() => last.Result is not null, "a check of the ledger");

        Assert.False(check.ExecuteTask!.IsCompleted);
        Assert.True(failing.Readings >= 3, $"The ledger was read {failing.Readings} times.");
        await check.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task Without_the_setting_nothing_is_checked()
    {
        await using var service = await RunningService.StartAsync();
        Assert.DoesNotContain(service.Get<IEnumerable<IHostedService>>(), one => one is LedgerCheck);
        Assert.DoesNotContain("airside_ledger_differences", await service.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }
}

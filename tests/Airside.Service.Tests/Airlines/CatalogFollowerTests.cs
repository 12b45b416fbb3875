using Airside.Core;
using Airside.Core.Airlines;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;

namespace Airside.Service.Tests.Airlines;

/// <summary>Occasional store failures delay the catalog of another process no longer than promised.</summary>
public sealed class CatalogFollowerTests
{
    [Fact]
    public async Task The_pauses_of_one_outage_stay_short_and_do_not_go_on_in_the_next_one()
    {
        var time = new HurriedTime();
        var store = new BrokenStore(outages: [5, 1, 3]);
        using var meters = new MeterFactory();
        using var catalog = new CurrentCatalog(
            store, new CatalogMetrics(meters), time, AirsideOptions.Read(new ConfigurationBuilder().Build()));
        await catalog.OpenAsync(CancellationToken.None);
        using var follower = new CatalogFollower(catalog, time, NullLogger<CatalogFollower>.Instance);

        await follower.StartAsync(CancellationToken.None);
        await store.IsOver.WaitAsync(TimeSpan.FromSeconds(60));
        await follower.StopAsync(CancellationToken.None);

        Assert.Equal("outage 3", catalog.Current.Catalog.Source);
        Assert.Equal([500, 1_000, 1_000, 1_000, 1_000, 500, 500, 1_000, 1_000], time.Pauses.Select(pause => pause.TotalMilliseconds));
    }

    /// <summary>Never waits, but records how long it should have waited.</summary>
    private sealed class HurriedTime : TimeProvider
    {
        public List<TimeSpan> Pauses { get; } = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Pauses.Add(dueTime);
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }

    /// <summary>Fails for the given number of reads per outage, then has a new catalog.</summary>
    private sealed class BrokenStore(int[] outages) : IAirlineStore
    {
        private readonly TaskCompletionSource _isOver = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _outage;
        private int _failures;

        /// <summary>Completes after the last catalog was read.</summary>
        public Task IsOver => _isOver.Task;

        public Task<AirlineCatalog?> LoadAsync(CancellationToken cancellationToken) => Task.FromResult<AirlineCatalog?>(null);

        public Task ReplaceAsync(AirlineCatalog catalog, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async Task<AirlineCatalog> NextAsync(AirlineCatalog? known, CancellationToken cancellationToken)
        {
            if (_outage == outages.Length)
            {
                _isOver.SetResult();
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            if (_failures++ < outages[_outage])
            {
                throw new StoreUnavailableException("the store is away");
            }

            _failures = 0;
            _outage++;
            return new AirlineCatalog([], $"outage {_outage}", DateTimeOffset.UnixEpoch);
        }
    }
}

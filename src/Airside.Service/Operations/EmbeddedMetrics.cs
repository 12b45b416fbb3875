using System.Diagnostics.Metrics;
using Airside.Core;
using Airside.Stores.Embedded;

namespace Airside.Service.Operations;

/// <summary>Memory and disk usage of the embedded store. Other stores have no such limits here.</summary>
internal sealed class EmbeddedMetrics
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMilliseconds(Limits.StoreMonitorMs);

    private readonly Lock _looking = new();
    private readonly EmbeddedStore _store;
    private readonly TimeProvider _timeProvider;
    private EmbeddedUsage? _usage;
    private long? _looked;

    public EmbeddedMetrics(Meter meter, EmbeddedStore store, TimeProvider timeProvider)
    {
        _store = store;
        _timeProvider = timeProvider;
        meter.CreateObservableUpDownCounter(
            "airside.store.keys", () => Usage<long>(usage => usage.Keys), "{key}", "Transaction keys in memory.");
        meter.CreateObservableUpDownCounter(
            "airside.store.keys.memory", () => Usage<long>(usage => usage.KeyBytes), "By", "Memory used by the transaction keys.");
        meter.CreateObservableUpDownCounter(
            "airside.store.keys.memory.limit", () => Usage<long>(usage => usage.KeyBytesMax), "By",
            "Memory that the transaction keys may use.");
        meter.CreateObservableUpDownCounter(
            "airside.store.history.memory", () => Usage<long>(usage => usage.HistoryBytes), "By",
            "Memory used by the days and ended hours of routes.");
        meter.CreateObservableUpDownCounter(
            "airside.store.history.memory.limit", () => Usage<long>(usage => usage.HistoryBytesMax), "By",
            "Memory that the days and ended hours of routes may use.");
        meter.CreateObservableUpDownCounter(
            "airside.store.journal.size", () => Usage<long>(usage => usage.JournalBytes), "By", "Size of the journal on disk.");
        meter.CreateObservableUpDownCounter(
            "airside.store.disk.free", () => Usage<long>(usage => usage.DiskFreeBytes), "By",
            "Free space on the disk of the data directory.");
        meter.CreateObservableUpDownCounter(
            "airside.store.disk.limit", () => Usage<long>(usage => usage.DiskBytes), "By", "Size of the disk of the data directory.");
        meter.CreateObservableGauge(
            "airside.store.snapshot.age",
            () => Usage<double>(usage => usage.SnapshotAt is { } at ? (timeProvider.GetUtcNow() - at).TotalSeconds : null),
            "s",
            "Time since the newest snapshot was created; absent while there is none.");
    }

    /// <summary>Returns nothing while the directory cannot be read; <c>airside.store.available</c> reports that.</summary>
    private Measurement<T>[] Usage<T>(Func<EmbeddedUsage, T?> figure)
        where T : struct => Current() is { } usage && figure(usage) is { } known ? [new Measurement<T>(known)] : [];

    /// <summary>Reads the directory once for all instruments of a collection.</summary>
    private EmbeddedUsage? Current()
    {
        lock (_looking)
        {
            if (_looked is { } at && _timeProvider.GetElapsedTime(at) < KeptFor)
            {
                return _usage;
            }

            try
            {
                _usage = _store.Usage();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                _usage = null;
            }

            _looked = _timeProvider.GetTimestamp();
            return _usage;
        }
    }
}

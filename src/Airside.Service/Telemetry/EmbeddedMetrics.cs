using System.Diagnostics.Metrics;
using Airside.Core;
using Airside.Stores.Embedded;

namespace Airside.Service.Telemetry;

/// <summary>What the embedded store takes of memory and disk. Other stores have no such limits here.</summary>
internal sealed class EmbeddedMetrics
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromMilliseconds(Limits.StoreWatchMs);

    private readonly Lock _looking = new();
    private readonly EmbeddedStore _store;
    private readonly TimeProvider _timeProvider;
    private EmbeddedUsage? _usage;
    private long? _looked;

    /// <summary>Adds the instruments to a meter.</summary>
    public EmbeddedMetrics(Meter meter, EmbeddedStore store, TimeProvider timeProvider)
    {
        _store = store;
        _timeProvider = timeProvider;
        meter.CreateObservableUpDownCounter(
            "airside.store.keys", () => Usage<long>(usage => usage.Keys), "{key}", "Transaction keys in memory.");
        meter.CreateObservableUpDownCounter(
            "airside.store.keys.memory", () => Usage<long>(usage => usage.KeyBytes), "By", "Memory of the transaction keys.");
        meter.CreateObservableUpDownCounter(
            "airside.store.keys.memory.limit", () => Usage<long>(usage => usage.KeyBytesMax), "By",
            "Memory that the transaction keys may take.");
        meter.CreateObservableUpDownCounter(
            "airside.store.journal.size", () => Usage<long>(usage => usage.JournalBytes), "By", "Journal on the disk.");
        meter.CreateObservableUpDownCounter(
            "airside.store.disk.free", () => Usage<long>(usage => usage.DiskFreeBytes), "By",
            "Free space on the disk of the data directory.");
        meter.CreateObservableUpDownCounter(
            "airside.store.disk.limit", () => Usage<long>(usage => usage.DiskBytes), "By", "Size of the disk of the data directory.");
        meter.CreateObservableGauge(
            "airside.store.snapshot.age",
            () => Usage<double>(usage => usage.SnapshotAt is { } at ? (timeProvider.GetUtcNow() - at).TotalSeconds : null),
            "s",
            "Time since the newest snapshot was made; nothing while there is none.");
    }

    /// <summary>A directory that cannot be read has nothing to tell; that it cannot is told by <c>airside.store.available</c>.</summary>
    private Measurement<T>[] Usage<T>(Func<EmbeddedUsage, T?> figure)
        where T : struct => Current() is { } usage && figure(usage) is { } known ? [new Measurement<T>(known)] : [];

    /// <summary>All instruments of one reading of the metrics tell of one look at the directory.</summary>
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

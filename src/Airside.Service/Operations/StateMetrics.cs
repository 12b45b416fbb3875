using System.Diagnostics.Metrics;
using Airside.Core;
using Airside.Core.Stores;
using Airside.Service.Airlines;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Airside.Service.Security;
using Airside.Service.Streaming;
using Airside.Stores.Embedded;

namespace Airside.Service.Operations;

/// <summary>
/// The current state of the service, as OpenTelemetry instruments of one meter. They are observed at collection; until then they cost
/// nothing.
/// </summary>
internal sealed class StateMetrics
{
    public const string MeterName = "Airside.State";

    private readonly Meter _meter;
    private readonly TimeProvider _timeProvider;

    public StateMetrics(
        IMeterFactory meterFactory, TimeProvider timeProvider, AirsideOptions options, IStore store, CurrentCatalog catalog,
        CountsStream stream, CurrentKeys keys, IEnumerable<CurrentCertificate> certificates, LiveCounts totals, LastLedgerCheck check,
        BoundedListenerFactory listeners)
    {
        _meter = meterFactory.Create(MeterName);
        _timeProvider = timeProvider;
        ObserveStore(store);
        ObserveCatalog(catalog);
        ObserveStream(stream);
        ObserveSecrets(keys, certificates.FirstOrDefault());
        ObserveTotals(totals);
        _meter.CreateObservableUpDownCounter(
            "airside.connections.limit", () => listeners.ConnectionsMax, "{connection}", "Connections that are served at once.");
        if (options.LedgerCheckEvery > TimeSpan.Zero)
        {
            ObserveCheck(check);
        }
    }

    private void ObserveStore(IStore store)
    {
        _meter.CreateObservableGauge(
            "airside.store.available",
            () => new Measurement<int>[]
            {
                new(store.Outage is null ? 1 : 0, new KeyValuePair<string, object?>("airside.access", "read")),
                new(
                    store.Outage is null && store.Ledger.WriteFault is null ? 1 : 0,
                    new KeyValuePair<string, object?>("airside.access", "write")),
            },
            "1",
            "Whether the store can be read and written: 1 or 0.");
        _meter.CreateObservableGauge(
            "airside.store.clock.difference", () => Some(store.Clock?.Difference?.TotalSeconds), "s",
            "How far the clock of this process is ahead of that of the store; absent for the embedded store.");
        _meter.CreateObservableUpDownCounter(
            "airside.store.routes", () => Some(store.RouteUsage.Count), "{route}", "Routes in the store.");
        _meter.CreateObservableUpDownCounter(
            "airside.store.routes.limit", () => store.RouteUsage.Max, "{route}", "Routes that the store may have.");
        if (store is EmbeddedStore embedded)
        {
            _ = new EmbeddedMetrics(_meter, embedded, _timeProvider);
        }
    }

    private void ObserveCatalog(CurrentCatalog current)
    {
        _meter.CreateObservableUpDownCounter(
            "airside.catalog.airlines", () => current.Current.Catalog.Airlines.Count, "{airline}", "Airlines in the active catalog.");
        _meter.CreateObservableGauge(
            "airside.catalog.age", () => AgeSeconds(current.Current.Catalog.LoadedAt), "s", "Time since the active catalog was loaded.");
        _meter.CreateObservableGauge(
            "airside.catalog.in_force",
            () => new Measurement<int>(
                1,
                new KeyValuePair<string, object?>("airside.catalog.version", current.Current.Catalog.Version),
                new KeyValuePair<string, object?>("airside.catalog.sample", current.Current.Catalog.IsSample ? "true" : "false")),
            "1",
            "The version of the active catalog, as a label; always 1.");
    }

    private void ObserveStream(CountsStream stream)
    {
        _meter.CreateObservableUpDownCounter(
            "airside.stream.viewers", () => stream.Viewers, "{viewer}", "Viewers of the stream of counts.");
        _meter.CreateObservableUpDownCounter(
            "airside.stream.viewers.limit", () => Limits.StreamViewersMax, "{viewer}", "Maximum number of viewers of the stream.");
    }

    private void ObserveSecrets(CurrentKeys keys, CurrentCertificate? certificate)
    {
        _meter.CreateObservableUpDownCounter("airside.api_keys", () => keys.Ring.Keys.Count, "{key}", "Active API keys.");
        _meter.CreateObservableGauge(
            "airside.api_keys.file.fault", () => keys.Fault is null ? 0 : 1, "1", "Whether the file of API keys cannot be read: 1 or 0.");
        _meter.CreateObservableGauge(
            "airside.api_keys.time_to_expiry",
            () => Some(keys.Ring.Keys.Where(key => key.Expires > _timeProvider.GetUtcNow()).Min(key => -AgeSeconds(key.Expires))),
            "s",
            "Time until the next API key expires; absent if none expires.");
        if (certificate is not null)
        {
            _meter.CreateObservableGauge(
                "airside.certificate.time_to_expiry",
                () => -AgeSeconds(new DateTimeOffset(certificate.Context.TargetCertificate.NotAfter)),
                "s",
                "Time until the certificate of the service expires.");
        }
    }

    private void ObserveTotals(LiveCounts totals)
    {
        _meter.CreateObservableGauge(
            "airside.ledger.transactions", () => Some(totals.Latest?.Transactions), "{transaction}",
            "Transactions of all routes, at most a few minutes old.");
        _meter.CreateObservableGauge(
            "airside.ledger.routes", () => Some<long>(totals.Latest?.Routes), "{route}", "Routes with transactions, as old as the total.");
        _meter.CreateObservableGauge(
            "airside.ledger.routes.active", () => Some<long>(totals.Latest?.ActiveRoutes), "{route}",
            "Routes with transactions in the last 24 hours, as old as the total.");
    }

    private void ObserveCheck(LastLedgerCheck check)
    {
        _meter.CreateObservableGauge(
            "airside.ledger.differences", () => Some(check.Result?.Differences), "{difference}",
            "Differences between totals, hours and keys that the last ledger check found.");
        _meter.CreateObservableGauge(
            "airside.ledger.check.age", () => Some(AgeSeconds(check.Result?.At)), "s", "Time since the last ledger check.");
    }

    private double? AgeSeconds(DateTimeOffset? at) => at is { } moment ? AgeSeconds(moment) : null;

    private double AgeSeconds(DateTimeOffset at) => (_timeProvider.GetUtcNow() - at).TotalSeconds;

    /// <summary>Returns no measurement for an unknown value.</summary>
    private static Measurement<T>[] Some<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];
}

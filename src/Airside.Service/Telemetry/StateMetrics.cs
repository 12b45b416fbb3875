using System.Diagnostics.Metrics;
using Airside.Core;
using Airside.Service.Airlines;
using Airside.Service.Dashboard.Live;
using Airside.Service.Security;
using Airside.Service.Transactions;
using Airside.Stores.Embedded;

namespace Airside.Service.Telemetry;

/// <summary>
/// How the service is at present, as OpenTelemetry instruments of one meter that are observed when somebody asks; until then they cost
/// nothing.
/// </summary>
internal sealed class StateMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Airside.State";

    private readonly Meter _meter;
    private readonly TimeProvider _timeProvider;

    /// <summary>Makes the instruments.</summary>
    public StateMetrics(IMeterFactory meterFactory, IServiceProvider services)
    {
        _meter = meterFactory.Create(MeterName);
        _timeProvider = services.GetRequiredService<TimeProvider>();
        ObserveStore(services.GetRequiredService<IStore>());
        ObserveCatalog(services.GetRequiredService<CurrentCatalog>());
        ObserveStream(services.GetRequiredService<CountsStream>());
        ObserveSecrets(services.GetRequiredService<CurrentKeys>(), services.GetService<CurrentCertificate>());
        ObserveTotals(services.GetRequiredService<LiveCounts>());
        if (services.GetService<LedgerCheck>() is { } check)
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
            "How far the clock of this process is ahead of that of the store; nothing for the embedded store.");
        if (store is EmbeddedStore embedded)
        {
            _ = new EmbeddedMetrics(_meter, embedded, _timeProvider);
        }
    }

    private void ObserveCatalog(CurrentCatalog current)
    {
        _meter.CreateObservableUpDownCounter(
            "airside.catalog.airlines", () => current.Current.Catalog.Airlines.Count, "{airline}", "Airlines in the catalog in force.");
        _meter.CreateObservableGauge(
            "airside.catalog.age", () => AgeSeconds(current.Current.Catalog.LoadedAt), "s", "Time since the catalog in force was loaded.");
        _meter.CreateObservableGauge(
            "airside.catalog.in_force",
            () => new Measurement<int>(
                1,
                new KeyValuePair<string, object?>("airside.catalog.version", current.Current.Catalog.Version),
                new KeyValuePair<string, object?>("airside.catalog.sample", current.Current.Catalog.IsSample ? "true" : "false")),
            "1",
            "The version of the catalog in force, as a label, always 1.");
    }

    private void ObserveStream(CountsStream stream)
    {
        _meter.CreateObservableUpDownCounter(
            "airside.stream.viewers", () => stream.Viewers, "{viewer}", "Viewers of the stream of counts.");
        _meter.CreateObservableUpDownCounter(
            "airside.stream.viewers.limit", () => Limits.StreamViewersMax, "{viewer}", "Viewers that the stream may have.");
    }

    private void ObserveSecrets(CurrentKeys keys, CurrentCertificate? certificate)
    {
        _meter.CreateObservableUpDownCounter("airside.api_keys", () => keys.Ring.Keys.Count, "{key}", "API keys in force.");
        _meter.CreateObservableGauge(
            "airside.api_keys.file.fault", () => keys.Fault is null ? 0 : 1, "1", "Whether the file of API keys cannot be read: 1 or 0.");
        _meter.CreateObservableGauge(
            "airside.api_keys.time_to_expiry",
            () => Some(keys.Ring.Keys.Where(key => key.Expires > _timeProvider.GetUtcNow()).Min(key => -AgeSeconds(key.Expires))),
            "s",
            "Time until the next API key expires; nothing while none does.");
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
            "Transactions of all routes together, at most some minutes old.");
        _meter.CreateObservableGauge(
            "airside.ledger.routes", () => Some<long>(totals.Latest?.Routes), "{route}", "Routes with a transaction, as old as the total.");
        _meter.CreateObservableGauge(
            "airside.ledger.routes.active", () => Some<long>(totals.Latest?.ActiveRoutes), "{route}",
            "Routes with a transaction in the last 24 hours, as old as the total.");
    }

    private void ObserveCheck(LedgerCheck check)
    {
        _meter.CreateObservableGauge(
            "airside.ledger.differences", () => Some(check.Last?.Differences), "{difference}",
            "Differences between totals, hours and keys that the last check of the ledger found.");
        _meter.CreateObservableGauge(
            "airside.ledger.check.age", () => Some(AgeSeconds(check.Last?.At)), "s", "Time since the last check of the ledger.");
    }

    private double? AgeSeconds(DateTimeOffset? at) => at is { } moment ? AgeSeconds(moment) : null;

    private double AgeSeconds(DateTimeOffset at) => (_timeProvider.GetUtcNow() - at).TotalSeconds;

    /// <summary>What is not known is not told.</summary>
    private static Measurement<T>[] Some<T>(T? value)
        where T : struct => value is { } known ? [new Measurement<T>(known)] : [];
}

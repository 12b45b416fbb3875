using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Airside.Core.Transactions;
using Airside.Service.Security;

namespace Airside.Service.Telemetry;

/// <summary>
/// Gathers the instruments of some meters and shows them in the Prometheus text format, version 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats), under the names that OpenTelemetry's mapping gives them.
/// </summary>
internal sealed class PrometheusMetrics : IDisposable
{
    /// <summary>Instruments that are gathered: a meter, or one instrument of a meter that has more than anyone reads.</summary>
    private static readonly string[] Gathered =
    [
        GroupCommitMetrics.MeterName,
        SecurityMetrics.MeterName,
        "Microsoft.AspNetCore.Hosting/http.server.request.duration",
        "Microsoft.AspNetCore.Server.Kestrel/kestrel.active_connections",
        "Microsoft.AspNetCore.Server.Kestrel/kestrel.connection.duration",
        "Microsoft.AspNetCore.Server.Kestrel/kestrel.rejected_connections",
    ];

    private readonly ConcurrentDictionary<Instrument, SeriesTable> _instruments = new();
    private readonly MeterListener _listener;
    private readonly Lazy<MeterListener> _runtimeListener;

    public PrometheusMetrics()
    {
        _listener = Listen(instrument => Gathered.Contains(instrument.Meter.Name, StringComparer.Ordinal)
            || Gathered.Contains($"{instrument.Meter.Name}/{instrument.Name}", StringComparer.Ordinal));

        // What the runtime tells is there to be observed at any time, so it need not be listened to before somebody asks.
        _runtimeListener = new Lazy<MeterListener>(() => Listen(instrument => instrument.Meter.Name == "System.Runtime"));
    }

    /// <summary>All instruments in the text format.</summary>
    public string Export()
    {
        _listener.RecordObservableInstruments();
        _runtimeListener.Value.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (instrument, table) in _instruments.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal))
        {
            PrometheusText.Write(text, instrument, table.Series());
        }

        return text.ToString();
    }

    /// <summary>What a histogram without tags has gathered since the start.</summary>
    public HistogramSummary Histogram(string meter, string name)
    {
        var series = _instruments
            .Where(pair => pair.Key.Name == name && pair.Key.Meter.Name == meter)
            .SelectMany(pair => pair.Value.Series())
            .Select(pair => pair.Series.Read())
            .FirstOrDefault();
        return HistogramSummary.Of(series.Value, series.Bounds ?? [], series.Counts ?? []);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Dispose();
        if (_runtimeListener.IsValueCreated)
        {
            _runtimeListener.Value.Dispose();
        }
    }

    private MeterListener Listen(Func<Instrument, bool> isGathered)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (isGathered(instrument))
                {
                    self.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument, _ => new SeriesTable(instrument)));
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, state) => ((SeriesTable)state!).Add(value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, state) => ((SeriesTable)state!).Add(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, state) => ((SeriesTable)state!).Add(value, tags));
        listener.Start();
        return listener;
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Airside.Service.Telemetry;

/// <summary>Collects the instruments of <see cref="Instruments"/> and exports them under the names of OpenTelemetry's mapping.</summary>
internal sealed class PrometheusMetrics : IDisposable
{
    private readonly ConcurrentDictionary<Instrument, SeriesTable> _instruments = new();
    private readonly Lock _exporting = new();
    private readonly MeterListener _listener;
    private readonly Lazy<MeterListener> _observedListener;

    /// <summary>Starts collecting.</summary>
    public PrometheusMetrics()
    {
        _listener = Listen(instrument => !instrument.IsObservable && Instruments.AreGathered(instrument));

        // Observed values are available at any time, so listening can wait until the first export.
        _observedListener = new Lazy<MeterListener>(
            () => Listen(instrument => instrument.IsObservable && Instruments.AreGathered(instrument)));
    }

    public MetricsText Export(bool isOpenMetrics)
    {
        var text = new MetricsText(isOpenMetrics);

        // One at a time: each export collects the observed values again.
        lock (_exporting)
        {
            var observed = _observedListener.Value;
            foreach (var (instrument, table) in _instruments)
            {
                if (instrument.IsObservable)
                {
                    table.Clear();
                }
            }

            observed.RecordObservableInstruments();
            foreach (var instruments in _instruments.GroupBy(pair => pair.Key.Name).OrderBy(group => group.Key, StringComparer.Ordinal))
            {
                // Instruments with the same name, such as those of two clients, are one metric.
                text.Add(instruments.First().Key, [.. instruments.SelectMany(pair => pair.Value.Series())]);
            }
        }

        return text;
    }

    /// <summary>Summarizes what a histogram without tags has collected since the start.</summary>
    public HistogramSummary Histogram(string meter, string name)
    {
        var series = _instruments
            .Where(pair => pair.Key.Name == name && pair.Key.Meter.Name == meter)
            .SelectMany(pair => pair.Value.Series())
            .Select(pair => pair.Series.Read())
            .FirstOrDefault();
        return HistogramSummary.From(series?.Value ?? 0, series?.Bounds ?? [], series?.Counts ?? []);
    }

    public void Dispose()
    {
        _listener.Dispose();
        if (_observedListener.IsValueCreated)
        {
            _observedListener.Value.Dispose();
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

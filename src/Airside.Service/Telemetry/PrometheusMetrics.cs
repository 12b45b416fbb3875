using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Airside.Service.Telemetry;

/// <summary>
/// Gathers the instruments of <see cref="Instruments"/> and shows them under the names that OpenTelemetry's mapping gives them.
/// </summary>
internal sealed class PrometheusMetrics : IDisposable
{
    private readonly ConcurrentDictionary<Instrument, SeriesTable> _instruments = new();
    private readonly Lock _exporting = new();
    private readonly MeterListener _listener;
    private readonly Lazy<MeterListener> _observedListener;

    /// <summary>Begins to gather.</summary>
    /// <param name="state">Makes what tells of the state at present; called when it is first asked for.</param>
    public PrometheusMetrics(Func<StateMetrics> state)
    {
        _listener = Listen(instrument => !instrument.IsObservable && Instruments.AreGathered(instrument));

        // What is only observed is there at any time, so it need not be listened to before somebody asks.
        _observedListener = new Lazy<MeterListener>(() =>
        {
            state();
            return Listen(instrument => instrument.IsObservable && Instruments.AreGathered(instrument));
        });
    }

    /// <summary>All instruments.</summary>
    public MetricsText Export(bool isOpenMetrics)
    {
        var text = new MetricsText(isOpenMetrics);

        // One at a time: what is observed is gathered anew for each.
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
                // Meters of one name, such as those of two clients, are one metric.
                text.Add(instruments.First().Key, [.. instruments.SelectMany(pair => pair.Value.Series())]);
            }
        }

        return text;
    }

    /// <summary>What a histogram without tags has gathered since the start.</summary>
    public HistogramSummary Histogram(string meter, string name)
    {
        var series = _instruments
            .Where(pair => pair.Key.Name == name && pair.Key.Meter.Name == meter)
            .SelectMany(pair => pair.Value.Series())
            .Select(pair => pair.Series.Read())
            .FirstOrDefault();
        return HistogramSummary.Of(series?.Value ?? 0, series?.Bounds ?? [], series?.Counts ?? []);
    }

    /// <inheritdoc/>
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

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;
using Airside.Core.Transactions;

namespace Airside.Service.Telemetry;

/// <summary>
/// Gathers the instruments of some meters and shows them in the Prometheus text format, version 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats), under the names that OpenTelemetry's mapping gives them.
/// </summary>
internal sealed class PrometheusMetrics : IDisposable
{
    /// <summary>A runaway tag must not fill the memory; what is beyond is left out.</summary>
    private const int SeriesMax = 2_000;

    private static readonly string[] Meters =
    [
        GroupCommitMetrics.MeterName, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime",
    ];

    private readonly ConcurrentDictionary<Instrument, ConcurrentDictionary<string, Series>> _instruments = new();
    private readonly MeterListener _listener = new();

    public PrometheusMetrics()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Contains(instrument.Meter.Name, StringComparer.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument, _instruments.GetOrAdd(instrument, _ => new(StringComparer.Ordinal)));
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, state) => Measure(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, state) => Measure(instrument, value, tags, state));
        _listener.SetMeasurementEventCallback<double>(Measure);
        _listener.Start();
    }

    /// <summary>All instruments in the text format.</summary>
    public string Export()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var (instrument, series) in _instruments.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal))
        {
            if (!series.IsEmpty)
            {
                PrometheusText.Write(text, instrument, series.OrderBy(pair => pair.Key, StringComparer.Ordinal));
            }
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        var allSeries = (ConcurrentDictionary<string, Series>)state!;
        var labels = PrometheusText.Labels(tags);
        if (!allSeries.TryGetValue(labels, out var series))
        {
            if (allSeries.Count >= SeriesMax)
            {
                return;
            }

            series = allSeries.GetOrAdd(labels, _ => Series.For(instrument));
        }

        series.Add(value);
    }
}

/// <summary>The values of one instrument under one set of labels.</summary>
internal sealed class Series
{
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly bool _isObserved;
    private readonly double[]? _bounds;
    private readonly long[] _counts;
    private double _value;

    private Series(bool isObserved, double[]? bounds)
    {
        _isObserved = isObserved;
        _bounds = bounds;
        _counts = new long[(bounds?.Length ?? 0) + 1];
    }

    /// <summary>Makes the series that the kind of an instrument needs.</summary>
    public static Series For(Instrument instrument) => new(
        instrument.IsObservable,
        instrument switch
        {
            Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries?.ToArray() ?? DefaultBounds,
            Histogram<int> histogram =>
                histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray() ?? DefaultBounds,
            Histogram<long> histogram =>
                histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray() ?? DefaultBounds,
            _ => null,
        });

    /// <summary>Takes a measurement: observed values replace, others add up.</summary>
    public void Add(double value)
    {
        lock (_lock)
        {
            _value = _isObserved ? value : _value + value;
            if (_bounds is not null)
            {
                var bucket = Array.BinarySearch(_bounds, value);
                _counts[bucket < 0 ? ~bucket : bucket]++;
            }
        }
    }

    /// <summary>The sum of all values, or the last one observed; for a histogram also its bounds and counts.</summary>
    public (double Value, double[]? Bounds, long[] Counts) Read()
    {
        lock (_lock)
        {
            return (_value, _bounds, [.. _counts]);
        }
    }
}

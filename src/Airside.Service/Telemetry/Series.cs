using System.Diagnostics.Metrics;

namespace Airside.Service.Telemetry;

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

using System.Diagnostics.Metrics;

namespace Airside.Service.Telemetry;

/// <summary>The values of one instrument with one set of labels.</summary>
internal sealed class Series
{
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly Lock _lock = new();
    private readonly bool _isObserved;
    private readonly double[]? _bounds;
    private readonly long[] _counts;
    private Exemplar?[] _exemplars = [];
    private double _value;

    private Series(bool isObserved, double[]? bounds)
    {
        _isObserved = isObserved;
        _bounds = bounds;
        _counts = new long[(bounds?.Length ?? 0) + 1];
    }

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

    /// <summary>
    /// Records a measurement: observed values replace the last one, others add up. A histogram keeps the newest exemplar of each bucket.
    /// </summary>
    public void Add(double value)
    {
        var exemplar = _bounds is null ? null : Exemplar.Create(value);
        lock (_lock)
        {
            _value = _isObserved ? value : _value + value;
            if (_bounds is null)
            {
                return;
            }

            var found = Array.BinarySearch(_bounds, value);
            var bucket = found < 0 ? ~found : found;
            _counts[bucket]++;
            if (exemplar is not null)
            {
                _exemplars = _exemplars.Length == 0 ? new Exemplar?[_counts.Length] : _exemplars;
                _exemplars[bucket] = exemplar;
            }
        }
    }

    public SeriesValues Read()
    {
        lock (_lock)
        {
            return new SeriesValues(_value, _bounds, [.. _counts], [.. _exemplars]);
        }
    }
}

/// <summary>The collected values of a series.</summary>
/// <param name="Value">The sum of all values, or the last one observed.</param>
/// <param name="Bounds">Upper bounds of the buckets of a histogram; the last bucket has none. Null for other instruments.</param>
/// <param name="Counts">Values in each bucket.</param>
/// <param name="Exemplars">The newest exemplar of each bucket; empty while there is none.</param>
internal sealed record SeriesValues(double Value, double[]? Bounds, long[] Counts, Exemplar?[] Exemplars);

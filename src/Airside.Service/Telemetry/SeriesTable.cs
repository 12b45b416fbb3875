using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Airside.Core;

namespace Airside.Service.Telemetry;

/// <summary>The series of one instrument, by their tags. Lookup allocates no memory, because each request does it.</summary>
internal sealed class SeriesTable(Instrument instrument)
{
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> _series = new(TagComparer.Instance);
    private int _count;

    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var lookup = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (!lookup.TryGetValue(tags, out var series))
        {
            // Counted here, because a concurrent dictionary locks all its parts to count itself, on each measurement that is left out.
            if (Volatile.Read(ref _count) >= Limits.MetricSeriesMax)
            {
                return;
            }

            var added = Telemetry.Series.For(instrument);
            series = _series.GetOrAdd(tags.ToArray(), added);
            if (ReferenceEquals(series, added))
            {
                Interlocked.Increment(ref _count);
            }
        }

        series.Add(value);
    }

    /// <summary>Removes the series of an observed instrument before it is observed again.</summary>
    public void Clear()
    {
        _series.Clear();
        Volatile.Write(ref _count, 0);
    }

    /// <summary>Returns the series with their labels, in the order of the labels.</summary>
    public IReadOnlyList<(string Labels, Series Series)> Series() =>
    [
        .. _series.Select(pair => (MetricsText.Labels(pair.Key), pair.Value)).OrderBy(pair => pair.Item1, StringComparer.Ordinal),
    ];

    /// <summary>Compares tags in order; an instrument reports them in the same order each time.</summary>
    private sealed class TagComparer
        : IEqualityComparer<KeyValuePair<string, object?>[]>,
            IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, KeyValuePair<string, object?>[]>
    {
        public static TagComparer Instance { get; } = new();

        public bool Equals(KeyValuePair<string, object?>[]? x, KeyValuePair<string, object?>[]? y) =>
            ReferenceEquals(x, y) || (x is not null && y is not null && Equals(x.AsSpan(), y));

        public int GetHashCode(KeyValuePair<string, object?>[] obj) => GetHashCode(obj.AsSpan());

        public KeyValuePair<string, object?>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => alternate.ToArray();

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, KeyValuePair<string, object?>[] other)
        {
            if (alternate.Length != other.Length)
            {
                return false;
            }

            for (var i = 0; i < other.Length; i++)
            {
                if (!object.Equals(alternate[i].Value, other[i].Value) || alternate[i].Key != other[i].Key)
                {
                    return false;
                }
            }

            return true;
        }

        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
        {
            // The values alone usually distinguish series; the names are the same in all.
            var hash = alternate.Length;
            foreach (var (_, value) in alternate)
            {
                hash = (hash * 31) + (value is string text ? HashOf(text) : value?.GetHashCode() ?? 0);
            }

            return hash;
        }

        /// <summary>
        /// Hashes only the length and two characters, because each request pays for it; comparison separates the few that share them.
        /// </summary>
        private static int HashOf(string text) =>
            text.Length == 0 ? 0 : (((text.Length * 31) + text[text.Length / 2]) * 31) + text[^1];
    }
}

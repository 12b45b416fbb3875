using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Airside.Core;

namespace Airside.Service.Telemetry;

/// <summary>The series of one instrument by their tags. Finding one costs no memory, because each request does it.</summary>
internal sealed class SeriesTable(Instrument instrument)
{
    private readonly ConcurrentDictionary<KeyValuePair<string, object?>[], Series> _series = new(TagComparer.Instance);

    /// <summary>Takes a measurement.</summary>
    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var lookup = _series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
        if (!lookup.TryGetValue(tags, out var series))
        {
            if (_series.Count >= Limits.MetricSeriesMax)
            {
                return;
            }

            series = _series.GetOrAdd(tags.ToArray(), _ => Telemetry.Series.For(instrument));
        }

        series.Add(value);
    }

    /// <summary>Forgets the series of an instrument that is observed, before it is observed again.</summary>
    public void Clear() => _series.Clear();

    /// <summary>The series with their labels, in the order of the labels.</summary>
    public IReadOnlyList<(string Labels, Series Series)> Series() =>
    [
        .. _series.Select(pair => (MetricsText.Labels(pair.Key), pair.Value)).OrderBy(pair => pair.Item1, StringComparer.Ordinal),
    ];

    /// <summary>Compares tags in their order; one instrument gives them in the same order each time.</summary>
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
            // The values alone tell series apart as a rule, and the names are the same in all.
            var hash = alternate.Length;
            foreach (var (_, value) in alternate)
            {
                hash = (hash * 31) + (value is string text ? HashOf(text) : value?.GetHashCode() ?? 0);
            }

            return hash;
        }

        /// <summary>
        /// Length and two characters, since each request pays for it and the few texts that share them are told apart by comparing.
        /// </summary>
        private static int HashOf(string text) =>
            text.Length == 0 ? 0 : (((text.Length * 31) + text[text.Length / 2]) * 31) + text[^1];
    }
}

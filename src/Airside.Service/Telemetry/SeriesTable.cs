using System.Diagnostics.Metrics;
using Airside.Core;

namespace Airside.Service.Telemetry;

/// <summary>
/// The series of one instrument by their tags: a hash table with open addressing, at most half full, which is read without a lock.
/// Each request looks one up, so that it must cost neither memory nor a hash of every character of the tags.
/// </summary>
internal sealed class SeriesTable(Instrument instrument)
{
    private const int SlotsAtFirst = 16;

    private readonly Lock _adding = new();
    private Entry?[] _slots = new Entry?[SlotsAtFirst];
    private int _count;

    /// <summary>Takes a measurement.</summary>
    public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = Hash(tags);
        var series = Find(Volatile.Read(ref _slots), hash, tags) ?? FindOrAdd(hash, tags);
        series?.Add(value);
    }

    /// <summary>Forgets the series of an instrument that is observed, before it is observed again.</summary>
    public void Clear()
    {
        lock (_adding)
        {
            _count = 0;
            Volatile.Write(ref _slots, new Entry?[SlotsAtFirst]);
        }
    }

    /// <summary>The series with their labels, in the order of the labels.</summary>
    public IReadOnlyList<(string Labels, Series Series)> Series() =>
    [
        .. Volatile.Read(ref _slots)
            .OfType<Entry>()
            .Select(entry => (MetricsText.Labels(entry.Tags), entry.Series))
            .OrderBy(pair => pair.Item1, StringComparer.Ordinal),
    ];

    private static Series? Find(Entry?[] slots, uint hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        for (var slot = SlotOf(hash, slots); Volatile.Read(ref slots[slot]) is { } entry; slot = (slot + 1) & (slots.Length - 1))
        {
            if (entry.Hash == hash && AreSame(tags, entry.Tags))
            {
                return entry.Series;
            }
        }

        return null;
    }

    /// <summary>Gives null for a series that is one too many.</summary>
    private Series? FindOrAdd(uint hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_adding)
        {
            if (Find(_slots, hash, tags) is { } found)
            {
                return found;
            }

            if (_count >= Limits.MetricSeriesMax)
            {
                return null;
            }

            _count++;
            if (_count > _slots.Length / 2)
            {
                var slots = new Entry?[_slots.Length * 2];
                foreach (var known in _slots.OfType<Entry>())
                {
                    Put(slots, known);
                }

                Volatile.Write(ref _slots, slots);
            }

            var entry = new Entry(hash, tags.ToArray(), Telemetry.Series.For(instrument));
            Put(_slots, entry);
            return entry.Series;
        }
    }

    private static void Put(Entry?[] slots, Entry entry)
    {
        var slot = SlotOf(entry.Hash, slots);
        while (slots[slot] is not null)
        {
            slot = (slot + 1) & (slots.Length - 1);
        }

        Volatile.Write(ref slots[slot], entry);
    }

    /// <summary>Fibonacci hashing (Knuth, volume 3, section 6.4): the upper bits of a product depend on all bits of the hash.</summary>
    private static int SlotOf(uint hash, Entry?[] slots) => (int)((hash * 2_654_435_769u) >> 16) & (slots.Length - 1);

    /// <summary>
    /// The values alone tell series apart as a rule, since an instrument has the same names in the same order each time; and of a text
    /// its length and two characters do. Series for which they do not are told apart by comparing.
    /// </summary>
    private static uint Hash(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = tags.Length;
        foreach (var (_, value) in tags)
        {
            hash = (hash * 31) + (value is string text ? HashOf(text) : value?.GetHashCode() ?? 0);
        }

        return (uint)hash;
    }

    private static int HashOf(string text) => text.Length == 0 ? 0 : (((text.Length * 31) + text[text.Length / 2]) * 31) + text[^1];

    private static bool AreSame(ReadOnlySpan<KeyValuePair<string, object?>> tags, KeyValuePair<string, object?>[] others)
    {
        if (tags.Length != others.Length)
        {
            return false;
        }

        for (var i = 0; i < others.Length; i++)
        {
            if (!Equals(tags[i].Value, others[i].Value) || tags[i].Key != others[i].Key)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>One series under its tags.</summary>
    private sealed record Entry(uint Hash, KeyValuePair<string, object?>[] Tags, Series Series);
}

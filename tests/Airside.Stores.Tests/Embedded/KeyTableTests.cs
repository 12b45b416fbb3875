using System.Text;
using Airside.Core;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Tests.Embedded;

public sealed class KeyTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_key_table_is_always_what_a_dictionary_is(int seed)
    {
        var model = new KeyTableModel(new Random(seed));
        for (var i = 0; i < 200_000; i++)
        {
            model.Step();
        }

        model.AssertSame();
    }

    [Fact]
    public void Keys_within_the_window_are_never_forgotten_and_older_ones_go_with_their_chunk()
    {
        const int WindowMs = 10_000;
        var table = new KeyTable(Limits.KeyMemoryBytesMax);
        for (var nowMs = 0; nowMs < 100_000; nowMs++)
        {
            table.Expire(nowMs - WindowMs);
            Add(table, nowMs);
            if (nowMs % 1000 == 0)
            {
                for (var recordedMs = Math.Max(0, nowMs - WindowMs); recordedMs <= nowMs; recordedMs++)
                {
                    Assert.True(IsKnown(table, recordedMs));
                }
            }
        }

        // A chunk is dropped once all its keys are too old, so about one chunk of old entries remains at most.
        const int EntryBytesMin = 24;
        Assert.InRange(table.Count, WindowMs, WindowMs + (2 * KeyArena.ChunkBytes / EntryBytesMin));
        Assert.False(IsKnown(table, 0));
    }

    private static void Add(KeyTable table, int recordedMs)
    {
        var key = KeyOf(recordedMs);
        table.Add(table.Hash(key), key, route: 1, total: recordedMs, recordedMs);
    }

    private static bool IsKnown(KeyTable table, int recordedMs)
    {
        var key = KeyOf(recordedMs);
        return table.TryFind(table.Hash(key), key, out _, out var total) && total == recordedMs;
    }

    private static byte[] KeyOf(int recordedMs) => Encoding.UTF8.GetBytes($"key {recordedMs}");

    /// <summary>A table and a dictionary to compare it with. Expired keys may or may not still be in the table.</summary>
    private sealed class KeyTableModel(Random random)
    {
        private const int KeysMax = 40_000;
        private readonly KeyTable _table = new(Limits.KeyMemoryBytesMax);
        private readonly Dictionary<int, (ulong Route, long Total, long TimeMs)> _expected = [];
        private readonly Stack<(int Number, uint Reference)> _added = [];
        private long _nowMs;
        private long _cutoffMs = -1;

        public void Step()
        {
            _nowMs += random.Next(3);
            if (random.Next(5_000) == 0)
            {
                AddAndRemoveMany();
            }

            var number = random.Next(KeysMax);
            switch (random.Next(20))
            {
                case < 10:
                    Add(number);
                    break;
                case < 13:
                    RemoveLast();
                    break;
                case < 15:
                    Replace(number);
                    break;
                case < 16:
                    Expire();
                    break;
                default:
                    AssertSame(number);
                    break;
            }
        }

        public void AssertSame()
        {
            for (var number = 0; number < KeysMax; number++)
            {
                AssertSame(number);
            }
        }

        private void Add(int number)
        {
            var key = KeyOf(number);
            var hash = _table.Hash(key);
            if (!_table.TryFind(hash, key, out _, out _))
            {
                var value = NextValue();
                _added.Push((number, _table.Add(hash, key, value.Route, value.Total, value.TimeMs)));
                _expected[number] = value;
            }
        }

        /// <summary>Adds a batch that spans several chunks of memory, and removes it in full.</summary>
        private void AddAndRemoveMany()
        {
            _added.Clear();
            for (var i = 0; i < 5_000; i++)
            {
                Add(random.Next(KeysMax));
            }

            while (_added.Count > 0)
            {
                RemoveLast();
            }
        }

        private void RemoveLast()
        {
            if (_added.TryPop(out var last))
            {
                _table.RemoveLast(last.Reference);
                _expected.Remove(last.Number);
            }
        }

        private void Replace(int number)
        {
            var key = KeyOf(number);
            var value = NextValue();
            _table.Index([new StoredKey(_table.Hash(key), _table.Store(key, value.Route, value.Total, value.TimeMs))]);
            _expected[number] = value;

            // Entries added before this one are no longer the last.
            _added.Clear();
        }

        private void Expire()
        {
            _cutoffMs = Math.Max(_cutoffMs, _nowMs - 60_000);
            _table.Expire(_cutoffMs);
            _added.Clear();
        }

        private void AssertSame(int number)
        {
            var key = KeyOf(number);
            var isFound = _table.TryFind(_table.Hash(key), key, out var route, out var total);
            var isExpected = _expected.TryGetValue(number, out var expected);
            if (isFound)
            {
                Assert.True(isExpected);
                Assert.Equal((expected.Route, expected.Total), (route, total));
            }
            else
            {
                Assert.True(!isExpected || expected.TimeMs < _cutoffMs);
            }
        }

        private (ulong Route, long Total, long TimeMs) NextValue() => ((ulong)random.NextInt64(), random.NextInt64(), _nowMs);

        /// <summary>Returns keys of all lengths that a client can send.</summary>
        private static byte[] KeyOf(int number) => Encoding.UTF8.GetBytes($"{number}".PadLeft(5 + (number % 380), '0'));
    }
}

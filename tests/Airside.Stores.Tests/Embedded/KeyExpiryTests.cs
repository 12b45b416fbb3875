using System.Text;
using Airside.Core;
using Airside.Stores.Embedded.Tables;

namespace Airside.Stores.Tests.Embedded;

/// <summary>Keys expire as fast as the largest commits add new ones. There is one commit per minute.</summary>
public sealed class KeyExpiryTests
{
    private const int WindowMinutes = 10;
    private const int MinuteMs = 60_000;
    private const int BatchSize = Limits.GroupCommitTransactionsMax;

    /// <summary>A chunk is dropped once all its keys are too old, so at most the keys of one full batch stay too long.</summary>
    private const int KeysLateMax = BatchSize;

    private readonly KeyTable _table = new(Limits.KeyMemoryBytesMax);

    [Fact]
    public void Under_full_batches_of_the_longest_keys_the_window_is_kept_and_memory_levels_out()
    {
        var leveledBytes = 0L;
        for (var minute = 0; minute < 5 * WindowMinutes; minute++)
        {
            Commit(minute, BatchSize);
            leveledBytes = minute == WindowMinutes + 1 ? _table.Bytes : leveledBytes;
        }

        const int Last = (5 * WindowMinutes) - 1;
        AssertKnown(Last - WindowMinutes, Last);
        AssertForgotten(0, Last - WindowMinutes - 2);
        Assert.InRange(_table.Count, (WindowMinutes + 1) * BatchSize, ((WindowMinutes + 1) * BatchSize) + KeysLateMax);
        Assert.InRange(_table.Bytes, 1, leveledBytes + (4 * KeyArena.ChunkBytes));
    }

    [Fact]
    public void After_a_pause_the_backlog_goes_commit_by_commit_each_a_little_more_than_one_can_add()
    {
        for (var minute = 0; minute <= WindowMinutes; minute++)
        {
            Commit(minute, BatchSize);
        }

        const int After = 3 * WindowMinutes;
        for (var commit = 0; commit < WindowMinutes; commit++)
        {
            var before = _table.Count;
            Commit(After + commit, transactions: 1);
            Assert.InRange(before + 1 - _table.Count, BatchSize * 9 / 10, BatchSize * 6 / 5);
        }

        AssertForgotten(0, WindowMinutes - 1);
        AssertKnown(After, After + WindowMinutes - 1, transactions: 1);
        Assert.InRange(_table.Count, WindowMinutes, KeysLateMax);
    }

    /// <summary>Handles keys as the ledger does in one commit.</summary>
    private void Commit(int minute, int transactions)
    {
        _table.Expire((minute - WindowMinutes) * MinuteMs);
        for (var number = 0; number < transactions; number++)
        {
            var key = KeyOf(minute, number);
            _table.Add(_table.Hash(key), key, route: 1, total: number, minute * MinuteMs);
        }
    }

    private void AssertKnown(int firstMinute, int lastMinute, int transactions = BatchSize) =>
        Assert.Equal((lastMinute - firstMinute + 1) * transactions, KnownKeys(firstMinute, lastMinute));

    private void AssertForgotten(int firstMinute, int lastMinute) => Assert.Equal(0, KnownKeys(firstMinute, lastMinute));

    private int KnownKeys(int firstMinute, int lastMinute) =>
        (from minute in Enumerable.Range(firstMinute, lastMinute - firstMinute + 1)
         from number in Enumerable.Range(0, BatchSize)
         select KeyOf(minute, number)).Count(key => _table.TryFind(_table.Hash(key), key, out _, out _));

    /// <summary>Returns a key of the maximum length in UTF-8.</summary>
    private static byte[] KeyOf(int minute, int number)
    {
        var key = Encoding.UTF8.GetBytes($"{minute} {number} ");
        Array.Resize(ref key, Limits.TransactionKeyBytesMax);
        return key;
    }
}

namespace Airside.Stores.Embedded;

/// <summary>Brings keys from the disk into the table: those that are in the window when the ledger is opened.</summary>
/// <param name="keys">Receives them.</param>
/// <param name="nowMs">The time of the opening, in Unix milliseconds.</param>
/// <param name="cutoffMs">Keys recorded before this moment have left the window.</param>
internal sealed class KeyLoad(KeyTable keys, long nowMs, long cutoffMs)
{
    private readonly List<uint> _ahead = [];

    /// <summary>Takes a key in place of what it was recorded for before.</summary>
    /// <param name="key">The key in UTF-8.</param>
    /// <param name="route">Packed name of its route.</param>
    /// <param name="total">Total of the route after it.</param>
    /// <param name="recordMs">When it was recorded, by its record.</param>
    public void Add(ReadOnlySpan<byte> key, ulong route, long total, long recordMs)
    {
        if (recordMs < cutoffMs)
        {
            return;
        }

        var isAhead = LedgerClock.IsAhead(recordMs, nowMs);
        var reference = keys.Replace(keys.Hash(key), key, route, total, isAhead ? nowMs : recordMs);
        if (isAhead)
        {
            _ahead.Add(reference);
        }
    }

    /// <summary>
    /// Takes note of the time of a record, whose keys follow. What stands before it in the sequence was recorded by then, whatever its own
    /// time says.
    /// </summary>
    /// <returns>Whether any of its keys can be in the window.</returns>
    public bool Begin(long recordMs)
    {
        if (_ahead.Count > 0 && !LedgerClock.IsAhead(recordMs, nowMs))
        {
            _ahead.ForEach(reference => keys.SetTime(reference, recordMs));
            _ahead.Clear();
        }

        return recordMs >= cutoffMs;
    }
}

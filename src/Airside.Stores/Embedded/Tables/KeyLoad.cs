using System.Text;
using Airside.Core.Transactions;
using Airside.Stores.Embedded.Journal;
using Airside.Stores.Shared;

namespace Airside.Stores.Embedded.Tables;

/// <summary>Loads keys from the disk into the table: those in the window when the ledger is opened.</summary>
/// <param name="keys">Receives the keys.</param>
/// <param name="nowMs">When the ledger is opened, in Unix milliseconds.</param>
/// <param name="cutoffMs">Keys recorded before this moment have left the window.</param>
internal sealed class KeyLoad(KeyTable keys, long nowMs, long cutoffMs)
{
    private readonly List<uint> _ahead = [];

    /// <summary>Keys among them that must be converted.</summary>
    public EarlierNames EarlierNames { get; } = new();

    /// <summary>Adds a key, replacing what it was recorded for before.</summary>
    /// <param name="key">The key in UTF-8.</param>
    /// <param name="route">Packed name of its route.</param>
    /// <param name="total">Total of the route after it.</param>
    /// <param name="recordMs">When it was recorded, according to its record.</param>
    public void Add(ReadOnlySpan<byte> key, ulong route, long total, long recordMs) =>
        Add(keys.Hash(key), key, route, total, recordMs);

    /// <inheritdoc cref="Add(ReadOnlySpan{byte}, ulong, long, long)"/>
    public void Add(ulong hash, ReadOnlySpan<byte> key, ulong route, long total, long recordMs)
    {
        if (recordMs < cutoffMs)
        {
            return;
        }

        if (key[0] == (byte)'"')
        {
            EarlierNames.Add(TransactionKey.FromStored(Encoding.UTF8.GetString(key)));
        }

        var isAhead = LedgerClock.IsAhead(recordMs, nowMs);
        var reference = keys.Replace(hash, key, route, total, isAhead ? nowMs : recordMs);
        if (isAhead)
        {
            _ahead.Add(reference);
        }
    }

    /// <summary>
    /// Notes the time of a record, whose keys follow. Earlier records in the sequence were recorded by then, whatever their own times
    /// say.
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

namespace Airside.Stores.Embedded.Journal;

/// <summary>
/// Finds when the newest transaction of each segment was recorded, for its removal. Segments are read in order, so a time in the future
/// is replaced by that of the next record with a plausible time.
/// </summary>
/// <param name="newestMs">Receives the times, in Unix milliseconds.</param>
/// <param name="nowMs">The current time, in Unix milliseconds.</param>
internal sealed class SegmentTimes(Dictionary<string, long> newestMs, long nowMs)
{
    private readonly List<string> _ahead = [];
    private long _newestMs = long.MinValue;
    private bool _isAhead;

    /// <summary>Notes the time of a record of the segment being read.</summary>
    public void Add(long recordMs)
    {
        _isAhead = LedgerClock.IsAhead(recordMs, nowMs);
        if (_isAhead)
        {
            return;
        }

        _newestMs = Math.Max(_newestMs, recordMs);
        foreach (var name in _ahead)
        {
            newestMs[name] = Math.Min(newestMs[name], recordMs);
        }

        _ahead.Clear();
    }

    public void End(string name)
    {
        newestMs[name] = _isAhead ? nowMs : _newestMs;
        if (_isAhead)
        {
            _ahead.Add(name);
        }

        (_newestMs, _isAhead) = (long.MinValue, false);
    }
}

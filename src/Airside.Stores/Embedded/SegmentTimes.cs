namespace Airside.Stores.Embedded;

/// <summary>
/// When the newest transaction of each segment was recorded, for its removal. The segments are read in order, so that a time that lies
/// ahead counts as that of the next record which has a time that can be.
/// </summary>
/// <param name="newestMs">Receives the times, in Unix milliseconds.</param>
/// <param name="nowMs">The present time.</param>
internal sealed class SegmentTimes(Dictionary<string, long> newestMs, long nowMs)
{
    private readonly List<string> _ahead = [];
    private long _newestMs = long.MinValue;
    private bool _isAhead;

    /// <summary>Takes note of the time of a record of the segment that is being read.</summary>
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

    /// <summary>Ends a segment.</summary>
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

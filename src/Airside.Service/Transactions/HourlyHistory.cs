using Airside.Core.Transactions;
using Airside.Service.Configuration;

namespace Airside.Service.Transactions;

/// <summary>Since when transactions are kept by hour; before that, by day.</summary>
internal sealed class HourlyHistory(int days, TimeProvider timeProvider)
{
    /// <summary>The first hour, the start of a day in UTC.</summary>
    public DateTimeOffset Since => HistoryRange.Floor(timeProvider.GetUtcNow(), HistoryBucket.Day).AddDays(-days);

    /// <summary>Returns why a history by hour cannot begin at a moment, or null if it can.</summary>
    public string? Check(DateTimeOffset from) => from >= Since
        ? null
        : $"The parameter 'from' is {from.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, but transactions are kept by hour for {days} days "
            + $"({Setting.HourlyHistorySetting}): the earliest hour is {Since:yyyy-MM-dd'T'HH:mm:ss'Z'}. Request a later 'from' or "
            + "'bucket=day'.";
}

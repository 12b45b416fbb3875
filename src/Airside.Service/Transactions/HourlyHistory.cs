using Airside.Core.Transactions;
using Airside.Service.Configuration;

namespace Airside.Service.Transactions;

/// <summary>Since when transactions are kept by hour; before that, by day.</summary>
internal sealed class HourlyHistory(int days, TimeProvider timeProvider)
{
    /// <summary>The first hour that the setting keeps, the start of a day in UTC.</summary>
    public DateTimeOffset Since => HistoryRange.Floor(timeProvider.GetUtcNow(), HistoryBucket.Day).AddDays(-days);

    /// <summary>Returns why a history by hour cannot begin at a moment, or null if it can.</summary>
    /// <param name="from">The moment.</param>
    /// <param name="storedSince">Since when the store has hours; asked for after they were read.</param>
    public string? Check(DateTimeOffset from, DateTimeOffset storedSince)
    {
        var since = Since;
        if (from >= since && from >= storedSince)
        {
            return null;
        }

        var (earliest, cause) = storedSince > since
            ? (storedSince, $"earlier hours have become days, under an {Setting.HourlyHistorySetting} shorter than {days} days, before an "
                + "import, or because they did not fit into memory")
            : (since, $"transactions are kept by hour for {days} days ({Setting.HourlyHistorySetting})");
        return $"The parameter 'from' is {from.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}, but {cause}: the earliest hour is "
            + $"{earliest:yyyy-MM-dd'T'HH:mm:ss'Z'}. Request a later 'from' or 'bucket=day'.";
    }
}

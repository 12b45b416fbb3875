using System.Globalization;
using Airside.Core;
using Airside.Core.Transactions;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Transactions;

/// <summary><c>GET /api/v1/routes/{route}/history</c>.</summary>
internal static class HistoryEndpoint
{
    /// <summary>What is shown by hour unless asked for otherwise.</summary>
    public static readonly TimeSpan HoursShown = TimeSpan.FromHours(24);

    /// <summary>What is shown by day unless asked for otherwise.</summary>
    public static readonly TimeSpan DaysShown = TimeSpan.FromDays(30);

    /// <summary>Shows the history of a route.</summary>
    public static async Task<Results<Ok<HistoryAnswer>, ProblemHttpResult>> GetAsync(
        ITransactionLedger ledger, TimeProvider timeProvider, string route, string? from, string? to, string? bucket,
        CancellationToken cancellationToken)
    {
        if (!FlightRoute.TryParse(route, out var flightRoute))
        {
            return RouteProblems.Invalid(route);
        }

        var isDay = string.Equals(bucket, "day", StringComparison.OrdinalIgnoreCase);
        var end = timeProvider.GetUtcNow();
        string? error = null;
        if (!isDay && !string.IsNullOrEmpty(bucket) && !string.Equals(bucket, "hour", StringComparison.OrdinalIgnoreCase))
        {
            error = $"The parameter 'bucket' is '{Shown.Text(bucket)}'; it must be 'hour' or 'day'.";
        }

        ReadMoment("to", to, ref end, ref error);
        var shown = isDay ? DaysShown : HoursShown;
        var start = end - shown;
        ReadMoment("from", from, ref start, ref error);
        error ??= CheckRange(start, end, isDay);
        if (error is not null)
        {
            return Problems.BadRequest("invalid-parameter", error);
        }

        var history = await ledger.HistoryAsync(
            flightRoute, start, end, isDay ? HistoryBucket.Day : HistoryBucket.Hour, cancellationToken);
        return TypedResults.Ok(new HistoryAnswer(
            flightRoute.ToString(), isDay ? "day" : "hour", start, end,
            [.. history.Select(point => new HistoryPointAnswer(point.Start, point.Transactions))]));
    }

    private static string? CheckRange(DateTimeOffset from, DateTimeOffset to, bool isDay)
    {
        if (from > to)
        {
            return $"The parameter 'from' ({from:o}) is later than 'to' ({to:o}).";
        }

        var points = (to - from) / (isDay ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1));
        return points <= Limits.HistoryPointsMax
            ? null
            : $"From 'from' to 'to' there are {points:0} {(isDay ? "days" : "hours")}; one answer has at most {Limits.HistoryPointsMax} "
                + "of them. Ask for a shorter time or for 'bucket=day'.";
    }

    private static void ReadMoment(string name, string? text, ref DateTimeOffset moment, ref string? error)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        // A plus that was not escaped arrives as a space; a space means nothing else in these forms.
        string[] forms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];
        if (DateTimeOffset.TryParseExact(
            text.Replace(' ', '+'), forms, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed)
            && parsed >= DateTimeOffset.UnixEpoch)
        {
            moment = parsed;
        }
        else
        {
            error ??= $"The parameter '{name}' is '{Shown.Text(text)}'; it must be a moment such as 2026-11-21T06:00:00Z or a day such as "
                + "2026-11-21, from 1970 on.";
        }
    }
}

/// <summary>The history of a route.</summary>
/// <param name="Route">The route.</param>
/// <param name="Bucket"><c>hour</c> or <c>day</c>.</param>
/// <param name="From">Start of the time asked for.</param>
/// <param name="To">Its end.</param>
/// <param name="History">The hours or days with a transaction, oldest first.</param>
internal sealed record HistoryAnswer(
    string Route, string Bucket, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<HistoryPointAnswer> History);

/// <summary>The transactions of one hour or day.</summary>
/// <param name="Start">Its start, UTC.</param>
/// <param name="Transactions">Number of transactions.</param>
internal sealed record HistoryPointAnswer(DateTimeOffset Start, long Transactions);

using System.Globalization;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Transactions;

/// <summary><c>GET /api/v1/routes/{route}/history</c>.</summary>
internal static class HistoryEndpoint
{
    /// <summary>Default range of a history by hour.</summary>
    public static readonly TimeSpan HoursShown = TimeSpan.FromHours(24);

    /// <summary>Default range of a history by day.</summary>
    public static readonly TimeSpan DaysShown = TimeSpan.FromDays(30);

    /// <summary>Returns the history of a route.</summary>
    public static async Task<Results<Ok<HistoryResponse>, ProblemHttpResult>> GetAsync(
        ITransactionLedger ledger, HourlyHistory hourly, TimeProvider timeProvider, string route, string? from, string? to, string? bucket,
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
            error = $"The parameter 'bucket' is '{DisplayText.Shorten(bucket)}'; it must be 'hour' or 'day'.";
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
        if (!isDay && hourly.Check(start, await ledger.HoursSinceAsync(cancellationToken)) is { } missing)
        {
            return Problems.BadRequest("invalid-parameter", missing);
        }

        return TypedResults.Ok(new HistoryResponse(
            flightRoute.ToString(), isDay ? "day" : "hour", start, end,
            [.. history.Select(point => new HistoryPointResponse(point.Start, point.Transactions))]));
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
            : $"From 'from' to 'to' is {points:0} {(isDay ? "days" : "hours")}; one response has at most {Limits.HistoryPointsMax} "
                + "of them. Request a shorter range or 'bucket=day'.";
    }

    private static void ReadMoment(string name, string? text, ref DateTimeOffset moment, ref string? error)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        // An unescaped plus arrives as a space; a space has no other meaning in these formats.
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
            error ??= $"The parameter '{name}' is '{DisplayText.Shorten(text)}'; it must be a time such as 2026-11-21T06:00:00Z or a day "
                + "such as 2026-11-21, in 1970 or later.";
        }
    }
}

/// <summary>The history of a route.</summary>
/// <param name="Route">The route.</param>
/// <param name="Bucket"><c>hour</c> or <c>day</c>.</param>
/// <param name="From">Start of the requested range.</param>
/// <param name="To">End of the requested range.</param>
/// <param name="History">The hours or days with transactions, oldest first.</param>
internal sealed record HistoryResponse(
    string Route, string Bucket, DateTimeOffset From, DateTimeOffset To, IReadOnlyList<HistoryPointResponse> History);

/// <summary>The transactions of one hour or day.</summary>
/// <param name="Start">Its start, UTC.</param>
/// <param name="Transactions">Number of transactions.</param>
internal sealed record HistoryPointResponse(DateTimeOffset Start, long Transactions);

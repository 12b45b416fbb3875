using Airside.Core.Airlines;
using Airside.Service.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Airlines;

/// <summary>Problem details for an airline file that cannot be loaded.</summary>
internal static class AirlineLoadProblems
{
    /// <summary>Returns the problem that lists the invalid lines.</summary>
    public static ProblemHttpResult InvalidFile(AirlineFileResult result)
    {
        var lines = result.Errors.Select(error => new AirlineLineError(error.Line, error.Column, error.Cause)).ToArray();
        var count = result.HasMoreErrors ? $"more than {lines.Length}" : $"{lines.Length}";
        return Problems.Problem(
            StatusCodes.Status422UnprocessableEntity,
            "invalid-airline-file",
            result.Refusal is { } refusal
                ? $"Nothing was changed: {refusal}."
                : $"The airline file has {count} {(lines.Length == 1 ? "error" : "errors")}, so nothing was changed. First: "
                    + $"{result.Errors[0]}. Correct the lines and load the file again.",
            new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["errors"] = lines,
                ["hasMoreErrors"] = result.HasMoreErrors,
            });
    }

    /// <summary>Returns the problem of a load that drops most airlines, with the command that confirms it.</summary>
    public static ProblemHttpResult Unconfirmed(UnconfirmedLoadException load, HttpContext context)
    {
        var request = context.Request;
        var url = $"{request.Scheme}://{request.Host}{request.PathBase}{request.Path}?confirm={load.Version}";
        var key = context.User.Identity is { IsAuthenticated: true } ? " -H \"Authorization: Bearer $AIRSIDE_API_KEY\"" : "";
        var file = request.ContentType is null ? "" : " -H 'Content-Type: text/csv' --data-binary @airlines.dat";
        return Problems.Problem(
            StatusCodes.Status409Conflict,
            "unconfirmed-load",
            $"{load.Message} If that is right, confirm it with: curl -X POST{key}{file} '{url}'",
            new Dictionary<string, object?>(StringComparer.Ordinal) { ["removed"] = load.Removed, ["version"] = load.Version });
    }
}

/// <summary>One invalid line of an airline file.</summary>
/// <param name="Line">Line on which the row starts, counted from 1.</param>
/// <param name="Column">Name of the column, or null if the entire row is invalid.</param>
/// <param name="Cause">What is wrong.</param>
internal sealed record AirlineLineError(int Line, string? Column, string Cause);

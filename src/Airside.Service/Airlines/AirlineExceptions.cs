using Airside.Service.Hosting;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Airlines;

/// <summary>Maps the exceptions of an airline load to problem details.</summary>
internal sealed class AirlineExceptions : IExceptionHandler
{
    private const string SendFile = "Correct the source, or send the file itself as text/csv.";

    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (ProblemOf(exception, httpContext) is not { } problem)
        {
            return false;
        }

        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private static ProblemHttpResult? ProblemOf(Exception exception, HttpContext context) => exception switch
    {
        InvalidAirlineFileException invalid => AirlineLoadProblems.InvalidFile(invalid.Result),
        UnconfirmedLoadException unconfirmed => AirlineLoadProblems.Unconfirmed(unconfirmed, context),
        UnexpectedVersionException => Problems.Problem(StatusCodes.Status409Conflict, "unexpected-version", exception.Message),
        AirlineSourceException source => Problems.Problem(source.Status, "airline-source", $"{source.Message} {SendFile}"),
        _ => null,
    };
}

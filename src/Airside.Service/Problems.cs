using System.Diagnostics;
using Airside.Core;
using Airside.Service.Airlines;
using Airside.Service.Dashboard;
using Airside.Service.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Airside.Service;

/// <summary>Every error as problem details (RFC 9457) with its true status.</summary>
internal static partial class Problems
{
    /// <summary>The request cannot be understood or breaks a rule.</summary>
    public static ProblemHttpResult BadRequest(string code, string detail) =>
        Problem(StatusCodes.Status400BadRequest, code, detail);

    /// <summary>There is no such thing.</summary>
    public static ProblemHttpResult NotFound(string code, string detail) => Problem(StatusCodes.Status404NotFound, code, detail);

    /// <summary>The body is larger than its limit.</summary>
    public static ProblemHttpResult TooLarge(string detail) =>
        Problem(StatusCodes.Status413PayloadTooLarge, "body-too-large", detail);

    /// <summary>The body is of a type that the endpoint does not read.</summary>
    public static ProblemHttpResult UnsupportedMediaType(string? contentType, string supported) => Problem(
        StatusCodes.Status415UnsupportedMediaType,
        "unsupported-media-type",
        $"The content type is '{Shown.Text(contentType ?? "")}'; this endpoint reads {supported}.");

    /// <summary>A problem with a name that programs can rely on.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Last part of the type <c>urn:airside:problem:…</c>; stays the same over versions.</param>
    /// <param name="detail">What is wrong, for people.</param>
    /// <param name="extensions">More members of the answer.</param>
    public static ProblemHttpResult Problem(
        int status, string code, string detail, IDictionary<string, object?>? extensions = null) =>
        TypedResults.Problem(detail, statusCode: status, type: $"urn:airside:problem:{code}", extensions: extensions);

    /// <summary>Adds the conversion of exceptions and of bare statuses to problem details.</summary>
    public static void AddProblems(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = problem =>
        {
            TraceIds.Ensure(problem.HttpContext);
            problem.ProblemDetails.Extensions["traceId"] = Activity.Current?.Id;
        });
        builder.Services.AddExceptionHandler<ExceptionToProblem>();
    }

    /// <summary>Turns exceptions of everything behind it into problem details.</summary>
    public static void UseProblems(this WebApplication app) => app.UseExceptionHandler();

    /// <summary>
    /// Gives the bare statuses of routing a body: unknown URL, method or content type. The endpoints answer with problems of their
    /// own, and are spared what watching each answer costs.
    /// </summary>
    public static void UseRoutingProblems(this WebApplication app) => app.UseWhen(
        context => context.GetEndpoint() is not RouteEndpoint,
        unmatched => unmatched.UseStatusCodePages(async pages =>
        {
            var context = pages.HttpContext;
            if (context.Response.StatusCode == StatusCodes.Status404NotFound && DashboardEndpoint.WantsPage(context.Request))
            {
                await ErrorPages.NotFound($"There is no page at {Shown.Text(context.Request.Path)}.").ExecuteAsync(context);
                return;
            }

            var problems = context.RequestServices.GetRequiredService<IProblemDetailsService>();
            await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context });
        }));

    private sealed partial class ExceptionToProblem(ILogger<ExceptionToProblem> logger) : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
        {
            TraceIds.Ensure(context);
            return TryAnswerAsync(context, exception);
        }

        private async ValueTask<bool> TryAnswerAsync(HttpContext context, Exception exception)
        {
            if (ProblemOf(exception) is not { } problem)
            {
                return false;
            }

            if (problem.StatusCode == StatusCodes.Status503ServiceUnavailable)
            {
                context.Response.Headers.RetryAfter = Limits.RetryAfterSeconds.ToString();
                if (exception is StoreUnavailableException)
                {
                    LogStoreUnavailable(logger, exception.Message);
                }
            }

            await problem.ExecuteAsync(context);
            return true;
        }

        private static ProblemHttpResult? ProblemOf(Exception exception) => exception switch
        {
            OutOfMemoryException => Problem(
                StatusCodes.Status503ServiceUnavailable,
                "overloaded",
                "The memory of the service is used up. A request with a key is safe to repeat."),
            OverloadedException => Problem(StatusCodes.Status503ServiceUnavailable, "overloaded", exception.Message),
            TransactionRefusedException =>
                Problem(StatusCodes.Status422UnprocessableEntity, "transaction-refused", $"{exception.Message} Nothing was recorded."),
            StoreUnavailableException => Problem(StatusCodes.Status503ServiceUnavailable, "store-unavailable", exception.Message),
            InvalidAirlineFileException invalid => AirlineLoadProblems.InvalidFile(invalid.Result),
            UnexpectedVersionException unexpected =>
                Problem(StatusCodes.Status409Conflict, "unexpected-version", unexpected.Message),
            AirlineSourceException source => Problem(source.Status, "airline-source", source.Message),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                TooLarge($"The body is larger than this endpoint allows. {exception.Message}"),
            BadHttpRequestException bad => Problem(bad.StatusCode, "bad-request", bad.Message),

            // The server's word for the size of a chunk that does not fit into 32 bits; nothing else that is read wraps an overflow.
            IOException { InnerException: OverflowException } chunk => BadRequest("bad-request", chunk.Message),
            _ => null,
        };

        [LoggerMessage(EventIds.StoreUnavailable, LogLevel.Warning, "The store is unavailable: {Cause}")]
        private static partial void LogStoreUnavailable(ILogger logger, string cause);
    }
}

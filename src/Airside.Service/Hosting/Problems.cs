using System.Diagnostics;
using Airside.Core;
using Airside.Core.Transactions;
using Airside.Service.Telemetry;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace Airside.Service.Hosting;

/// <summary>Errors as problem details (RFC 9457) with their actual status.</summary>
internal static partial class Problems
{
    /// <summary>What the type of every problem begins with.</summary>
    public const string TypePrefix = "urn:airside:problem:";

    public static ProblemHttpResult BadRequest(string code, string detail) =>
        Problem(StatusCodes.Status400BadRequest, code, detail);

    public static ProblemHttpResult NotFound(string code, string detail) => Problem(StatusCodes.Status404NotFound, code, detail);

    public static ProblemHttpResult TooLarge(string detail) =>
        Problem(StatusCodes.Status413PayloadTooLarge, "body-too-large", detail);

    public static ProblemHttpResult RoutesLimit(string detail, IDictionary<string, object?>? extensions = null) =>
        Problem(StatusCodes.Status507InsufficientStorage, "routes-limit", detail, extensions);

    public static ProblemHttpResult UnsupportedMediaType(string? contentType, params string[] accepted) => Problem(
        StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", ContentTypeNotRead(contentType, accepted));

    /// <summary>Returns which content types an endpoint reads instead of one, and how to send them with curl.</summary>
    public static string ContentTypeNotRead(string? contentType, IReadOnlyList<string> accepted)
    {
        var present = string.IsNullOrEmpty(contentType)
            ? "The request has no content type"
            : $"The content type is '{DisplayText.Shorten(contentType)}'";
        return accepted.Count == 0
            ? $"{present}, which this URL does not read."
            : $"{present}, but this URL reads {string.Join(", ", accepted)} in UTF-8. {Conversion(contentType)}With curl: "
                + $"-H 'Content-Type: {accepted[0]}' --data-binary @FILE";
    }

    /// <summary>Returns the command that converts a body of another charset.</summary>
    private static string Conversion(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.Charset is { HasValue: true, Length: < 40 } charset
        && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            ? $"Convert the body with: iconv -f {DisplayText.Shorten(charset.ToString())} -t UTF-8. "
            : "";

    /// <summary>Creates a problem with a name that programs can rely on.</summary>
    /// <param name="status">HTTP status.</param>
    /// <param name="code">Last part of the type <c>urn:airside:problem:…</c>; it never changes between versions.</param>
    /// <param name="detail">What is wrong, for people.</param>
    /// <param name="extensions">Additional members of the response.</param>
    public static ProblemHttpResult Problem(
        int status, string code, string detail, IDictionary<string, object?>? extensions = null) =>
        TypedResults.Problem(
            detail, statusCode: status, title: ProblemTitles.Of(code), type: TypePrefix + code, extensions: extensions);

    /// <summary>Adds the conversion of exceptions and bare statuses to problem details.</summary>
    public static void AddProblems(this WebApplicationBuilder builder)
    {
        builder.AddJson(HostingJson.Default);
        builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.Converters.Add(new UtcTimeConverter()));
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = problem =>
        {
            TraceIds.Ensure(problem.HttpContext);
            problem.ProblemDetails.Extensions["traceId"] = Activity.Current?.Id;
            RoutingProblems.Complete(problem.HttpContext, problem.ProblemDetails);
        });
        builder.Services.AddExceptionHandler<ExceptionToProblem>();
    }

    /// <summary>Converts exceptions of all later middleware to problem details.</summary>
    public static void UseProblems(this WebApplication app) => app.UseExceptionHandler();

    /// <summary>
    /// Adds a body to the bare statuses of routing: unknown URL, method or content type. Endpoints return their own problems, and
    /// avoid the cost of checking each response.
    /// </summary>
    public static void UseRoutingProblems(this WebApplication app) => app.UseWhen(
        context => context.GetEndpoint() is not RouteEndpoint,
        unmatched => unmatched.UseStatusCodePages(async pages =>
        {
            var context = pages.HttpContext;
            var problems = context.RequestServices.GetRequiredService<IProblemDetailsService>();
            await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context });
        }));

    private sealed partial class ExceptionToProblem(ILogger<ExceptionToProblem> logger) : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
        {
            TraceIds.Ensure(context);
            return TryRespondAsync(context, exception);
        }

        private async ValueTask<bool> TryRespondAsync(HttpContext context, Exception exception)
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
                "The service is out of memory. A request with a key is safe to retry."),
            OverloadedException => Problem(StatusCodes.Status503ServiceUnavailable, "overloaded", exception.Message),
            RoutesLimitException limit => RoutesLimit($"The route is new. {limit.Message} Nothing was recorded."),
            TransactionRefusedException =>
                Problem(StatusCodes.Status422UnprocessableEntity, "transaction-refused", $"{exception.Message} Nothing was recorded."),
            StoreUnavailableException => Problem(
                StatusCodes.Status503ServiceUnavailable,
                "store-unavailable",
                $"{exception.Message} A request with a transaction key is safe to repeat."),
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                TooLarge($"The body is larger than this endpoint allows. {exception.Message} Send less in one request."),
            BadHttpRequestException bad => Problem(bad.StatusCode, "bad-request", Correct(bad.Message)),

            // The server throws this for a chunk size that does not fit into 32 bits; no other read wraps an overflow.
            IOException { InnerException: OverflowException } chunk => BadRequest("bad-request", Correct(chunk.Message)),
            _ => null,
        };

        private static string Correct(string cause) => $"{cause} Correct the request and send it again.";

        [LoggerMessage(EventIds.StoreUnavailable, LogLevel.Warning, "The store is unavailable: {Cause}")]
        private static partial void LogStoreUnavailable(ILogger logger, string cause);
    }
}

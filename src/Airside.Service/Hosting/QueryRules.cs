using System.Collections.Frozen;
using System.Reflection;
using System.Runtime.CompilerServices;
using Airside.Core;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Airside.Service.Hosting;

/// <summary>
/// The query of a request for <c>/api/v1</c>: a parameter that the endpoint does not have is refused, because a mistyped filter would
/// otherwise return everything, and so is a repeated one that has one value. Other URLs ignore what they do not know, as their clients
/// expect.
/// </summary>
internal static class QueryRules
{
    private const string Strict = "/api/v1/";

    private static readonly ConditionalWeakTable<Endpoint, FrozenDictionary<string, bool>> Parameters = [];

    /// <summary>Checks the queries of all endpoints below <c>/api/v1</c>, whose handlers declare what they read.</summary>
    public static void UseQueryRules(this WebApplication app) => app.Use((context, next) =>
        context.Request.QueryString.HasValue && Refusal(context) is { } problem ? problem.ExecuteAsync(context) : next(context));

    private static ProblemHttpResult? Refusal(HttpContext context)
    {
        if (context.GetEndpoint() is not RouteEndpoint endpoint
            || endpoint.RoutePattern.RawText?.StartsWith(Strict, StringComparison.Ordinal) != true)
        {
            return null;
        }

        var known = Parameters.GetValue(endpoint, _ => ParametersOf(endpoint));
        var query = context.Request.Query;
        var unknown = query.Keys.Where(name => !known.ContainsKey(name)).Take(Limits.UnknownNamesShownMax)
            .Select(name => $"'{DisplayText.Shorten(name)}'").ToArray();
        if (unknown.Length > 0)
        {
            return Problems.BadRequest(
                "unknown-parameter",
                $"{(unknown.Length == 1 ? "The parameter" : "The parameters")} {string.Join(", ", unknown)} "
                + $"{(unknown.Length == 1 ? "is" : "are")} unknown here. "
                + (known.Count == 0
                    ? "This URL has no parameters."
                    : $"The parameters are: {string.Join(", ", known.Keys.Order(StringComparer.Ordinal))}."));
        }

        var repeated = query.FirstOrDefault(parameter => parameter.Value.Count > 1 && !known[parameter.Key]);
        return repeated.Key is null
            ? null
            : Problems.BadRequest(
                "invalid-parameter", $"The parameter '{repeated.Key}' occurs {repeated.Value.Count} times; send it once.");
    }

    /// <summary>Returns the query parameters that the handler of an endpoint declares, and whether they may be repeated.</summary>
    private static FrozenDictionary<string, bool> ParametersOf(RouteEndpoint endpoint) =>
        (endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters() ?? [])
        .Where(parameter => parameter.ParameterType == typeof(string) || parameter.ParameterType == typeof(string[]))
        .Where(parameter => endpoint.RoutePattern.GetParameter(parameter.Name!) is null)
        .ToFrozenDictionary(
            parameter => parameter.Name!, parameter => parameter.ParameterType.IsArray, StringComparer.OrdinalIgnoreCase);
}

using System.Collections.Frozen;

namespace Airside.Service.Hosting;

/// <summary>The title of each problem: what happened, in a few words that stay the same.</summary>
internal static class ProblemTitles
{
    private static readonly FrozenDictionary<string, string> ByCode = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["airline-source"] = "The source of the airlines cannot be read",
        ["bad-request"] = "The request cannot be read",
        ["body-too-large"] = "The body is too large",
        ["compressed-body"] = "The body is compressed",
        ["cross-site-request"] = "A page of another site requested the change",
        ["empty-batch"] = "The batch has no items",
        ["header-not-ascii"] = "A header has characters outside ASCII",
        ["host-not-allowed"] = "The host name is not allowed",
        ["internal-error"] = "The service failed to answer",
        ["invalid-airline-file"] = "The airline file cannot be loaded",
        ["invalid-batch"] = "An item of the batch is not valid",
        ["invalid-key"] = "The transaction key is not valid",
        ["invalid-parameter"] = "A parameter is not valid",
        ["invalid-prefix"] = "The path prefix of the proxy is not valid",
        ["invalid-route"] = "The route is not a flight number",
        ["key-expired"] = "The API key has expired",
        ["key-malformed"] = "The API key is malformed",
        ["key-missing"] = "An API key is needed",
        ["key-reused"] = "The transaction key belongs to another route",
        ["key-unknown"] = "The API key is unknown",
        ["malformed-json"] = "The body is not JSON of the expected form",
        ["method-not-allowed"] = "The URL does not take this method",
        ["missing-key"] = "The transaction has no key",
        ["overloaded"] = "The service has too much to do",
        ["routes-limit"] = "There is no room for a new route",
        ["scope-missing"] = "The API key does not have the scope",
        ["store-unavailable"] = "The store is unavailable",
        ["too-many-requests"] = "The client sent too many requests",
        ["transaction-refused"] = "The store refuses the transaction",
        ["unconfirmed-load"] = "The load would drop more than half of the airlines",
        ["unexpected-version"] = "The airlines are not the previewed ones",
        ["unknown-airline"] = "There is no such airline",
        ["unknown-asset"] = "There is no such file",
        ["unknown-parameter"] = "A parameter is unknown",
        ["unknown-url"] = "There is nothing at this URL",
        ["unsupported-media-type"] = "The body has a content type that is not read here",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Returns the title of a problem, or null, which shows that of its status.</summary>
    public static string? Of(string code) => ByCode.GetValueOrDefault(code);
}

using System.Text.Encodings.Web;
using Airside.Service.Dashboard;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Airside.Service.Security;

/// <summary>
/// Finds out which key a request was sent with: <c>Authorization: Bearer ak_…</c> or <c>X-Api-Key</c>. What a flood of wrong keys
/// costs is a look at their form; a hash is made only of what has the right checksum.
/// </summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder,
    CurrentKeys keys, SecurityMetrics metrics, TimeProvider timeProvider)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "ApiKey";

    /// <summary>Type of the claim that holds a scope.</summary>
    public const string ScopeClaim = "scope";

    /// <summary>The header for clients that cannot set <c>Authorization</c>.</summary>
    public const string KeyHeader = "X-Api-Key";

    private const string Bearer = "Bearer ";

    private KeyRefusal _refusal = KeyRefusal.Missing;

    /// <inheritdoc/>
    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        metrics.Refused(_refusal.Cause);
        Response.Headers.WWWAuthenticate = _refusal == KeyRefusal.Missing
            ? "Bearer realm=\"Airside\""
            : "Bearer realm=\"Airside\", error=\"invalid_token\"";
        return DashboardEndpoint.IsForPage(Context)
            ? ErrorPages.KeyNeeded(StatusCodes.Status401Unauthorized, _refusal.Reason).ExecuteAsync(Context)
            : AnswerAsync(Problems.Problem(StatusCodes.Status401Unauthorized, _refusal.Code, _refusal.Detail));
    }

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var scope = Context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>()?.Scope;
        metrics.Refused("scope");
        Response.Headers.WWWAuthenticate = $"Bearer realm=\"Airside\", error=\"insufficient_scope\", scope=\"{scope}\"";
        var detail = $"The key '{Context.User.Identity?.Name}' does not have the scope '{scope}'.";
        return DashboardEndpoint.IsForPage(Context)
            ? ErrorPages.KeyNeeded(StatusCodes.Status403Forbidden, detail).ExecuteAsync(Context)
            : AnswerAsync(Problems.Problem(StatusCodes.Status403Forbidden, "scope-missing", detail));
    }

    private AuthenticateResult Authenticate()
    {
        if (!TryReadKey(out var text))
        {
            return Refuse(KeyRefusal.Malformed);
        }

        if (text is null)
        {
            return AuthenticateResult.NoResult();
        }

        if (!ApiKey.IsWellFormed(text))
        {
            return Refuse(KeyRefusal.Malformed);
        }

        if (keys.Ring.Find(text) is not { } key)
        {
            return Refuse(KeyRefusal.Unknown);
        }

        if (key.Expires <= timeProvider.GetUtcNow())
        {
            return Refuse(KeyRefusal.Expired);
        }

        metrics.Accepted(key.Name);
        return key.Authenticated;
    }

    /// <summary>Reads the one key of a request, or null where there is none; two are none that could be trusted.</summary>
    private bool TryReadKey(out string? key)
    {
        var (authorization, own) = (Request.Headers.Authorization, Request.Headers[KeyHeader]);
        key = own.Count > 0 ? own[0] : null;
        if (authorization.Count + own.Count > 1)
        {
            return false;
        }

        if (authorization.Count == 1)
        {
            // Other schemes belong to a proxy before the service, not to the service.
            key = authorization[0] is { } text && text.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
                ? text[Bearer.Length..].Trim()
                : null;
        }

        return true;
    }

    private AuthenticateResult Refuse(KeyRefusal refusal)
    {
        _refusal = refusal;
        return refusal.AsFailure;
    }

    private Task AnswerAsync(ProblemHttpResult problem) => problem.ExecuteAsync(Context);
}

/// <summary>Why a key is not accepted.</summary>
/// <param name="Cause">In one word, for metrics.</param>
/// <param name="Reason">For people.</param>
/// <param name="Advice">How programs send one.</param>
internal sealed record KeyRefusal(string Cause, string Reason, string Advice = "")
{
    private const string HowToSend = " Send it as 'Authorization: Bearer ak_…' or 'X-Api-Key: ak_…'.";

    public static readonly KeyRefusal Missing = new("missing", "This needs an API key.", HowToSend);

    public static readonly KeyRefusal Malformed = new(
        "malformed", "What was sent is not one API key: its form or its checksum is wrong; it may be cut or mistyped.", HowToSend);

    public static readonly KeyRefusal Unknown = new("unknown", "The API key is not known; it may have been revoked.");

    public static readonly KeyRefusal Expired = new("expired", "The API key has expired.");

    /// <summary>Name of the problem that programs can rely on.</summary>
    public string Code => $"key-{Cause}";

    /// <summary>For those who write programs.</summary>
    public string Detail => Reason + Advice;

    /// <summary>The same for the framework.</summary>
    public AuthenticateResult AsFailure { get; } = AuthenticateResult.Fail(Cause);
}

using System.Text.Encodings.Web;
using Airside.Service.Configuration;
using Airside.Service.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Airside.Service.Security;

/// <summary>
/// Identifies the key of a request: <c>Authorization: Bearer ak_…</c> or <c>X-Api-Key</c>. A flood of wrong keys costs only a check
/// of their format; only a key with a correct checksum is hashed.
/// </summary>
internal sealed class ApiKeyAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder,
    CurrentKeys keys, SecurityMetrics metrics, TimeProvider timeProvider)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "ApiKey";

    public const string ScopeClaim = "scope";

    /// <summary>The header for clients that cannot set <c>Authorization</c>.</summary>
    public const string KeyHeader = "X-Api-Key";

    private const string Bearer = "Bearer ";

    private KeyRefusal _refusal = KeyRefusal.Missing;

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Authenticate());

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        metrics.Refused(_refusal.Cause);
        Response.Headers.WWWAuthenticate = _refusal == KeyRefusal.Missing
            ? "Bearer realm=\"Airside\""
            : "Bearer realm=\"Airside\", error=\"invalid_token\"";
        Context.Features.Set(_refusal);
        return Problems.Problem(StatusCodes.Status401Unauthorized, _refusal.Code, _refusal.Detail).ExecuteAsync(Context);
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var scope = Context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>()?.Scope;
        metrics.Refused("scope");
        Response.Headers.WWWAuthenticate = $"Bearer realm=\"Airside\", error=\"insufficient_scope\", scope=\"{scope}\"";
        var detail = $"The key '{Context.User.Identity?.Name}' does not have the scope '{scope}'. Use a key that has it.";
        return Problems.Problem(StatusCodes.Status403Forbidden, "scope-missing", detail).ExecuteAsync(Context);
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

        if (keys.Ring.Find(text) is not { } known)
        {
            return Refuse(KeyRefusal.Unknown);
        }

        if (known.Key.Expires <= timeProvider.GetUtcNow())
        {
            return Refuse(KeyRefusal.Expired);
        }

        metrics.Accepted(known.Key.Name);
        return known.Ticket;
    }

    /// <summary>Reads the key of a request, or null if it has none. Fails if it has two, because neither could be trusted.</summary>
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
            // Other schemes are for a proxy in front of the service, not for the service.
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
}

/// <summary>Why a key is not accepted.</summary>
/// <param name="Cause">In one word, for metrics.</param>
/// <param name="Reason">For people.</param>
/// <param name="Advice">How programs send a key.</param>
internal sealed record KeyRefusal(string Cause, string Reason, string Advice = "")
{
    private const string HowToSend = " Send it as 'Authorization: Bearer ak_…' or 'X-Api-Key: ak_…'.";

    private const string NewKey = " Use a key that 'keys create' has made since.";

    public static readonly KeyRefusal Missing = new("missing", "This request needs an API key.", HowToSend);

    public static readonly KeyRefusal Malformed = new(
        "malformed", "This is not one well-formed API key: format or checksum is wrong; it may be truncated or mistyped.", HowToSend);

    public static readonly KeyRefusal Unknown = new("unknown", "The API key is unknown; it may have been revoked.", NewKey);

    public static readonly KeyRefusal Expired = new("expired", "The API key has expired.", NewKey);

    /// <summary>Problem name that programs can rely on.</summary>
    public string Code => $"key-{Cause}";

    /// <summary>The detail for developers of clients.</summary>
    public string Detail => Reason + Advice;

    public AuthenticateResult AsFailure { get; } = AuthenticateResult.Fail(Cause);
}

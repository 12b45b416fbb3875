using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Airside.Core;
using Microsoft.AspNetCore.Authentication;

namespace Airside.Service.Security;

/// <summary>A key as the service knows it: by name and hash, never itself.</summary>
internal sealed class ConfiguredKey
{
    private ConfiguredKey(string name, IReadOnlyList<string> scopes, byte[] hash, DateTimeOffset? expires)
    {
        Name = name;
        Scopes = scopes;
        Hash = hash;
        Expires = expires;
        var claims = scopes.Select(scope => new Claim(ApiKeyAuthentication.ScopeClaim, scope)).Prepend(new Claim(ClaimTypes.Name, name));
        Authenticated = AuthenticateResult.Success(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity(claims, ApiKeyAuthentication.SchemeName)), ApiKeyAuthentication.SchemeName));
    }

    /// <summary>Name of the key, for logs and metrics.</summary>
    public string Name { get; }

    /// <summary>What it allows.</summary>
    public IReadOnlyList<string> Scopes { get; }

    /// <summary>SHA-256 hash of the key.</summary>
    public byte[] Hash { get; }

    /// <summary>From when on it allows nothing more; null when it does not expire.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>Who a request with the key comes from; made once, because every request needs it.</summary>
    public AuthenticateResult Authenticated { get; }

    /// <summary>Reads an entry, or says what is wrong with it, without repeating a value that could be a key.</summary>
    public static ConfiguredKey? Read(KeyEntry entry, out string? error)
    {
        var hash = ApiKey.ReadHash(entry.Hash);
        DateTimeOffset? expires = TryReadExpiry(entry.Expires, out var moment) ? moment : null;
        error = entry switch
        {
            _ when !IsName(entry.Name) =>
                $"'name' must be 1 to {Limits.KeyNameLengthMax} letters, digits, dots, hyphens and underscores",
            { Scopes: null or { Count: 0 } } => $"'scopes' is missing; there are {string.Join(", ", Security.Scopes.All)}",
            _ when entry.Scopes.FirstOrDefault(scope => !Security.Scopes.All.Contains(scope, StringComparer.Ordinal)) is { } unknown =>
                $"'{Shown.Text(unknown)}' is no scope; there are {string.Join(", ", Security.Scopes.All)}",
            _ when hash is null => "'hash' is not 'sha256:' and 64 hexadecimal digits, as 'keys create' prints it",
            { Expires: not null } when expires is null => "'expires' is not a date such as 2027-01-31 or a moment in ISO 8601",
            _ => null,
        };
        return error is null ? new ConfiguredKey(entry.Name!, entry.Scopes!, hash!, expires) : null;
    }

    /// <summary>Whether the text can be the name of a key: nothing in it can mean anything to a log or to a metric.</summary>
    public static bool IsName(string? text) =>
        text is { Length: > 0 and <= Limits.KeyNameLengthMax }
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_');

    /// <summary>Reads when a key expires: a moment, or a date, which means its first moment in UTC.</summary>
    public static bool TryReadExpiry(string? text, out DateTimeOffset moment) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);

    /// <summary>Whether two entries of the same hash mean the same.</summary>
    public bool IsSameAs(ConfiguredKey other) =>
        Name == other.Name && Expires == other.Expires && Scopes.Order().SequenceEqual(other.Scopes.Order(), StringComparer.Ordinal);
}

/// <summary>A key as it is written in the configuration or in a file.</summary>
/// <param name="Name">Name of the key.</param>
/// <param name="Scopes">What it allows.</param>
/// <param name="Hash">Its hash, <c>sha256:…</c>.</param>
/// <param name="Expires">Date or moment from which on it allows nothing more.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record KeyEntry(
    string? Name,
    IReadOnlyList<string>? Scopes,
    string? Hash,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Expires = null);

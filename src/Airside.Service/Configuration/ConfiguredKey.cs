using System.Globalization;
using System.Security.Claims;
using System.Text.Json.Serialization;
using Airside.Core;
using Microsoft.AspNetCore.Authentication;

namespace Airside.Service.Configuration;

/// <summary>A configured key: its name and hash, never the key itself.</summary>
internal sealed class ConfiguredKey
{
    private ConfiguredKey(string name, IReadOnlyList<string> scopes, byte[] hash, DateTimeOffset? expires)
    {
        Name = name;
        Scopes = scopes;
        Hash = hash;
        Expires = expires;
    }

    /// <summary>Name of the key, for logs and metrics.</summary>
    public string Name { get; }

    public IReadOnlyList<string> Scopes { get; }

    /// <summary>SHA-256 hash of the key.</summary>
    public byte[] Hash { get; }

    /// <summary>Expiry time; null if it does not expire.</summary>
    public DateTimeOffset? Expires { get; }

    /// <summary>Reads an entry, or returns its error, which never repeats a value that could be a key.</summary>
    public static ConfiguredKey? Read(ApiKeyEntry entry, out string? error)
    {
        var hash = ApiKey.ReadHash(entry.Hash);
        DateTimeOffset? expires = TryReadExpiry(entry.Expires, out var moment) ? moment : null;
        error = entry switch
        {
            _ when !IsName(entry.Name) =>
                $"'name' must be 1 to {Limits.KeyNameLengthMax} letters, digits, dots, hyphens or underscores",
            { Scopes: null or { Count: 0 } } => $"'scopes' is missing; the scopes are {string.Join(", ", Configuration.Scopes.All)}",
            _ when entry.Scopes.FirstOrDefault(scope => !Configuration.Scopes.All.Contains(scope, StringComparer.Ordinal)) is { } unknown =>
                $"'{DisplayText.Shorten(unknown)}' is not a scope; the scopes are {string.Join(", ", Configuration.Scopes.All)}",
            _ when hash is null => "'hash' must be 'sha256:' and 64 hexadecimal digits, as printed by 'keys create'",
            { Expires: not null } when expires is null => "'expires' must be a date such as 2027-01-31 or a time in ISO 8601",
            _ => null,
        };
        return error is null ? new ConfiguredKey(entry.Name!, entry.Scopes!, hash!, expires) : null;
    }

    /// <summary>Whether the text is a valid key name: no character has a special meaning in logs or metrics.</summary>
    public static bool IsName(string? text) =>
        text is { Length: > 0 and <= Limits.KeyNameLengthMax }
        && text.All(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_');

    /// <summary>Reads an expiry: a time, or a date, which means its start in UTC.</summary>
    public static bool TryReadExpiry(string? text, out DateTimeOffset moment) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);

    /// <summary>Whether two entries with the same hash are equal.</summary>
    public bool IsSameAs(ConfiguredKey other) =>
        Name == other.Name && Expires == other.Expires && Scopes.Order().SequenceEqual(other.Scopes.Order(), StringComparer.Ordinal);
}

/// <summary>A key entry in the configuration or in a file.</summary>
/// <param name="Name">Name of the key.</param>
/// <param name="Scopes">Scopes that it grants.</param>
/// <param name="Hash">Its hash, <c>sha256:…</c>.</param>
/// <param name="Expires">Date or time at which it expires.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record ApiKeyEntry(
    string? Name,
    IReadOnlyList<string>? Scopes,
    string? Hash,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Expires = null);

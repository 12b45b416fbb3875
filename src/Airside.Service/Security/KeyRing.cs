using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;
using Airside.Service.Configuration;

namespace Airside.Service.Security;

/// <summary>An immutable set of active keys; it is only replaced as a unit.</summary>
internal sealed class KeyRing
{
    private readonly FrozenDictionary<ulong, KnownKey> _byHash;

    /// <summary>Creates a key ring of keys with distinct hashes.</summary>
    public KeyRing(IReadOnlyList<ConfiguredKey> keys)
    {
        Keys = keys;
        _byHash = keys.ToFrozenDictionary(key => Start(key.Hash), key => new KnownKey(key, TicketOf(key)));
    }

    public IReadOnlyList<ConfiguredKey> Keys { get; }

    /// <summary>
    /// Finds the key that a client sent. The time it takes reveals nothing about the keys: the lookup uses a hash that the client cannot
    /// choose, and the entire hash is compared in constant time.
    /// </summary>
    /// <param name="key">A well-formed key.</param>
    public KnownKey? Find(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        ApiKey.Hash(key, hash);
        return _byHash.TryGetValue(Start(hash), out var found) && CryptographicOperations.FixedTimeEquals(found.Key.Hash, hash)
            ? found
            : null;
    }

    private static AuthenticateResult TicketOf(ConfiguredKey key)
    {
        var claims = key.Scopes.Select(scope => new Claim(ApiKeyAuthentication.ScopeClaim, scope))
            .Prepend(new Claim(ClaimTypes.Name, key.Name));
        return AuthenticateResult.Success(new AuthenticationTicket(
            new ClaimsPrincipal(new ClaimsIdentity(claims, ApiKeyAuthentication.SchemeName)), ApiKeyAuthentication.SchemeName));
    }

    private static ulong Start(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64BigEndian(hash);
}

/// <summary>An active key.</summary>
/// <param name="Key">The key.</param>
/// <param name="Ticket">The caller's identity; created once, because every request needs it.</param>
internal sealed record KnownKey(ConfiguredKey Key, AuthenticateResult Ticket);

using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Airside.Service.Security;

/// <summary>The keys in force at one time; never changed, only replaced whole.</summary>
internal sealed class KeyRing
{
    private readonly FrozenDictionary<ulong, ConfiguredKey> _byHash;

    /// <summary>Takes keys whose hashes differ.</summary>
    public KeyRing(IReadOnlyList<ConfiguredKey> keys)
    {
        Keys = keys;
        _byHash = keys.ToFrozenDictionary(key => Start(key.Hash));
    }

    /// <summary>The keys.</summary>
    public IReadOnlyList<ConfiguredKey> Keys { get; }

    /// <summary>
    /// Finds the key that a client sent. What it takes says nothing of the keys: it is found by a hash that the client cannot choose,
    /// and the whole hash is compared in constant time.
    /// </summary>
    /// <param name="key">A key of the right form.</param>
    public ConfiguredKey? Find(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        ApiKey.Hash(key, hash);
        return _byHash.TryGetValue(Start(hash), out var found) && CryptographicOperations.FixedTimeEquals(found.Hash, hash)
            ? found
            : null;
    }

    private static ulong Start(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt64BigEndian(hash);
}

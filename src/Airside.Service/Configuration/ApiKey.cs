using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Airside.Service.Configuration;

/// <summary>
/// The format of an API key: <c>ak_</c>, 160 random bits, a checksum. The prefix lets scanners find a key that was published by
/// mistake. The checksum distinguishes a mistyped key from a revoked one, and rejects a guessed key without a hash.
/// </summary>
internal static class ApiKey
{
    /// <summary>Length of a key, in characters.</summary>
    public const int Length = 3 + RandomLength + ChecksumLength;

    private const string Prefix = "ak_";
    private const string HashPrefix = "sha256:";

    // The alphabet has 32 characters of 5 bits each: 32 characters hold the 160 random bits, 7 the 32 bits of the checksum.
    private const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
    private const int RandomLength = 32;
    private const int ChecksumLength = 7;

    public static string Create()
    {
        var body = Prefix + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return body + ChecksumOf(body);
    }

    /// <summary>Whether a text has the format of a key and a correct checksum. Only such a text is worth hashing.</summary>
    public static bool IsWellFormed(string text) =>
        text.Length == Length
        && text.StartsWith(Prefix, StringComparison.Ordinal)
        && !text.AsSpan(Prefix.Length).ContainsAnyExcept(Alphabet)
        && text.AsSpan(Length - ChecksumLength).SequenceEqual(ChecksumOf(text.AsSpan(0, Length - ChecksumLength)));

    /// <summary>Computes the SHA-256 hash of a key. Its 160 random bits cannot be guessed, so no slower hash is needed.</summary>
    /// <param name="key">A well-formed key.</param>
    /// <param name="hash">Receives the 32 bytes.</param>
    public static void Hash(string key, Span<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[Length];
        Encoding.ASCII.GetBytes(key, bytes);
        SHA256.HashData(bytes, hash);
    }

    /// <summary>Returns the hash of a key in its configured form.</summary>
    public static string HashText(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Hash(key, hash);
        return HashPrefix + Convert.ToHexStringLower(hash);
    }

    /// <summary>Reads a hash in its configured form; returns null if it is malformed.</summary>
    public static byte[]? ReadHash(string? text) =>
        text is not null && text.Length == HashPrefix.Length + (2 * SHA256.HashSizeInBytes)
        && text.StartsWith(HashPrefix, StringComparison.Ordinal)
        && !text.AsSpan(HashPrefix.Length).ContainsAnyExcept("0123456789abcdefABCDEF")
            ? Convert.FromHexString(text.AsSpan(HashPrefix.Length))
            : null;

    private static string ChecksumOf(ReadOnlySpan<char> body)
    {
        var checksum = uint.MaxValue;
        foreach (var character in body)
        {
            checksum = BitOperations.Crc32C(checksum, (byte)character);
        }

        return string.Create(ChecksumLength, ~checksum, static (text, value) =>
        {
            foreach (ref var character in text)
            {
                character = Alphabet[(int)(value % (uint)Alphabet.Length)];
                value /= (uint)Alphabet.Length;
            }
        });
    }
}
